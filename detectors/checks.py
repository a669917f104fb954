"""Checksums and calendars: what the digits of a number prove by themselves."""

from calendar import isleap, monthrange
from functools import cache, lru_cache
from itertools import pairwise
from operator import mul
import re
from typing import Final

from detectors.tables import PROVINCES, counties

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_BIAS: Final = 48 * sum(_ID_WEIGHTS)
_ID_LETTERS: Final = b"10X98765432"
_USCC_ALPHABET: Final = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES: Final = dict(zip(b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ", b"012345678912345678123457923456789", strict=True))
_DOUBLED: Final = bytes.maketrans(b"0123456789", b"0246813579")
_BASE_36: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAIWAN_AREAS: Final = b"ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""Letters in the order of their values, from 10 on."""
_TAIWAN_WEIGHTS: Final = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_COORDINATE: Final = re.compile(rb"(?<![0-9.])\d{1,3}\.\d{4,15}(?![0-9.])")
_CENTURIES: Final = range(1850, 2100)


def mod_11_2(text: bytes) -> bool:
    """Whether 17 digits and a check character (upper case) satisfy ISO 7064 MOD 11-2 (GB 11643-1999)."""
    total: int = sum(map(mul, _ID_WEIGHTS, text)) - _ID_BIAS
    return text[17] == _ID_LETTERS[total % 11]


def mod_31(text: bytes) -> bool:
    """Whether 18 characters are a valid 统一社会信用代码 (GB 32100-2015)."""
    places = [_USCC_ALPHABET.find(letter) for letter in text]
    if len(places) != 18 or min(places) < 0:
        return False
    total: int = sum(map(mul, _USCC_WEIGHTS, places)) + places[17]
    return total % 31 == 0


def luhn(text: bytes) -> bool:
    """Whether digits satisfy the Luhn formula (ISO/IEC 7812-1)."""
    return (sum(text[-1::-2]) + sum(text[-2::-2].translate(_DOUBLED)) - 48 * len(text)) % 10 == 0


def vin_check_digit(text: bytes) -> bool:
    """Whether the ninth of 17 characters is the check digit of GB 16735."""
    try:
        total = sum(_VIN_VALUES[letter] % 48 * weight for letter, weight in zip(text, _VIN_WEIGHTS, strict=True))
    except (KeyError, ValueError):
        return False
    return text[8] == b"0123456789X"[total % 11]


def hong_kong_identity(text: bytes) -> bool:
    """Whether one or two letters, six digits and a check character (no brackets) are a 香港身份证 number."""
    places = [_BASE_36.find(letter) for letter in text]
    # A single letter stands behind a blank, whose value is 36.
    total: int = sum(map(mul, range(9, 0, -1), [36, *places] if len(places) == 8 else places))
    return total % 11 == 0


def taiwan_identity(text: bytes) -> bool:
    """Whether a letter, a letter or digit and eight digits are a 台湾身份证 or 居留证 number."""
    area = _TAIWAN_AREAS.find(text[:1]) + 10
    second = text[1] - 48 if text[1:2].isdigit() else (_TAIWAN_AREAS.find(text[1:2]) + 10) % 10
    places = [area // 10, area % 10, second, *(letter - 48 for letter in text[2:])]
    total: int = sum(map(mul, _TAIWAN_WEIGHTS, places))
    return total % 10 == 0


def in_china(longitude: float, latitude: float) -> bool:
    """Whether a point lies in the box around the territory of China."""
    return 73.4 <= longitude <= 135.1 and 3.8 <= latitude <= 53.6


def points_in_china(text: bytes) -> int:
    """How many different pairs of coordinates, in either order and of four decimals or more, lie in China."""
    numbers = [(found[0], float(found[0])) for found in _COORDINATE.finditer(text)]
    pairs = pairwise(numbers)
    return len(
        {(one, other) for (one, first), (other, second) in pairs if in_china(first, second) or in_china(second, first)}
    )


@cache
def _days() -> frozenset[bytes]:
    lengths = ((month, monthrange(2000, month)[1]) for month in range(1, 13))
    return frozenset(b"%02d%02d" % (month, day) for month, length in lengths for day in range(1, length + 1))


def calendar_day(text: bytes) -> bool:
    """Whether ``YYYYMMDD`` is a day of the calendar between 1850 and 2099."""
    if text[4:] not in _days():
        return False
    year = int(text[:4])
    return year in _CENTURIES and (text[4:] != b"0229" or isleap(year))


@cache
def _county_sums() -> dict[bytes, int]:
    return {code: sum(map(mul, _ID_WEIGHTS, code)) for code in counties()}


@lru_cache(1 << 14)
def _day_sum(day: bytes) -> int:
    return sum(map(mul, _ID_WEIGHTS[6:], day)) if calendar_day(day) else 0


def identity_number(text: bytes, latest: bytes) -> float:
    """Belief in an 18-character identity number by its check character, birth date and county.

    The check sum is ``mod_11_2``'s, put together from the parts that repeat.

    Args:
        text: 17 digits and a digit or upper-case X.
        latest: the latest possible day of birth, ``YYYYMMDD``.

    Returns:
        0 for a number that cannot be one; 0.6 where the county code was never in force; 0.9 where it was. Of random
        numbers with a province and a day, the check character passes 1 in 11.
    """
    day = text[6:14]
    county, born = _county_sums().get(text[:6]), _day_sum(day)
    if not born or day > latest:
        return 0.0
    if county is None:
        return 0.6 if text[:2] in PROVINCES and mod_11_2(text) else 0.0
    total = county + born + 8 * text[14] + 4 * text[15] + 2 * text[16] - _ID_BIAS
    return 0.9 if text[17] == _ID_LETTERS[total % 11] else 0.0
