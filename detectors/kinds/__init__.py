"""The shelf of detectors: one kind a file, each with DETECTOR."""
