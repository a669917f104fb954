"""The shelf of log formats: one format a file, each with FORMAT."""
