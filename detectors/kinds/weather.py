"""疑似气象、海洋数据: GRIB, and NetCDF or HDF5 that names what is measured."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_REACH: Final = 16_384
_FEWEST: Final = 2
_MEASURED: Final = re.compile(
    rb"(?i:latitude|longitude|temperature|pressure|humidity|precipitation|salinity|wind_speed|sea_surface|\blat\b|\blon\b)"
)


def check(candidate: Candidate) -> float:
    """Belief by the head of the file and the names of what it holds."""
    if candidate.start:
        return 0.0
    if candidate.text == b"GRIB":
        return 0.85 if candidate.after(4)[3:] in (b"\x01", b"\x02") else 0.0
    return 0.7 if len(set(_MEASURED.findall(candidate.after(_REACH)))) >= _FEWEST else 0.0


DETECTOR: Final = Detector(
    kind=Kind("important.weather"),
    title="疑似重要数据：气象、海洋数据",
    title_en="Suspected important data: weather and ocean grids",
    grades=IMPORTANT,
    patterns=(
        r"GRIB",
        r"CDF[\x01\x02\x05]",
        r"\x89HDF",
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple("grib netcdf 气象数据 海洋数据".split()),
    identifies=False,
    law="law.md 5 weather/ocean (疑似); 气象法; 上海 2025 清单 (气象); 海南 2024 清单",
    examples=(
        Example("GRIB\x00\x00\x00\x02\x00"),
        Example("CDF\x01\x00\x00\x00\x00\x00lat\x00lon\x00air_temperature\x00"),
    ),
    lookalikes=(
        Example("GRIB files"),
        Example("CDF\x01\x00\x00\x00\x00\x00weights\x00bias"),
    ),
)
