from pathlib import Path

import geoip2.database
from mmdb_writer import MMDBWriter
from netaddr import IPSet
import pytest

from agent.geo import EMBEDDED, MmdbLocator
from wire.faults import ConfigurationError
from wire.networks import Network
from wire.places import Place, Region


@pytest.fixture(scope="module")
def embedded() -> MmdbLocator:
    return MmdbLocator()


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("8.8.8.8", Region.FOREIGN),
        ("114.114.114.114", Region.MAINLAND),
        ("203.80.96.1", Region.HONG_KONG),
        ("202.175.3.3", Region.MACAO),
        ("168.95.1.1", Region.TAIWAN),
        ("2001:4860::1", Region.FOREIGN),
        ("::ffff:8.8.8.8", Region.FOREIGN),
        ("64:ff9b::808:808", Region.FOREIGN),
        ("10.1.2.3", Region.PRIVATE),
        ("100.64.1.1", Region.PRIVATE),
        ("127.0.0.1", Region.PRIVATE),
        ("fd00::1", Region.PRIVATE),
        ("224.0.0.251", Region.PRIVATE),
        ("203.0.113.9", Region.UNKNOWN),
        ("2001:db8::1", Region.UNKNOWN),
        ("240.0.0.1", Region.UNKNOWN),
        ("0.0.0.0", Region.PRIVATE),
        ("255.255.255.255", Region.PRIVATE),
        ("no address", Region.UNKNOWN),
        ("", Region.UNKNOWN),
    ],
)
def test_addresses_fall_into_their_legal_class(embedded: MmdbLocator, address: str, region: Region) -> None:
    assert embedded.locate(address).place.region is region


def test_the_database_tells_its_name_and_day(embedded: MmdbLocator) -> None:
    assert (embedded.source.name, embedded.source.built) == (EMBEDDED.stem, "2026-06-17")


def test_the_longest_declared_network_beats_geography() -> None:
    locator = MmdbLocator(
        EMBEDDED,
        [
            Network("10.0.0.0/8", organisation="A"),
            Network("10.88.0.0/16", place=Place(Region.FOREIGN, "US"), line="line-1"),
            Network("10.88.9.0/24", organisation="B"),
            Network("8.8.8.0/24", place=Place(Region.MAINLAND, "CN")),
        ],
    )
    assert locator.locate("10.1.1.1").organisation == "A"
    far = locator.locate("10.88.1.1")
    assert (far.place, far.line) == (Place(Region.FOREIGN, "US"), "line-1")
    assert locator.locate("10.88.9.1").organisation == "B"
    assert locator.locate("10.88.9.1").place.region is Region.PRIVATE
    assert locator.locate("8.8.8.8").place.region is Region.MAINLAND


def test_a_database_in_maxminds_schema_reads_as_geoip2_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "other.mmdb"
    writer = MMDBWriter(6, "GeoLite2-Country", ipv4_compatible=True)
    writer.insert_network(
        IPSet(["1.2.0.0/16"]), {"country": {"iso_code": "SG"}, "registered_country": {"iso_code": "US"}}
    )
    writer.insert_network(IPSet(["1.3.0.0/16"]), {"registered_country": {"iso_code": "TW"}})
    writer.to_db_file(str(path))
    locator = MmdbLocator(path)
    with geoip2.database.Reader(path) as oracle:
        assert locator.locate("1.2.3.4").place.country == oracle.country("1.2.3.4").country.iso_code == "SG"
    assert locator.locate("1.3.0.1").place.region is Region.TAIWAN
    assert locator.locate("9.9.9.9").place.region is Region.UNKNOWN


@pytest.mark.parametrize("record", [{"country": "JP", "asn": "AS2497"}, {"country_code": "JP", "asn": 2497}])
def test_flat_records_give_country_and_network_number(tmp_path: Path, record: dict[str, object]) -> None:
    path = tmp_path / "flat.mmdb"
    writer = MMDBWriter(6, "flat", ipv4_compatible=True)
    writer.insert_network(IPSet(["1.2.0.0/16"]), record)
    writer.to_db_file(str(path))
    assert MmdbLocator(path).locate("1.2.3.4").place == Place(Region.FOREIGN, "JP", 2497)


def test_a_file_that_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.mmdb"
    path.write_bytes(b"not a database")
    with pytest.raises(ConfigurationError, match=r"broken\.mmdb"):
        MmdbLocator(path)
    with pytest.raises(ConfigurationError):
        MmdbLocator(tmp_path / "absent.mmdb")


def test_a_network_that_is_no_prefix_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not a network"):
        MmdbLocator(EMBEDDED, [Network("10.0.0.0/99")])
