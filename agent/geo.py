"""Addresses -> places: the registry's networks first, then any MMDB file. The only file that knows maxminddb."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime
import ipaddress
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from wire.events import GeoSource
from wire.faults import ConfigurationError
from wire.networks import Network
from wire.places import Place, Region, place_of

EMBEDDED: Final = Path(__file__).parent / "tables" / "geo-whois-asn-country.mmdb"
"""Country by registry delegation, 2026-06-17 (CC0 by ip-location-db; see NOTICE): used where no other file is named."""

_CACHED: Final = 65_536
_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_LOCAL: Final = tuple(
    ipaddress.ip_network(prefix)
    for prefix in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "255.255.255.255/32",
        "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
"""Ranges that never leave a site or its carrier (IANA special-purpose registries, RFC 6890); our own list, because
``ipaddress.is_private`` changes between Python releases."""
_NOWHERE: Final = tuple(
    ipaddress.ip_network(prefix)
    for prefix in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
"""Documentation ranges: nobody holds them."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class Located(Struct, frozen=True):
    """What is known of an address."""

    place: Place
    organisation: str = ""
    """The exporter in whose declared networks it lies; empty if none."""
    line: str = ""
    """The dedicated line behind which it lies; empty if none."""


class MmdbLocator:
    """Looks addresses up in the registry's networks, then among reserved ranges, then in an MMDB file.

    Reads MaxMind's schema (GeoLite2, GeoIP2, DB-IP), IPinfo's and ip-location-db's flat records.

    Raises:
        ConfigurationError: the file is not there or is no MMDB; a network is no prefix.
    """

    def __init__(self, path: Path = EMBEDDED, networks: Iterable[Network] = ()) -> None:
        import maxminddb  # noqa: PLC0415  # an edge library, loaded when a locator is wanted

        try:
            self._reader = maxminddb.open_database(path)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            raise ConfigurationError(f"cannot read the IP-to-country database: {error}", at=path.name) from error
        built = datetime.fromtimestamp(self._reader.metadata().build_epoch, UTC)
        self.source: Final = GeoSource(path.stem, built.date().isoformat())
        self.built_ns: Final = int(built.timestamp()) * 1_000_000_000
        self._declared = _by_length(networks)
        self._cache: dict[str, Located] = {}

    def locate(self, address: str) -> Located:
        """Where the address stands; ``Region.UNKNOWN`` for text that is no address and for ranges nobody holds."""
        known = self._cache.get(address)
        if known is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            known = self._cache[address] = self._look_up(address)
        return known

    def _look_up(self, text: str) -> Located:
        try:
            address = _unwrapped(ipaddress.ip_address(text))
        except ValueError:
            return Located(Place())
        declared = self._declared_for(address)
        place = declared.place if declared and declared.place else self._place(address)
        return Located(place, declared.organisation, declared.line) if declared else Located(place)

    def _declared_for(self, address: _IpAddress) -> Network | None:
        number, width = int(address), address.max_prefixlen
        for length, networks in self._declared.get(address.version, ()):
            network = networks.get(number >> (width - length))
            if network is not None:
                return network
        return None

    def _place(self, address: _IpAddress) -> Place:
        special = _special(address)
        return _place_of_record(self._reader.get(address)) if special is None else special


def _ranges(*networks: ipaddress.IPv4Network | ipaddress.IPv6Network) -> tuple[list[int], list[int]]:
    ordered = sorted((int(network.network_address), int(network.broadcast_address)) for network in networks)
    return [first for first, _ in ordered], [last for _, last in ordered]


_SPECIAL: Final = {
    version: [
        (_ranges(*(network for network in networks if network.version == version)), place)
        for networks, place in ((_NOWHERE, Place()), (_LOCAL, Place(Region.PRIVATE)))
    ]
    for version in (4, 6)
}


def _special(address: _IpAddress) -> Place | None:
    """The place of an address that no database need be asked about; None for all others."""
    number = int(address)
    for (firsts, lasts), place in _SPECIAL[address.version]:
        at = bisect_right(firsts, number) - 1
        if at >= 0 and number <= lasts[at]:
            return place
    return None


def _by_length(networks: Iterable[Network]) -> dict[int, list[tuple[int, dict[int, Network]]]]:
    """IP version -> (prefix length, network number -> network), longest first."""
    tables: dict[int, dict[int, dict[int, Network]]] = {}
    for network in networks:
        try:
            prefix = ipaddress.ip_network(network.prefix, strict=False)
        except ValueError as error:
            raise ConfigurationError(f"not a network: {network.prefix}", cure="write it as 10.8.0.0/16") from error
        number = int(prefix.network_address) >> (prefix.max_prefixlen - prefix.prefixlen)
        tables.setdefault(prefix.version, {}).setdefault(prefix.prefixlen, {})[number] = network
    return {version: sorted(by_length.items(), reverse=True) for version, by_length in tables.items()}


def _unwrapped(address: _IpAddress) -> _IpAddress:
    """The IPv4 address that an IPv6 one carries (mapped, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _place_of_record(record: Any) -> Place:
    if not isinstance(record, dict):
        return Place()
    country: Any = record.get("country_code") or record.get("country") or record.get("registered_country") or ""
    if isinstance(country, dict):
        country = country.get("iso_code", "")
    number: Any = record.get("autonomous_system_number") or record.get("asn") or 0
    digits = str(number).removeprefix("AS")
    return place_of(str(country), int(digits) if digits.isdigit() else 0)
