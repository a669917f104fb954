"""What a filing covers: its days, its recipients and its data items."""

from datetime import date
from enum import Enum, auto

from collector.declarations import Exemption, Filing, FilingRoute, FilingState
from wire.events import TransferEvent
from wire.kinds import Grade, Kind


class Standing(Enum):
    """Where a day lies in the life of a filing."""

    IN_FORCE = auto()
    NOT_YET = auto()
    EXPIRED = auto()
    WITHDRAWN = auto()


def standing(filing: Filing, on: date) -> Standing:
    """Whether the filing counts on that day of Shanghai; both its days are inclusive.

    Law:
        个人信息出境标准合同办法 第六条、第七条, in force 2023-06-01: export may begin once the contract takes effect,
        which is filed within ten working days of that, so a contract whose filing is not settled counts already.
    """
    if filing.state is FilingState.WITHDRAWN:
        return Standing.WITHDRAWN
    if filing.state is FilingState.PENDING and filing.route is not FilingRoute.STANDARD_CONTRACT:
        return Standing.NOT_YET
    if on > filing.valid_until:
        return Standing.EXPIRED
    return Standing.IN_FORCE if on >= filing.valid_from else Standing.NOT_YET


def personal_kinds(event: TransferEvent) -> tuple[Kind, ...]:
    """The kinds of personal information found, sorted; suspected important data are none."""
    return tuple(sorted({tally.kind for tally in event.tallies if tally.grade is not Grade.IMPORTANT}))


def fields_outside(filing: Filing, event: TransferEvent) -> tuple[str, ...]:
    """The field names seen that the filing does not list; none if it lists no fields."""
    if not filing.fields:
        return ()
    listed = {field.casefold() for field in filing.fields}
    seen = {field for tally in event.tallies if tally.grade is not Grade.IMPORTANT for field in tally.fields}
    return tuple(sorted(field for field in seen if not _spellings(field) & listed))


def exempts(exemption: Exemption, event: TransferEvent, recipient: str, on: date) -> bool:
    """Whether a declared exemption is in force that day and its scope holds the whole transfer."""
    in_force = exemption.valid_from <= on <= exemption.valid_until
    return in_force and recipient in exemption.recipients and set(personal_kinds(event)) <= set(exemption.kinds)


def _spellings(field: str) -> set[str]:
    """``body:$.user.idCard`` may be declared whole, without its place, or as ``idCard``."""
    name = field.casefold()
    _, _, path = name.partition(":")
    path = path or name
    return {name, path, path.removeprefix("$."), path.rpartition(".")[2]}
