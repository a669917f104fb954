"""Where an address stands, as the law classes places: 境内 or 境外."""

from enum import StrEnum

from msgspec import Struct


class Region(StrEnum):
    """A legal class of place. 境外 is everything outside the mainland, Hong Kong, Macao and Taiwan included."""

    MAINLAND = "mainland"
    HONG_KONG = "hong_kong"
    MACAO = "macao"
    TAIWAN = "taiwan"
    FOREIGN = "foreign"
    PRIVATE = "private"
    UNKNOWN = "unknown"

    @property
    def is_outbound(self) -> bool:
        """Whether data that arrive here have left the mainland (境外)."""
        return self in _OUTSIDE

    @property
    def is_inside(self) -> bool:
        """Whether an endpoint here is taken to stand in the mainland: the sensor's own private networks count."""
        return self in (Region.MAINLAND, Region.PRIVATE)


_OUTSIDE = frozenset({Region.HONG_KONG, Region.MACAO, Region.TAIWAN, Region.FOREIGN})
_SPECIAL = {"CN": Region.MAINLAND, "HK": Region.HONG_KONG, "MO": Region.MACAO, "TW": Region.TAIWAN}


class Place(Struct, frozen=True, gc=False):
    """Where an endpoint stands."""

    region: Region = Region.UNKNOWN
    country: str = ""
    """ISO 3166-1 alpha-2; HK, MO and TW are regions of China and carry their own code; empty if unknown."""
    asn: int = 0
    """Autonomous system number; 0 if unknown."""


def place_of(country: str, asn: int = 0) -> Place:
    """The place of a two-letter code, HK, MO and TW told apart from the mainland and from abroad."""
    code = country.upper()
    if len(code) != 2 or not code.isalpha():
        return Place(asn=asn)
    return Place(_SPECIAL.get(code, Region.FOREIGN), code, asn)
