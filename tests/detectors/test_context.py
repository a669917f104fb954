from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.catalogue import catalogue
from detectors.context import Cues, weighed
from detectors.finding import Candidate

CUES = Cues(next(detector for detector in catalogue() if detector.kind == "cn.mobile"))


@pytest.mark.parametrize(
    ("text", "raises"),
    [
        ("手机 @", True),
        ("我的手机号是@", True),
        ("please call @", True),
        ("@是我的手机", True),
        ("订单手机 @", True),
        ("手机订单 @", False),
        ("order no @", False),
        ("@ 订单", False),
        ("手机。@", None),
        ('"手机":"","x":@', None),
        ("recall @", None),
        ("@，手机另附", None),
        ("@", None),
    ],
)
def test_the_nearest_word_in_the_same_sentence_decides(text: str, raises: bool | None) -> None:  # a table
    at = text.encode().index(b"@")
    odds = CUES.odds(Candidate(text.encode(), at, at + 1, "", "text", date(2026, 11, 21)))
    assert (None if odds == 1 else odds > 1) == raises


@given(st.floats(0.01, 0.99), st.floats(0.01, 100))
def test_evidence_moves_belief_its_own_way_and_never_out_of_bounds(belief: float, odds: float) -> None:
    after = weighed(belief, odds)
    assert 0 < after < 1
    assert (after - belief) * (odds - 1) >= -1e-12
