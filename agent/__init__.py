"""Packets and logs in, events out."""
