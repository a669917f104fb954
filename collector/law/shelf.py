"""The shelf of routes, and its version."""

from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b

import msgspec

from collector.law import routes
from collector.law.route import Route
from collector.law.terms import CONTRACT_FILING, GBA_FILING
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FROM
from collector.negative_lists import packaged_lists
from wire.shelf import collect


class Law(tuple[Route, ...]):  # noqa: SLOT001  # a slotted one could not keep its version
    """Routes that know their version."""

    @cached_property
    def version(self) -> str:
        """Digest of all that decides a verdict besides the registry."""
        return law_version(self)


def routes_of_law() -> Law:
    """Every route that is or was law, strictest first."""
    return Law(sorted(collect(routes, "ROUTE", Route), key=lambda route: (-route.strictness, route.name)))


def law_version(routes: Sequence[Route]) -> str:
    """Digest of routes with their days, their articles and the boundary cases that pin them, of limits and lists."""
    shelf = [
        (each.name, each.role, each.strictness, each.citation, each.in_force_from, each.in_force_until, each.basis,
         [(example.says, example.applies) for example in each.examples])
        for each in sorted(routes, key=lambda each: (each.name, each.in_force_from))
    ]  # fmt: skip
    limits = (CONTRACT_FROM, ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FILING, GBA_FILING)
    content = msgspec.json.encode([*shelf, *limits, packaged_lists()], order="deterministic")
    return blake2b(content, digest_size=8).hexdigest()
