"""A corpus of invented persons in many formats, and how well and how fast detectors find them in it."""
