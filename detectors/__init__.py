"""Bytes in, findings out: pure, ignorant of networks and of law."""

from detectors.build import build_scanner as build_scanner
