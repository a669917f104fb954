"""What a console page is: one file on the shelf ``dashboards.console.pages``, each with one ``PAGE``."""

from collections.abc import Callable, Mapping
from functools import cached_property
from threading import Lock
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from starlette.exceptions import HTTPException

from collector.accounts import Principal, Right, Role
from collector.book import Registry
from collector.deeds import Deeds
from collector.download import Download
from collector.foresight import Foresight
from collector.office import Office, Visit
from collector.ports import Store
from collector.standings import Standings
from collector.tenant import TenantStore, registry_of_tenant
from dashboards.console.forms import MOST_FORM, Form

_MOST: Final = 256
"""Organisations whose desks are kept; then all are made anew."""


class Desk(Struct, frozen=True, dict=True):
    """What a page may read."""

    store: Store
    registry: Registry
    kind_titles: Mapping[str, tuple[str, str]]
    """Kind to its title in Chinese and English; given from above, for the detectors are out of reach here."""
    now_ns: Callable[[], int]
    version: str
    office: Office | None = None
    """What writing needs; None where this console is for reading only."""

    @cached_property
    def standings(self) -> Standings:
        """Exporters against the thresholds; one for pages and API, so that the dear count is shared."""
        return Standings(self.store, self.registry, self.now_ns)

    @cached_property
    def foresight(self) -> Foresight:
        """What lies ahead; one for pages and API."""
        return Foresight(self.store, self.registry, self.now_ns)

    @cached_property
    def desks(self) -> "Desks":
        """A desk for whoever asks."""
        return Desks(self)


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


class Asked(Struct, frozen=True):
    """What the reader asks for, taken from the address, and what was handed in."""

    query: Mapping[str, str]
    path: Mapping[str, str]
    language: int
    """0: Chinese, 1: English; the position in every pair of strings."""
    visit: Visit = Visit()
    form: Form = Form()
    address: str = ""
    """Where the question comes from; failures to sign in are counted by it."""
    cookie: str = ""
    """The secret that binds the form of the sign-in to this browser."""

    def may(self, right: Right) -> bool:
        """Whether the reader holds a right."""
        return self.visit.who.may(right)


class Shown(Struct, frozen=True):
    """What a page answers: the values of its template."""

    values: dict[str, Any]
    status: int = 200
    location: str = ""
    """Where to go instead; empty: stay."""
    session: str | None = None
    """A new session's secret for the cookie; empty: the session has ended; None: as it is."""
    file: Download | None = None
    """A file instead of a page."""
    headers: Mapping[str, str] = {}


class Page(Struct, frozen=True, kw_only=True):
    """One page of the console."""

    path: str
    title: tuple[str, str]
    template: str = "whole.html"
    """The whole page."""
    part: str
    """The piece of it that the running page fetches by itself (``?part=1``)."""
    view: Callable[[Desk, Asked], Shown]
    right: Right = Right.READ
    """What reading it takes."""
    post: Callable[[Desk, Asked], Shown] | None = None
    """What its forms do; each is put on the audit trail before and after."""
    write: Right = Right.OWN
    """What its forms take."""
    deed: str = ""
    """How the audit trail names what its forms do."""
    about: Callable[[Desk, Asked], str] = lambda _, asked: " ".join(asked.path.values())
    """What it says that they were done to."""
    barred: Callable[[Desk, Asked], Shown | None] = lambda _, __: None
    """What is answered instead, where nothing may be tried now: strangers cannot fill the audit trail."""
    most: int = MOST_FORM
    """Bytes that a form may have."""


def office_of(desk: Desk) -> Office:
    """What writing needs.

    Raises:
        HTTPException: 404, this console is for reading only.
    """
    if desk.office is None:
        raise HTTPException(404)
    return desk.office


def deeds_of(desk: Desk, asked: Asked) -> Deeds:
    """The deeds of whoever asks."""
    return Deeds(office_of(desk), desk.store, asked.visit.who, desk.now_ns())
