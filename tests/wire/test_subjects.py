from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from wire.faults import MalformedError
from wire.subjects import Gathering, Span, Subjects, is_mark, strength

TOKENS = st.dictionaries(
    st.sampled_from(["cn.mobile", "cn.resident_id", "email"]), st.lists(st.integers(0, 2**64 - 1), max_size=20)
)


def truth(*parts: dict[str, list[int]]) -> dict[str, set[int]]:
    whole: dict[str, set[int]] = {}
    for part in parts:
        for kind, tokens in part.items():
            whole.setdefault(kind, set()).update(tokens)
    return whole


@given(TOKENS, TOKENS, TOKENS)
@settings(deadline=None)
def test_union_is_a_semilattice_and_counts_like_sets(
    a: dict[str, list[int]], b: dict[str, list[int]], c: dict[str, list[int]]
) -> None:
    x, y, z = Subjects.of(a), Subjects.of(b), Subjects.of(c)
    assert (x | y) | z == x | (y | z)
    assert x | y == y | x
    assert x | x == x
    sets = truth(a, b, c)
    assert (x | y | z).at_least == max((len(tokens) for tokens in sets.values()), default=0)
    assert (x | y | z).span.at_most == sum(len(tokens) for tokens in sets.values())


@pytest.mark.parametrize("persons", [9_999, 10_000, 99_999, 100_000])
def test_counts_are_exact_at_the_legal_limits(persons: int) -> None:
    halves = Subjects.of({"cn.mobile": range(persons // 2)}) | Subjects.of({"cn.mobile": range(persons // 2, persons)})
    assert (halves.span.at_least, halves.span.estimate, halves.span.at_most) == (persons, persons, persons)


def test_a_million_persons_stay_within_the_stated_error() -> None:
    gathering = Gathering()
    gathering.add_tokens("cn.mobile", range(1_000_000))
    span = gathering.span
    assert span.at_least <= 1_000_000 <= span.at_most
    assert abs(span.estimate - 1_000_000) < 3 * 0.0027 * 1_000_000


@given(TOKENS, st.sets(st.integers(0, 2**64 - 1), max_size=20))
@settings(deadline=None)
def test_covered_tokens_are_not_added_to_those_that_cover_them(types: dict[str, list[int]], more: set[int]) -> None:
    beside = Subjects.of({**types, "email": {*types.get("email", ()), *more}, "email+": more})
    sizes = {kind: len(set(types.get(kind, ()))) for kind in ("cn.mobile", "cn.resident_id")}
    mails = {*types.get("email", ()), *more}
    greatest = max(*sizes.values(), len(mails))
    assert beside.span == Span(greatest, greatest, max(greatest, sum(sizes.values()) + len(mails - more)))


def test_a_mark_is_no_identifier_type() -> None:
    assert Subjects.of({"email+": range(5)}).span == Span(0, 0, 0)
    assert Subjects.of({"email": range(3), "email+": range(5)}).span == Span(3, 3, 3)


def test_many_linked_persons_are_no_more_than_the_bounds_allow() -> None:
    persons = range(200_000)
    linked = Subjects.of({"cn.resident_id": persons, "cn.mobile": persons, "cn.mobile+": persons})
    assert linked.at_least <= 200_000 <= linked.span.at_most < 210_000


def test_documents_come_before_phones_and_what_has_no_place_comes_last_by_name() -> None:
    kinds = ["custom.b", "email", "cn.passport", "custom.a", "cn.resident_id", "cn.mobile", "account.wechat"]
    assert sorted(kinds, key=strength) == [
        "cn.resident_id", "cn.passport", "cn.mobile", "email", "account.wechat", "custom.a", "custom.b",
    ]  # fmt: skip
    assert [is_mark(each) for each in ("email", "email+")] == [False, True]


def test_bytes_that_are_no_sketch_are_refused() -> None:
    with pytest.raises(MalformedError):
        assert Subjects((("email", b"\x00nonsense"),)).at_least
