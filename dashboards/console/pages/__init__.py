"""The shelf of console pages: one page a file, each with PAGE."""
