"""What a filing covers: its days, its recipients and its data items."""

from datetime import date
from enum import Enum, auto
from typing import Final

from collector.declarations import Exemption, Filing, FilingRoute, FilingState
from collector.implied import undeclared
from wire.events import TransferEvent
from wire.kinds import Grade, Kind


class Standing(Enum):
    """Where a day lies in the life of a filing."""

    IN_FORCE = auto()
    NOT_YET = auto()
    EXPIRED = auto()
    WITHDRAWN = auto()
    OVERDUE = auto()
    """A standard contract in effect that should have been handed in by then, and was not."""


STATE_TITLES: Final = {
    FilingState.IN_FORCE: ("已通过或者已备案", "passed, filed or certified"),
    FilingState.DRAFT: ("草稿", "draft"),
    FilingState.EFFECTIVE_UNFILED: ("合同已生效、未备案", "in effect, not filed"),
    FilingState.PENDING: ("已提交、未办结", "handed in, not decided"),
    FilingState.SUBMITTED: ("已提交、未受理", "handed in, not accepted yet"),
    FilingState.SUPPLEMENTING: ("补正材料", "sent back for more material"),
    FilingState.ACCEPTED: ("已受理、审查中", "accepted, under review"),
    FilingState.REFUSED: ("未通过", "refused"),
    FilingState.SUSPENDED: ("暂停", "suspended"),
    FilingState.TERMINATED: ("终止", "terminated"),
    FilingState.WITHDRAWN: ("撤回", "withdrawn"),
}

_UNDECIDED: Final = frozenset(each for each in FilingState if each.is_unsettled)
_NOT_COUNTING: Final = {
    True: frozenset({FilingState.DRAFT}),
    False: _UNDECIDED | {FilingState.DRAFT, FilingState.EFFECTIVE_UNFILED},
}
"""For a standard contract, which binds from its own day, and for every other filing."""


def standing(filing: Filing, on: date) -> Standing:
    """Whether the filing counts on that day of Shanghai; both its days are inclusive.

    Law:
        个人信息出境标准合同办法 第六条、第七条, in force 2023-06-01: export may begin once the contract takes effect,
        which is filed within ten working days of that, so a contract whose filing is not settled counts already.
    """
    if filing.state.is_ended and (filing.ended_on is None or on >= filing.ended_on):
        return Standing.WITHDRAWN
    if filing.state in _NOT_COUNTING[filing.route is FilingRoute.STANDARD_CONTRACT]:
        return Standing.NOT_YET
    if on > filing.valid_until:
        return Standing.EXPIRED
    return Standing.IN_FORCE if on >= filing.valid_from else Standing.NOT_YET


def personal_kinds(event: TransferEvent) -> tuple[Kind, ...]:
    """The kinds of personal information found, sorted; suspected important data are none."""
    return tuple(sorted({tally.kind for tally in event.tallies if tally.grade is not Grade.IMPORTANT}))


def fields_outside(declared: Filing | Exemption, event: TransferEvent) -> tuple[str, ...]:
    """The field names seen that the declaration does not list; none if it lists no fields."""
    if not declared.fields:
        return ()
    listed = {field.casefold() for field in declared.fields}
    return tuple(sorted(field for field in personal_fields(event) if not spellings(field) & listed))


def personal_fields(event: TransferEvent) -> set[str]:
    """The names of the fields in which something personal was found."""
    return {field for tally in event.tallies if tally.grade is not Grade.IMPORTANT for field in tally.fields}


def exempts(exemption: Exemption, event: TransferEvent, recipient: str, on: date) -> bool:
    """Whether a declared exemption is in force that day and its scope holds the whole transfer."""
    if not exemption.valid_from <= on <= exemption.valid_until or recipient not in exemption.recipients:
        return False
    return not undeclared(personal_kinds(event), exemption.kinds) and not fields_outside(exemption, event)


def spellings(field: str) -> set[str]:
    """``body:$.user.idCard`` may be declared whole, without its place, or as ``idCard``."""
    name = field.casefold()
    _, _, path = name.partition(":")
    path = path or name
    return {name, path, path.removeprefix("$."), path.rpartition(".")[2]}
