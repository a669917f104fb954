import pytest

from wire.places import Place, Region, place_of


@pytest.mark.parametrize(
    ("code", "region", "is_outbound"),
    [
        ("CN", Region.MAINLAND, False),
        ("hk", Region.HONG_KONG, True),
        ("MO", Region.MACAO, True),
        ("TW", Region.TAIWAN, True),
        ("US", Region.FOREIGN, True),
        ("", Region.UNKNOWN, False),
        ("??", Region.UNKNOWN, False),
    ],
)
def test_hong_kong_macao_and_taiwan_are_outside_the_mainland_and_not_foreign(
    code: str, region: Region, is_outbound: bool
) -> None:
    assert place_of(code).region is region
    assert place_of(code).region.is_outbound is is_outbound


def test_the_autonomous_system_is_kept_where_the_country_is_unknown() -> None:
    assert place_of("", 64500) == Place(Region.UNKNOWN, "", 64500)
