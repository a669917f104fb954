"""A desk for whoever asks: an officer's holds its own organisation and nothing else, and each the registry of now."""

from threading import Lock
from typing import Final

from msgspec.structs import replace

from collector.accounts import Principal, Role
from collector.book import Registry
from collector.tenant import TenantStore, registry_of_tenant
from dashboards.console.page import Desk

_MOST: Final = 256
"""Organisations whose desks are kept; then all are made anew."""


class Desks:
    """Desks by organisation, kept while the registry is the same: what they have counted is dear."""

    def __init__(self, whole: Desk) -> None:
        self._whole = whole
        self._lock = Lock()
        self._of: Registry | None = None
        self._made: dict[str, Desk] = {}

    def of(self, who: Principal) -> Desk:
        """The desk of somebody."""
        registry = self._whole.office.keeper.registry if self._whole.office else self._whole.registry
        key = f"officer {who.organisation}" if who.role is Role.OFFICER else ""
        with self._lock:
            if registry is not self._of or len(self._made) >= _MOST:
                self._made.clear()
                self._of = registry
            if key not in self._made:
                self._made[key] = self._make(who, registry)
            return self._made[key]

    def _make(self, who: Principal, registry: Registry) -> Desk:
        if who.role is not Role.OFFICER:
            return self._whole if registry is self._whole.registry else replace(self._whole, registry=registry)
        return replace(
            self._whole,
            store=TenantStore(self._whole.store, who.organisation),
            registry=registry_of_tenant(registry, who.organisation),
        )
