"""The shelf of subcommands: one a file, each with COMMAND."""
