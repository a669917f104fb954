"""疑似测绘地理信息: vector maps, tracks, point clouds, road networks; in China where the format shows where."""

import re
import struct
from typing import Final

from detectors.checks import in_china, points_in_china
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_COORDINATES: Final = {b"FeatureCollection": 3, b"<gpx": 3, b"<kml": 3}
"""Points in China that there must be at the least."""
_SHAPES: Final = b"\x00\x00'\x0a"
_TIFF: Final = (b"II*\0", b"MM\0*")
_TIFF_HEAD: Final = 8
_GEO_KEYS: Final = 34_735
_TIE_POINT: Final = 33_922
"""Tags of GeoTIFF 1.1 (OGC 19-008r4): the directory of keys, and raster points with their places."""
_MOST_TAGS: Final = 512
_DEGREES: Final = 360.0
_REACH: Final = 4_096
_BOX: Final = 64
_NMEA: Final = re.compile(rb",[0-9.]*,(\d{2})(\d\d\.\d{2,}),N,(\d{3})(\d\d\.\d{2,}),E,")


def _in_china(behind: bytes) -> bool:
    found = _NMEA.match(behind)
    return found is not None and in_china(
        float(found[3]) + float(found[4]) / 60, float(found[1]) + float(found[2]) / 60
    )


def _box_in_china(header: bytes) -> bool:
    """Whether the middle of a shapefile's bounding box lies in China; its header is 100 bytes long."""
    if len(header) < _BOX:
        return False
    west, south, east, north = struct.unpack_from("<4d", header, 32)
    return in_china((west + east) / 2, (south + north) / 2)


def _geotiff_in_china(content: bytes) -> bool:
    """Whether a TIFF's first directory ties its raster to a point in China, or to a grid in metres."""
    order = "<" if content[:1] == b"I" else ">"
    (place,) = struct.unpack_from(f"{order}I", content, 4) if len(content) > _TIFF_HEAD else (len(content),)
    if place + 2 > len(content):
        return False
    (count,) = struct.unpack_from(f"{order}H", content, place)
    tags: dict[int, int] = {}
    for at in range(place + 2, min(place + 2 + 12 * min(count, _MOST_TAGS), len(content) - 11), 12):
        tag, _, _, value = struct.unpack_from(f"{order}HHII", content, at)
        tags[tag] = value
    tie = tags.get(_TIE_POINT, len(content))
    if _GEO_KEYS not in tags or tie + 40 > len(content):
        return False
    x, y = struct.unpack_from(f"{order}2d", content, tie + 24)
    return in_china(x, y) or abs(x) > _DEGREES


def check(candidate: Candidate) -> float:
    """Belief by the head of the format and where its coordinates lie."""
    text = candidate.text
    if text.startswith(b"$"):
        return 0.7 if _in_china(candidate.after(_REACH)) else 0.0
    if text in _COORDINATES:
        return 0.8 if points_in_china(candidate.after(_REACH)) >= _COORDINATES[text] else 0.0
    if text == b"<OpenDRIVE":
        return 0.8
    if candidate.start:
        return 0.0
    if text in _TIFF:
        return 0.7 if _geotiff_in_china(candidate.content) else 0.0
    return 0.7 if text != _SHAPES or _box_in_china(candidate.after(_BOX)) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("important.geodata"),
    title="疑似重要数据：测绘地理信息",
    title_en="Suspected important data: geographic survey data",
    grades=IMPORTANT,
    patterns=(
        r"FeatureCollection",
        r"<gpx",
        r"<kml",
        r"\$G[PNBL]GGA",
        r"LASF",
        r"# \.PCD",
        r"<OpenDRIVE",
        r"\x00\x00'\x0a",
        r"II\*\x00",
        r"MM\x00\*",
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple("geojson shapefile point_cloud pointcloud opendrive 点云 测绘 高精地图".split()),
    identifies=False,
    law="law.md 5 geodata (疑似); 地理信息数据分类分级工作指南（试行）; 北京 2024 清单 (law.md 3.4 第1行)",
    examples=(
        Example(
            '{"type":"FeatureCollection","features":[{"geometry":{"type":"LineString",'
            '"coordinates":[[116.39748,39.90872],[116.39801,39.9091],[116.39855,39.90977]]}}]}',
            "json",
        ),
        Example("$GPGGA,083000.00,3954.5232,N,11623.8488,E,1,08,0.9,45.0,M,,M,,*5A"),
        Example("LASF\x00\x00\x00\x00"),
        Example("# .PCD v0.7\nVERSION 0.7\n"),
    ),
    lookalikes=(
        Example('{"type":"FeatureCollection","features":[{"coordinates":[2.29448,48.85837]}]}', "json"),
        Example('{"type":"FeatureCollection","features":[]}', "json"),
        Example("$GPGGA,083000.00,4851.5022,N,00217.6688,E,1"),
        Example("see LASF and # .PCD files"),
    ),
)
