"""A pure function run over numbers that note what is asked of them: a tree of its questions, an answer at each end.

Who asks the same questions and hears the same answers goes the same way. So a leaf holds for every run that is led to
it, and what is not asked cannot matter. What a traced number does not know how to note, it refuses.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, Generic, NoReturn, TypeVar

from typing_extensions import override

T = TypeVar("T")

LESS: Final = 0
EQUAL: Final = 1
UNKNOWN: Final = -1
_FIRST_LEAF: Final = -2
_MOST_ASKED: Final = 1_024
"""New questions of one run."""
_MOST_QUESTIONS: Final = 1 << 14
"""Of one tree."""
OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
"""Between these stands, in a traced text, which of the numbers shown belongs there (Unicode private use)."""

Question = tuple[int, int, int, int]
"""(slot, LESS or EQUAL, slot compared with or -1, number compared with)."""
_EVER: Final = 1 << 62


class UntraceableError(TypeError):
    """Something was asked that cannot be noted."""


class Tree(Generic[T]):
    """What a function asked so far of its numbers, and what it answered."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.ways: list[int] = []
        """Two of each question: where to go if not, where to go if so. Leaves stand below ``UNKNOWN``."""
        self.leaves: list[T] = []
        self.root = UNKNOWN

    def find(self, numbers: list[int]) -> T | None:
        """The answer for these numbers, if one of the runs went the same way."""
        at = self.root
        while at >= 0:
            slot, question, other_slot, other = self.questions[at]
            right = numbers[other_slot] if other_slot >= 0 else other
            left = numbers[slot]
            at = self.ways[2 * at + (left < right if question == LESS else left == right)]
        return None if at == UNKNOWN else self.leaves[_FIRST_LEAF - at]

    def run(self, numbers: list[int], work: Callable[["Trace"], T]) -> T:
        """Run the function for these numbers, and note the way that it went.

        Raises:
            UntraceableError: it asked what cannot be noted, or asks without end.
        """
        trace = Trace(self, numbers)
        try:
            answer = work(trace)
        except (TypeError, AttributeError) as error:
            raise UntraceableError("used in a way that cannot be noted") from error
        trace.lead_to(_FIRST_LEAF - len(self.leaves))
        self.leaves.append(answer)
        return answer


class Trace:
    """One run."""

    def __init__(self, tree: Tree[T], numbers: list[int]) -> None:
        self._tree = tree
        self._numbers = numbers
        self._way = UNKNOWN
        self._first_new = len(tree.questions)
        self.shown: list[tuple[int, str]] = []
        """(slot, format) of each number that was written into a text, in order."""

    def ask(self, slot: int, question: int, other_slot: int, other: int) -> bool:
        """Answer a question, and note it."""
        tree, asked = self._tree, (slot, question, other_slot, other)
        at = tree.root if self._way == UNKNOWN else tree.ways[self._way]
        if at == UNKNOWN:
            at = len(tree.questions)
            if at >= min(_MOST_QUESTIONS, self._first_new + _MOST_ASKED):
                raise UntraceableError("too many questions")
            tree.questions.append(asked)
            tree.ways += (UNKNOWN, UNKNOWN)
            self.lead_to(at)
        elif at < 0 or tree.questions[at] != asked:
            raise UntraceableError("the same answers led to other questions")
        left = self._numbers[slot]
        right = self._numbers[other_slot] if other_slot >= 0 else other
        is_so = left < right if question == LESS else left == right
        self._way = 2 * at + is_so
        return is_so

    def lead_to(self, child: int) -> None:
        """Where the answer that was given last leads."""
        if self._way == UNKNOWN:
            self._tree.root = child
        else:
            self._tree.ways[self._way] = child

    def show(self, slot: int, how: str) -> str:
        """What stands in the text for a number."""
        self.shown.append((slot, how))
        return f"{OPEN}{len(self.shown) - 1}{CLOSE}"


