"""Stores behind one port."""
