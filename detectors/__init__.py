"""Bytes in, findings out: pure, ignorant of networks and of law."""
