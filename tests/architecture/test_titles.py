from detectors.catalogue import catalogue
from wire.titles import EN, KIND_TITLES, kind_title


def test_kinds_are_called_in_verdicts_what_their_detectors_call_them() -> None:
    assert {str(each.kind): (each.title, each.title_en) for each in catalogue()} == KIND_TITLES


def test_a_kind_that_is_not_ours_keeps_its_slug() -> None:
    assert kind_title("acme.staff_no", EN) == "acme.staff_no"
