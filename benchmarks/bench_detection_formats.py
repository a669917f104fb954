"""Precision and recall in every format, and under every source of field names."""

from typing import Final

from benchmarks import Result
from benchmarks.detection import tables

NAME: Final = "detection-formats"
TITLE: Final = "Detection by format and by source of field names"


def run() -> Result:
    """The table; the environment says where logs and peers are, see ``benchmarks.detection.tables``."""
    return tables.formats()
