"""A case (案件): one cause, the transfers that show it, and the acts by which people bring it to an end.

A case is the fold of its acts over what was found. Acts are appended, never edited: the file reads as it happened.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import reduce
from hashlib import sha256
import re
from typing import Final

import msgspec
from msgspec import Struct

from collector.incidents import Incident
from wire.faults import GuanjinError
from wire.legal_time import rfc3339

MOST_ACTS: Final = 1_000
_LONGEST_NOTE: Final = 2_000
_LONGEST_NAME: Final = 100
_MOST_ATTACHMENTS: Final = 20
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class CaseType(StrEnum):
    """Two kinds of case, each with its own clocks. An unfiled export is by itself no incident; a leak is."""

    UNFILED_EXPORT = "unfiled_export"
    """出境与申报不符: whatever the verdict flags."""
    INCIDENT = "incident"
    """网络安全事件."""


class State(StrEnum):
    """How far a case has come."""

    FOUND = "found"
    JUDGED = "judged"
    NOTIFIED = "notified"
    RECTIFYING = "rectifying"
    RECHECKED = "rechecked"
    CLOSED = "closed"
    DISMISSED = "dismissed"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self not in (State.CLOSED, State.DISMISSED)


class Move(StrEnum):
    """What a person may do."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    """研判属实."""
    NOTIFY = "notify"
    """通报, with the day by which it is to be mended."""
    RECTIFY = "rectify"
    """The exporter has begun, or says that it has mended it."""
    RECHECK = "recheck"
    """复核: passed or not."""
    CLOSE = "close"
    DISMISS = "dismiss"
    """不予立案 or 误报: with the reason."""
    REOPEN = "reopen"
    NOTE = "note"


class RefusedError(GuanjinError):
    """A step that the case does not allow as it stands; nothing was changed."""


class Cause(Struct, frozen=True):
    """What makes transfers one case."""

    organisation: str
    destination: str
    """``recipient:ID`` where it is registered, else ``host:NAME`` or ``address:ADDRESS``, or the ``server:NAME``
    that is read from outside."""
    ground: str
    """The verdict's status, or ``inconsistent`` where a spot check found it."""
    kinds: tuple[str, ...]
    """Every kind found, sorted."""


class Opening(Struct, frozen=True):
    """What a case is about; it never changes."""

    case_id: str
    type: CaseType
    cause: Cause
    incident: Incident | None = None


class Found(Struct, frozen=True):
    """A transfer that shows the cause: it opens the case or joins it."""

    event_id: str
    begun_ns: int
    opening: Opening


class Act(Struct, frozen=True, kw_only=True):
    """One entry of the file."""

    case_id: str
    number: int
    """1, 2, 3 ... within the case."""
    move: Move
    at_ns: int
    who: str
    """As stated: who signs in is another room's."""
    note: str = ""
    owner: str = ""
    """To whom it is assigned."""
    due_ns: int | None = None
    passed: bool | None = None
    """Of a recheck."""
    attachments: tuple[str, ...] = ()
    """SHA-256 of each document; the documents themselves stay where they are."""


class Case(Struct, frozen=True, kw_only=True):
    """The case as it stands."""

    opening: Opening
    events: int
    first_ns: int
    """Of the transfers; of an incident without any, when it became known."""
    last_ns: int
    state: State = State.FOUND
    owner: str = ""
    due_ns: int | None = None
    acts: tuple[Act, ...] = ()

    @property
    def case_id(self) -> str:
        """Derived from the cause."""
        return self.opening.case_id

    @property
    def settled_ns(self) -> int | None:
        """When it was closed; None unless it is."""
        act = self.last(Move.CLOSE) if self.state is State.CLOSED else None
        return act.at_ns if act else None

    @property
    def recurs(self) -> bool:
        """Whether the cause showed itself again after the case was closed."""
        return self.settled_ns is not None and self.last_ns > self.settled_ns

    @property
    def possible(self) -> tuple[Move, ...]:
        """What may be done next."""
        return tuple(move for move, step in _STEPS.items() if self.state in step.before)

    def last(self, move: Move) -> Act | None:
        """The newest act of a kind."""
        return next((act for act in reversed(self.acts) if act.move is move), None)

    def first(self, move: Move) -> Act | None:
        """The oldest act of a kind."""
        return next((act for act in self.acts if act.move is move), None)


class _Step(Struct, frozen=True):
    before: frozenset[State]
    after: State | None = None
    """None: the state stays."""
    needs: tuple[str, ...] = ()


