"""From flagged transfers to cases: one cause is one case."""

from collections.abc import Iterable
from typing import Final

from collector.book import Registry
from collector.cases import CaseType, Cause, Found, Opening, case_id_of
from collector.ports import Judged
from wire.events import Direction, Endpoint, TransferEvent

INCONSISTENT: Final = "inconsistent"
"""The ground of a case that a spot check opened."""
_LONGEST_NAME: Final = 253


def findings(judged: Iterable[Judged], registry: Registry) -> list[Found]:
    """The transfers that somebody must look at, each with the case that it belongs to."""
    return [found_by(each.event, each.verdict.status, registry) for each in judged if each.verdict.status.is_flagged]


def found_by(event: TransferEvent, ground: str, registry: Registry) -> Found:
    """A transfer as a sign of its cause: exporter, destination, ground and kinds. Needs nothing but the event."""
    kinds = tuple(sorted({tally.kind for tally in event.tallies}))
    cause = Cause(event.organisation, destination_of(event, registry), str(ground), kinds)
    opening = Opening(case_id_of(CaseType.UNFILED_EXPORT, cause), CaseType.UNFILED_EXPORT, cause)
    return Found(event.event_id, event.begun_ns, opening)


def destination_of(event: TransferEvent, registry: Registry) -> str:
    """Who receives, as far as it is known: a registered recipient, else a name, else an address.

    Whoever reads from outside comes from any address; there the cause is the server that lets itself be read.
    """
    recipient = registry.recipient_at(event.target)
    if recipient is not None:
        return f"recipient:{recipient.id}"
    if event.direction is Direction.PULL:
        return f"server:{_name_of(event.origin) or event.origin.address}"
    host = _name_of(event.target)
    return f"host:{host}" if host else f"address:{event.target.address}"


def _name_of(end: Endpoint) -> str:
    return end.host.rstrip(".").lower()[:_LONGEST_NAME]
