"""What was said of a transfer before, and the cases that it is or was in."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from collector.book import Registry
from collector.causes import found_by
from collector.ports import Judged, Past, Store
from collector.splitting import splittings, words_of
from collector.verdicts import Reason
from wire.legal_time import SHANGHAI, legal_day, moment_of
from wire.titles import EN, status_title

_MOST_FORMER: Final = 10_000


class History(Struct, frozen=True):
    """A transfer's former verdicts, the oldest first, and its cases."""

    past: tuple[Past, ...] = ()
    case: str = ""
    """In which it is; empty if in none."""
    former_cases: tuple[str, ...] = ()
    """Which it has left."""
    suspected: tuple[Reason, ...] = ()
    """Splitting (数量拆分) within the exporter's group, with this recipient, this year."""


NO_HISTORY: Final = History()


def history_of(store: Store, judged: Judged, registry: Registry | None) -> History:
    """What the store still knows of a transfer's past.

    Raises:
        UnavailableError: the store is away.
    """
    event_id = judged.event.event_id
    past = tuple(store.past(event_id))
    case = store.cases.case_of(event_id)
    grounds = dict.fromkeys(each.verdict.status for each in past if each.verdict.status.is_flagged)
    registries = (registry, Registry()) if registry else (Registry(),)
    opened = dict.fromkeys(
        found_by(judged.event, ground, known).opening.case_id for ground in grounds for known in registries
    )
    left = (each for each in opened if each != case and event_id in store.cases.former(each, _MOST_FORMER))
    return History(past, case, tuple(left), tuple(_suspected(store, judged, registry) if registry else ()))


def _suspected(store: Store, judged: Judged, registry: Registry) -> Iterator[Reason]:
    """Opening every ledger of the year is worth it for a group only."""
    event = judged.event
    exporter, recipient = registry.exporter(event.organisation), registry.recipient_at(event.target)
    if exporter is None or not exporter.group or recipient is None:
        return
    on = legal_day(event.begun_ns)
    for each in splittings(store.ledgers(on.year), registry, on):
        if each.recipient == recipient.id and event.organisation in {part.organisation for part in each.parts}:
            yield words_of(each, registry)


def history_lines(history: History) -> Iterator[Reason]:
    """The history in words."""
    yield from history.suspected
    for each in history.past:
        verdict = each.verdict
        when = moment_of(each.superseded_ns).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        name, name_en = status_title(verdict.status, required_route=verdict.required_route), status_title(
            verdict.status, EN, verdict.required_route
        )  # fmt: skip
        under = f"（登记库 {verdict.registry_version}）" if verdict.registry_version else ""
        under_en = f" (registry {verdict.registry_version})" if verdict.registry_version else ""
        first = verdict.reasons[0] if verdict.reasons else Reason("", "")
        yield Reason(
            f"{when} 以前判定为“{name}”{under}：{first.says}；由登记库 {each.superseded_by} 下的重新判定取代",
            f"until {when} (Beijing) {name_en}{under_en}: {first.says_en}; judged again under registry "
            f"{each.superseded_by}",
            first.citation,
        )
    if history.case:
        yield Reason(f"现属案件 {history.case}", f"in case {history.case}")
    for name in history.former_cases:
        yield Reason(f"曾属案件 {name}，重新判定后移出", f"was in case {name}, and left it when judged again")
