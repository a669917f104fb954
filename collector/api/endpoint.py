"""What an address of the API is, how it is asked and what it may answer."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, Final, Protocol, TypeVar

import msgspec
from msgspec import Struct
from starlette.datastructures import QueryParams

from collector.accounts import Right
from collector.book import Registry
from collector.deeds import Deeds
from collector.foresight import Foresight
from collector.office import Office, Visit
from collector.ports import Store
from collector.standings import Standings
from wire.codec import UNREADABLE
from wire.faults import GuanjinError, MalformedError
from wire.titles import EN, ZH

MOST: Final = 500
"""Rows in one answer at most."""
MOST_BODY: Final = 1 << 20
MOST_UPLOAD: Final = 17 << 20
LONGEST_VALUE: Final = 100
LONGEST_REASON: Final = 500
LONGEST_QUERY: Final = 2_000
_YEARS: Final = range(2000, 2101)
"""Of a day that is asked for: what is reckoned from it must still be a day."""

Answer = tuple[Any, int]
"""What is said, and the HTTP status; bytes and downloads are sent as they are."""
T = TypeVar("T")


class Problem(Struct, frozen=True):
    """Every error of the API."""

    what: str
    at: str
    help: str


class Bench(Protocol):
    """What whoever asks may read; the console's desk is one."""

    @property
    def store(self) -> Store:
        """The transfers that it sees."""
        ...

    @property
    def registry(self) -> Registry:
        """The declarations that it sees."""
        ...

    @property
    def standings(self) -> Standings:
        """The exporters that it sees against the limits."""
        ...

    @property
    def foresight(self) -> Foresight:
        """What lies ahead of the exporters that it sees."""
        ...

    @property
    def now_ns(self) -> Callable[[], int]:
        """The clock."""
        ...

    @property
    def office(self) -> Office | None:
        """What writing needs."""
        ...


class Fixed(Struct, frozen=True, dict=True):
    """A bench for reading that is the same for everybody."""

    store: Store
    registry: Registry
    now_ns: Callable[[], int]
    office: Office | None = None

    @cached_property
    def standings(self) -> Standings:
        """Exporters against the limits."""
        return Standings(self.store, self.registry, self.now_ns)

    @cached_property
    def foresight(self) -> Foresight:
        """What lies ahead."""
        return Foresight(self.store, self.registry, self.now_ns)


class Call(Struct, frozen=True):
    """One question."""

    bench: Bench
    visit: Visit
    path: dict[str, str]
    query: QueryParams
    address: str
    body: bytes = b""

    @property
    def language(self) -> str:
        """``lang`` of the query."""
        lang = self.query.get("lang", ZH)
        if lang not in (ZH, EN):
            raise MalformedError(f"lang must be {ZH} or {EN}")
        return lang

    @property
    def office(self) -> Office:
        """What writing needs.

        Raises:
            MissingError: this API is for reading only.
        """
        if self.bench.office is None:
            raise MissingError("nothing can be written here")
        return self.bench.office

    @property
    def deeds(self) -> Deeds:
        """What whoever asks may do."""
        return Deeds(self.office, self.bench.store, self.visit.who, self.bench.now_ns())

    def said(self, expected: type[T]) -> T:
        """The body as a record.

        Raises:
            MalformedError: it is none; the message names the key.
        """
        try:
            return msgspec.json.decode(self.body, type=expected)
        except UNREADABLE as error:
            raise MalformedError(f"the body does not fit: {error}") from None

    def number(self, name: str, usual: int, allowed: range) -> int:
        """A number of the query."""
        text = self.query.get(name)
        if text is None:
            return usual
        if not text.isascii() or not text.isdigit() or int(text) not in allowed:
            raise MalformedError(f"{name} must be a number from {allowed[0]} to {allowed[-1]}")
        return int(text)

    def day(self, name: str) -> date | None:
        """A day of the query; None where it is not given."""
        text = self.query.get(name)
        if text is None:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            found = date.min
        if found.year not in _YEARS:
            raise MalformedError(f"{name} must be a day such as 2026-11-20")
        return found

    def is_on(self, name: str) -> bool:
        """A switch of the query: ``true`` or ``false``, off where it is not given."""
        text = self.query.get(name, "false")
        if text not in ("true", "false"):
            raise MalformedError(f"{name} must be true or false")
        return text == "true"


class MissingError(GuanjinError):
    """There is no such thing, or not for whoever asks."""


class Endpoint(Struct, frozen=True, kw_only=True):
    """One method of one address."""

    method: str = "GET"
    path: str
    says: str
    answer: Callable[[Call], Answer]
    right: Right | None = Right.READ
    """None: answered to anybody."""
    parameters: tuple[tuple[str, str], ...] = ()
    body: type[Struct] | None = None
    example: str = ""
    most: int = MOST_BODY
    media_type: str = "application/json"
    """Of the answer, where it is sent as it is."""

    @property
    def is_write(self) -> bool:
        """Whether it changes something, or could."""
        return self.method != "GET"


LANG: Final = ("lang", "`zh` (default) or `en`")
LIMIT: Final = ("limit", "rows at most")
CURSOR: Final = ("cursor", "`next` of the page before")
EXPORTER: Final = ("organisation", "exporter's 统一社会信用代码")
