"""A spot check of one day (合规抽验): the day is read from the store and drawn from."""

from collections.abc import Iterator
from datetime import date, timedelta

from collector.book import Registry
from collector.desk import judged_between
from collector.draws import Draw
from collector.explain import registry_version
from collector.ports import Store
from collector.risk import own_factors
from collector.spotcheck import Terms, Ticket, draw, ticket_of
from collector.whatif import day_begins_ns
from wire.faults import MalformedError

_YEARS = range(2000, 2200)


def draw_of_day(store: Store, registry: Registry, terms: tuple[str, str, str], now_ns: int) -> Draw:
    """Draw from the exports of one day; nothing is kept yet.

    Args:
        store: where the transfers are.
        registry: names the sectors.
        terms: day, seed and rate as they were given; they are part of the draw's number.
        now_ns: the day must have ended.

    Raises:
        MalformedError: no day, one that has not ended, or terms that make no draw.
    """
    day, seed, rate = terms
    from_ns, until_ns = _bounds(day)
    if until_ns > now_ns:
        raise MalformedError(f"{day} has not ended in Shanghai: its digest would still change")
    factors = own_factors()
    names: list[str] = []

    def tickets() -> Iterator[Ticket]:
        for judged in judged_between(store, from_ns, until_ns):
            names.append(judged.event.event_id)
            ticket = ticket_of(judged, registry, factors)
            if ticket is not None:
                yield ticket

    some = list(tickets())
    return draw(names, some, Terms(day, seed, rate, factors.version, registry_version(registry)))


def _bounds(text: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or day.year not in _YEARS:
        raise MalformedError(f"{text!r} is no day: it is written 2026-11-20")
    return day_begins_ns(day), day_begins_ns(day + timedelta(days=1))
