from datetime import date
from functools import reduce
from operator import xor
import struct

from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.checks import in_china, points_in_china
from detectors.scanner import Scanner
from wire.kinds import Grade

ON = date(2026, 11, 21)
IMPORTANT = [each for each in catalogue() if Grade.IMPORTANT in each.grades.values()]
BODY = bytes(range(256)) * 4


def shapefile(west: float, south: float, east: float, north: float) -> bytes:
    head = struct.pack(">I20xI", 9994, 50) + struct.pack("<II4d", 1000, 5, west, south, east, north)
    return head.ljust(100, b"\0") + BODY


def frame_808(body: bytes) -> bytes:
    plain = body + bytes([reduce(xor, body)])
    return b"~" + plain.replace(b"}", b"}\x01").replace(b"~", b"}\x02") + b"~"


def geotiff(x: float, y: float, order: str = "<") -> bytes:
    entries = struct.pack(f"{order}HHII", 33922, 12, 6, 38) + struct.pack(f"{order}HHII", 34735, 3, 4, 86)
    directory = struct.pack(f"{order}H", 2) + entries + bytes(4)
    tie = struct.pack(f"{order}6d", 0, 0, 0, x, y, 0)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    return head + directory + tie + BODY


FILES = {
    "GeoTIFF": ("important.geodata", geotiff(116.4, 39.9)),
    "GeoTIFF in metres, big endian": ("important.geodata", geotiff(448_000.0, 4_418_000.0, ">")),
    "BAM": ("important.genomics", b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + BODY),
    "CRAM": ("important.genomics", b"CRAM\x03\x00reads" + BODY),
    "shapefile": ("important.geodata", shapefile(116.1, 39.6, 116.7, 40.2)),
    "LAS": ("important.geodata", b"LASF\0\0\0\0" + BODY),
    "MCAP": ("important.driving_data", b"\x89MCAP0\r\n" + BODY),
    "BLF": ("important.driving_data", b"LOGG\x90\0\0\0" + BODY),
    "GB/T 32960": ("important.telematics", b"##\x02\xfeLSVAA4183E2000001\x01\0\x02\x01\x02" + b"\xce"),
    "JT/T 808": ("important.telematics", frame_808(b"\x02\x00\x00\x1c\x01\x38\x00\x13\x80\x00\0\1" + bytes(28))),
    "GRIB": ("important.weather", b"GRIB\0\0\0\x02\0\0\0\0\0\0\1\0" + BODY),
    "HDF5": ("important.weather", b"\x89HDF\r\n\x1a\n" + bytes(8) + b"\xff" * 64 + b"latitude\0longitude\0" + BODY),
    "DICOM": ("medical.record", bytes(128) + b"DICM\x02\0\0\0UL\x04\0" + BODY),
    "fingerprint": ("biometric.template", b"FMR\0 20\0\0\0\1\x72" + BODY),
}


@pytest.fixture(scope="module", params=[True, False], ids=["hyperscan", "re"])
def scanner(request: pytest.FixtureRequest) -> Scanner:
    return build_scanner(fast=request.param)


def told(scanner: Scanner, content: bytes) -> set[str]:
    return {str(finding.kind) for finding in scanner.scan(content, "binary", "body", ON)}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_its_head(scanner: Scanner, name: str) -> None:
    kind, content = FILES[name]
    if name == "GB/T 32960":
        content = content[:-1] + bytes([reduce(xor, content[2:-1])])
    assert kind in told(scanner, content)


@pytest.mark.parametrize("name", [name for name in FILES if "/T" not in name])
def test_a_head_in_the_middle_of_something_else_is_none(scanner: Scanner, name: str) -> None:
    kind, content = FILES[name]
    assert (kind in told(scanner, b"\x01\x02\x03" * 700 + content)) == (kind == "biometric.template")


def test_a_map_of_elsewhere_and_a_model_s_weights_are_no_suspicion(scanner: Scanner) -> None:
    assert told(scanner, shapefile(2.1, 48.7, 2.5, 48.9)) == set()
    assert told(scanner, geotiff(2.3, 48.8)) == set()
    assert told(scanner, b"II*\0" + struct.pack("<I", 8) + bytes(6) + BODY) == set()
    assert told(scanner, b"\x89HDF\r\n\x1a\n" + bytes(8) + b"\xff" * 64 + b"kernel\0bias\0" + BODY) == set()


def test_a_frame_with_a_wrong_check_code_is_no_frame(scanner: Scanner) -> None:
    frame = frame_808(b"\x02\x00\x00\x1c\x01\x38\x00\x13\x80\x00\0\1" + bytes(28))
    assert told(scanner, frame[:20] + b"\x07" + frame[21:]) == set()


@pytest.mark.parametrize("detector", IMPORTANT, ids=lambda detector: detector.kind)
def test_important_data_are_a_suspicion_with_its_source_and_no_person(detector: object) -> None:
    one = next(each for each in IMPORTANT if each is detector)
    assert one.title.startswith("疑似")
    assert "疑似" in one.law
    assert not one.identifies
    assert set(one.grades.values()) == {Grade.IMPORTANT}


def test_points_are_pairs_in_either_order_and_counted_once() -> None:
    assert in_china(116.4, 39.9)
    assert not in_china(2.3, 48.9)
    assert points_in_china(b"116.39748,39.90872") == points_in_china(b"39.90872,116.39748") == 1
    assert points_in_china(b"116.39748,39.90872 " * 5) <= 2
    assert points_in_china(b"116.4,39.9") == 0


@given(st.binary(max_size=300), st.sampled_from([content[:60] for _, content in FILES.values()]))
def test_no_bytes_behind_a_head_make_a_check_fail(content: bytes, head: bytes) -> None:
    for detector in catalogue():
        detector.mask(detector.canonical(b"0" + content) if detector.grades else b"")
    SCANNER.scan(head + content, "binary", "body", ON)


SCANNER = build_scanner(fast=False)