def _refuse(*_: object) -> NoReturn:
    raise UntraceableError("this was not to be read")


_USES: Final = (
    "getattr bool len iter contains getitem int index float eq ne lt le gt ge add radd sub rsub mul rmul mod rmod"
    " floordiv truediv neg abs hash str repr format"
).split()

C = TypeVar("C", bound=type)


def _refusing(kind: C) -> C:
    """Every use that the class does not define itself is refused, those of ``object`` too."""
    for name in (f"__{use}__" for use in _USES):
        if getattr(kind, name, None) is getattr(object, name, None):
            setattr(kind, name, _refuse)
    return kind


@_refusing
class Unread:
    """What stands where a function may not look."""

    __slots__ = ()


@_refusing
class Named:
    """A text of which only whether there is one may be asked."""

    __slots__ = ("_is_there",)

    def __init__(self, *, is_there: bool) -> None:
        self._is_there = is_there

    def __bool__(self) -> bool:
        return self._is_there


@_refusing
class Number:  # noqa: PLW1641  # no hash: nothing keyed by it could be found again
    """A number that is compared, tested against zero or written down, and nothing else.

    What follows from the answers that it gave is not asked again.
    """

    __slots__ = ("_least", "_most", "_trace", "slot")

    def __init__(self, trace: Trace, slot: int) -> None:
        self._trace = trace
        self.slot = slot
        self._least, self._most = -_EVER, _EVER

    def __lt__(self, other: object) -> bool:
        if isinstance(other, Number):
            return self._trace.ask(self.slot, LESS, other.slot, 0)
        return self._is_below(self._plain(other))

    def __ge__(self, other: object) -> bool:
        return not self < other

    def __gt__(self, other: object) -> bool:
        return other < self if isinstance(other, Number) else not self._is_below(self._plain(other) + 1)

    def __le__(self, other: object) -> bool:
        return not self > other

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, Number):
            return self._trace.ask(self.slot, EQUAL, other.slot, 0)
        return self._is(self._plain(other))

    @override
    def __ne__(self, other: object) -> bool:
        return not self == other

    def __bool__(self) -> bool:
        return not self._is(0)

    @override
    def __format__(self, how: str) -> str:
        return self._trace.show(self.slot, how)

    @override
    def __str__(self) -> str:
        return format(self, "")

    def _is_below(self, other: int) -> bool:
        if self._most < other or self._least >= other:
            return self._most < other
        is_so = self._trace.ask(self.slot, LESS, -1, other)
        if is_so:
            self._most = other - 1
        else:
            self._least = other
        return is_so

    def _is(self, other: int) -> bool:
        is_so = self._least <= other <= self._most and self._trace.ask(self.slot, EQUAL, -1, other)
        if is_so:
            self._least = self._most = other
        return is_so

    def _plain(self, other: object) -> int:
        return other if type(other) is int else _refuse()


class Day(Number):
    """A day, as the number of days since the first of January of year one."""

    __slots__ = ()

    @override
    def __lt__(self, other: object) -> bool:
        # Asked so often, and so often answered already, that the ways through ``Number`` would be most of the time.
        if type(other) is not date:
            return super().__lt__(other)
        number = other.toordinal()
        return self._most < number or (self._least < number and self._is_below(number))

    @override
    def __ge__(self, other: object) -> bool:
        if type(other) is not date:
            return super().__ge__(other)
        number = other.toordinal()
        return self._most >= number and (self._least >= number or not self._is_below(number))

    @override
    def __bool__(self) -> bool:
        return True

    @override
    def __format__(self, how: str) -> str:
        return _refuse() if how else self._trace.show(self.slot, "day")

    @override
    def _plain(self, other: object) -> int:
        return other.toordinal() if type(other) is date else _refuse()


def shown(number: int, how: str) -> str:
    """A number as it was to be written down."""
    return date.fromordinal(number).isoformat() if how == "day" else format(number, how)
