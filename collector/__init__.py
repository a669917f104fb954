"""Events in, verdicts out: ignorant of packets and of raw values."""
