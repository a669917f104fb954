"""The shelf of protocols: one protocol a file, each with DECODER."""
