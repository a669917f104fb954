"""Precision and recall of every kind over the generated corpus."""

from typing import Final

from benchmarks import Result
from benchmarks.detection import tables

NAME: Final = "detection-kinds"
TITLE: Final = "Detection by kind"


def run() -> Result:
    """The table; the environment says where logs and peers are, see ``benchmarks.detection.tables``."""
    return tables.kinds()
