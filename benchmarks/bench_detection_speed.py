"""Speed of detection on the generated corpus and on software logs."""

from typing import Final

from benchmarks import Result
from benchmarks.detection import tables

NAME: Final = "detection-speed"
TITLE: Final = "Speed of detection"


def run() -> Result:
    """The table; the environment says where logs and peers are, see ``benchmarks.detection.tables``."""
    return tables.speeds()
