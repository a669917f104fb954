"""Slow and thorough readers, for people and as oracles."""
