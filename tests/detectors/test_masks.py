from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.detector import Mask
from detectors.masks import first_letter, keep, mailbox, nothing

DIGITS = st.integers(1, 30).flatmap(lambda count: st.text("0123456789", min_size=count, max_size=count))


@given(DIGITS, st.integers(0, 8), st.integers(0, 8))
def test_a_mask_leaves_ten_thousand_candidates_or_shows_nothing(value: str, head: int, tail: int) -> None:
    shown = keep(head, tail)(value.encode())
    assert len(shown) == len(value)
    assert shown.count("*") >= min(4, len(value))
    assert all(mine in ("*", theirs) for mine, theirs in zip(shown, value, strict=True))


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (keep(3, 4), "13800138000", "138****8000"),
        (keep(6, 0), "11010519491231002X", "110105************"),
        (keep(6, 4, hidden=5), "622202123456789", "622202*****6789"),
        (keep(6, 4, hidden=5), "62220212345678", "622202*****678"),
        (keep(2, 0), "京A12345", "京A*****"),
        (mailbox, "zhang.san@example.com", "z***@example.com"),
        (first_letter, "E11.9", "E**"),
        (first_letter, "高血压", "高**"),
        (nothing, "20200101", "***"),
    ],
)
def test_masks_show_this_much(mask: Mask, value: str, shown: str) -> None:
    assert mask(value.encode()) == shown


@given(st.binary(max_size=40))
def test_no_bytes_make_a_mask_fail(value: bytes) -> None:
    for mask in (keep(3, 4), mailbox, first_letter, nothing):
        assert isinstance(mask(value), str)
