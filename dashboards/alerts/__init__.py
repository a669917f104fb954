"""The alerts, one group a module."""