_OPEN: Final = frozenset(state for state in State if state.is_open)
_ENDED: Final = frozenset(State) - _OPEN
_STEPS: Final[dict[Move, _Step]] = {
    Move.ASSIGN: _Step(_OPEN, None, ("owner",)),
    Move.ACCEPT: _Step(frozenset({State.FOUND}), State.JUDGED),
    Move.NOTIFY: _Step(frozenset({State.JUDGED}), State.NOTIFIED, ("due_ns",)),
    Move.RECTIFY: _Step(frozenset({State.NOTIFIED}), State.RECTIFYING),
    Move.RECHECK: _Step(frozenset({State.RECTIFYING, State.RECHECKED}), State.RECHECKED, ("passed",)),
    Move.CLOSE: _Step(frozenset({State.RECHECKED}), State.CLOSED),
    Move.DISMISS: _Step(_OPEN, State.DISMISSED, ("note",)),
    Move.REOPEN: _Step(_ENDED, State.FOUND, ("note",)),
    Move.NOTE: _Step(frozenset(State), None, ("note",)),
}


def case_id_of(type_: CaseType, cause: Cause, salt: str = "") -> str:
    """The case's number: the same cause always has the same.

    Args:
        type_: the case's type.
        cause: what makes it one case.
        salt: what tells two incidents of one organisation apart.
    """
    return sha256(msgspec.msgpack.encode((type_, cause, salt))).hexdigest()[:16]


def fold(found: Case, acts: Iterable[Act]) -> Case:
    """The case after its acts, whatever they are: what was once lawful is not judged anew."""
    return reduce(after, acts, found)


def after(case: Case, act: Act) -> Case:
    """The case after one act."""
    state = _STEPS[act.move].after or case.state
    if act.move is Move.RECHECK and not act.passed:
        state = State.NOTIFIED
    due_ns = act.due_ns if act.due_ns is not None else case.due_ns
    return msgspec.structs.replace(
        case, state=state, owner=act.owner or case.owner, due_ns=due_ns, acts=(*case.acts, act)
    )


def check(case: Case, act: Act) -> None:
    """See that the act may be appended.

    Raises:
        RefusedError: it may not; the message says why and what may be done instead.
    """
    what = next((found for objection in _OBJECTIONS if (found := objection(case, act))), "")
    if what:
        raise RefusedError(what)


def _state(case: Case, act: Act) -> str:
    if case.state in _STEPS[act.move].before:
        return ""
    return f"a case that is {case.state} takes no {act.move}; possible now: {', '.join(case.possible)}"


def _needs(case: Case, act: Act) -> str:
    """An incident's clocks run by law; only the notice of an export sets its own day."""
    needs = [name for name in _STEPS[act.move].needs if name != "due_ns" or not case.opening.incident]
    empty = [name for name in needs if getattr(act, name) in ("", None)]
    return f"{act.move} needs {_WANTED[empty[0]]}" if empty else ""


_WANTED: Final = {
    "owner": "an owner",
    "due_ns": "the day by which it is to be mended",
    "passed": "its result: passed or failed",
    "note": "a reason",
}


def _form(_: Case, act: Act) -> str:
    names = [name for name in (act.who, act.owner) if len(name) > _LONGEST_NAME or not name.isprintable()]
    checks = (
        (not act.who.strip(), "an act needs the name of who does it"),
        (bool(names), f"a name is printable and has at most {_LONGEST_NAME} characters"),
        (len(act.note) > _LONGEST_NOTE, f"a note has at most {_LONGEST_NOTE} characters"),
        (not act.note.replace("\n", "").isprintable(), "a note is printable text"),
        (len(act.attachments) > _MOST_ATTACHMENTS, f"at most {_MOST_ATTACHMENTS} attachments"),
        (not all(map(_SHA256.fullmatch, act.attachments)), "an attachment is named by its SHA-256 (64 hex digits)"),
        (act.due_ns is not None and act.due_ns <= act.at_ns, "the deadline has passed already"),
    )
    return next((says for is_wrong, says in checks if is_wrong), "")


def _place(case: Case, act: Act) -> str:
    if (act.case_id, act.number) != (case.case_id, len(case.acts) + 1):
        return "somebody else acted on this case meanwhile: look again"
    return f"a case holds at most {MOST_ACTS} acts" if act.number > MOST_ACTS else ""


def _traffic(case: Case, act: Act) -> str:
    """复核 is done against the traffic: what still flows is not mended."""
    mended = case.last(Move.RECTIFY)
    if act.move is not Move.RECHECK or not act.passed or mended is None or case.last_ns <= mended.at_ns:
        return ""
    return (
        f"the recheck cannot pass: a transfer of this case began at {rfc3339(case.last_ns)}, after the rectification "
        f"of {rfc3339(mended.at_ns)}"
    )


_OBJECTIONS: Final[tuple[Callable[[Case, Act], str], ...]] = (_place, _state, _needs, _form, _traffic)
