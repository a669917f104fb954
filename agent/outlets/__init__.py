"""What leaves the agent: a spool on disk, and the ways from it to a collector."""
