"""What must hold between the negative lists of a registry, their rows, and the records of their use."""

from collections.abc import Iterator

from collector.book import Registry
from collector.declarations import Basis
from collector.negative_lists import packaged_lists

Fault = tuple[tuple[str | int, ...], str]


def list_faults(registry: Registry) -> Iterator[Fault]:
    """Every fault of a list, each with the key where it stands."""
    own = {each.id for each in registry.lists}
    known = own | {each.list.id for each in packaged_lists()}
    yield from _lists(registry, known)
    yield from _rows(registry, own)
    yield from _uses(registry, known)


def _lists(registry: Registry, known: set[str]) -> Iterator[Fault]:
    for place, each in enumerate(registry.lists):
        if each.valid_from and each.valid_until and each.valid_until < each.valid_from:
            yield ("lists", place, "valid_until"), f"{each.valid_until} is before valid_from {each.valid_from}"
        if each.superseded_by and each.superseded_by not in known - {each.id}:
            yield ("lists", place, "superseded_by"), f"there is no other list {each.superseded_by!r}"
        if each.covered_sectors_only and not each.sectors:
            yield ("lists", place, "sectors"), "a list for covered sectors only names them"


def _rows(registry: Registry, own: set[str]) -> Iterator[Fault]:
    for place, row in enumerate(registry.list_rows):
        if row.list_id not in own:
            yield ("list_rows", place, "list_id"), f"there is no list {row.list_id!r} in this registry"
        if row.at_least is not None and row.below is not None and row.below <= row.at_least:
            yield ("list_rows", place, "below"), f"{row.below} is not above at_least {row.at_least}"


def _uses(registry: Registry, known: set[str]) -> Iterator[Fault]:
    for place, use in enumerate(registry.exemptions):
        if use.basis is Basis.NEGATIVE_LIST and use.list_id not in known:
            yield ("exemptions", place, "list_id"), f"there is no negative list {use.list_id!r}"
        if use.basis is not Basis.NEGATIVE_LIST and (use.list_id or use.scenario or use.exceptions):
            yield ("exemptions", place, "list_id"), f"only an exemption by {Basis.NEGATIVE_LIST.value} uses a list"
