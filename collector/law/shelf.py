"""The shelf of routes."""

from collector.law import routes
from collector.law.route import Route
from wire.shelf import collect


def routes_of_law() -> tuple[Route, ...]:
    """Every route that is or was law, strictest first."""
    return tuple(sorted(collect(routes, "ROUTE", Route), key=lambda route: (-route.strictness, route.name)))
