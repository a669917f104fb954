"""The same payloads in twelve encodings."""

from typing import Final

from benchmarks import Result
from benchmarks.detection import tables

NAME: Final = "detection-encodings"
TITLE: Final = "Detection through encodings"


def run() -> Result:
    """The table; the environment says where logs and peers are, see ``benchmarks.detection.tables``."""
    return tables.encodings()
