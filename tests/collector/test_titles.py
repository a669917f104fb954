from collector.verdicts import Status
from wire.places import Place, Region, place_of
from wire.titles import EN, STATUS_TITLES, country_title, place_title, region_title, status_title


def test_every_status_has_both_names() -> None:
    assert set(STATUS_TITLES) == {status.value for status in Status}
    assert status_title(Status.UNFILED) == "未备案"
    assert status_title(Status.UNFILED, required_route="standard_contract") == "未备案"
    assert status_title(Status.UNFILED, required_route="security_assessment") == "未申报"
    assert status_title(Status.UNFILED, EN, "security_assessment") == "Not applied for"
    assert status_title("something_new", EN) == "something_new"


def test_every_region_has_both_names() -> None:
    assert all(region_title(region) and region_title(region, EN) for region in Region)


def test_regions_of_china_are_named_as_such() -> None:
    assert [country_title(code) for code in ("HK", "MO", "TW")] == ["中国香港", "中国澳门", "中国台湾"]
    assert country_title("tw", EN) == "Taiwan, China"


def test_a_place_is_named_by_its_country_else_by_its_region() -> None:
    assert place_title(place_of("US")) == "美国"
    assert place_title(Place(), EN) == "Place unknown"
    assert country_title("ZZ") == "ZZ"
