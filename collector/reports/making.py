"""A report that is asked for by its name: put together from store and registry, and made into a file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
import re
from threading import BoundedSemaphore
from typing import Final

from collector.book import Registry
from collector.desk import dossier
from collector.download import Download
from collector.ports import Query, Store
from collector.reports.document import Document
from collector.reports.forms import FORMS
from collector.reports.letters import LETTERS
from collector.reports.observed import Request, observe
from collector.reports.parts import Subject
from collector.risk import own_factors
from collector.tenant import ForeignError
from collector.whatif import day_begins_ns
from wire.codec import json_line
from wire.faults import GuanjinError, MalformedError, UnavailableError

MOST_TRANSFERS: Final = 500_000
"""Of one exporter's year that are read for whoever waits at a browser; the command line takes more."""
YEARS: Final = range(2020, 2100)
_PATIENCE_S: Final = 30.0
_TURN: Final = BoundedSemaphore(1)
"""A report reads a year: one at a time leaves the judge its share of the machine."""
_CASE_ID: Final = re.compile(r"[0-9a-f]{16}")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"


class Format(StrEnum):
    """What a report may be taken home as."""

    DOCX = "docx"
    XLSX = "xlsx"
    JSON = "json"


_MEDIA: Final = {
    Format.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Format.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


def request_of(query: Mapping[str, str], own: str, on: date) -> Request:
    """Which transfers a form is about.

    Args:
        query: ``organisation``, ``year`` and ``filing``, the last two where they are wanted.
        own: the organisation that whoever asks belongs to; empty: to none, and all may be asked for.
        on: today.

    Raises:
        ForeignError: it is another's.
        MalformedError: no organisation, or no such year.
    """
    organisation, year = query.get("organisation") or own, query.get("year") or str(on.year)
    if own and organisation != own:
        raise ForeignError("no such exporter")
    if not organisation or not organisation.isprintable():
        raise MalformedError("organisation is needed: the exporter's 统一社会信用代码")
    if not (year.isascii() and year.isdigit()) or int(year) not in YEARS:
        raise MalformedError(f"year must be a number from {YEARS[0]} to {YEARS[-1]}")
    return Request(organisation, int(year), on, query.get("filing", ""))


def form_of(store: Store, registry: Registry, name: str, request: Request) -> Document:
    """A form of an exporter.

    Raises:
        ForeignError: no such form, exporter or filing.
        GuanjinError: more transfers than are read for a page.
        UnavailableError: the store is away, or others are waiting for theirs.
    """
    if name not in FORMS:
        raise ForeignError(f"no such form; there are {', '.join(FORMS)}")
    _see_known(store, registry, request)
    from_ns, until_ns = (day_begins_ns(date(year, 1, 1)) for year in (request.year, request.year + 1))
    if store.count_between(request.organisation, from_ns, until_ns) > MOST_TRANSFERS:
        raise GuanjinError(f"more than {MOST_TRANSFERS} transfers in that year: make it with guanjin report")
    with _turn():
        return FORMS[name](Subject(registry, observe(store, registry, request)))


def letter_of(store: Store, registry: Registry, name: str, case_id: str) -> Document:
    """A letter of a case.

    Raises:
        ForeignError: no such letter or case.
    """
    case = store.cases.case(case_id) if _CASE_ID.fullmatch(case_id) else None
    if name not in LETTERS or case is None:
        raise ForeignError("no such case" if case is None else f"no such letter; there are {', '.join(LETTERS)}")
    return LETTERS[name](dossier(store, case, registry, own_factors()), registry)


def file_of(report: Document, name: str, kind: str) -> Download:
    """The report as a file.

    Args:
        report: what it holds.
        name: of the file, without its ending.
        kind: a format; empty: DOCX.

    Raises:
        MalformedError: no format of ours.
    """
    wanted = next((each for each in Format if each == (kind or Format.DOCX)), None)
    if wanted is None:
        raise MalformedError(f"as must be {' or '.join(Format)}")
    return Download(f"{name}.{wanted}", _MEDIA[wanted], _content(report, wanted), report.title)


def _see_known(store: Store, registry: Registry, request: Request) -> None:
    """Declared or seen: anybody else has no report, so that a mistyped code gives no clean one."""
    organisation = request.organisation
    if registry.exporter(organisation) is None and not store.transfers(Query(organisation=organisation, most=1)):
        raise ForeignError("no such exporter")
    if request.filing and request.filing not in (each.number for each in registry.filings_of(organisation)):
        raise ForeignError("no such filing of that exporter")


def _content(report: Document, wanted: Format) -> bytes:
    if wanted is Format.DOCX:
        from collector.reports.docx import docx_of  # noqa: PLC0415  # heavy: only who takes one home pays for it

        return docx_of(report)
    if wanted is Format.XLSX:
        from collector.reports.xlsx import xlsx_of  # noqa: PLC0415  # same

        return xlsx_of(report)
    return json_line(report)


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURN.acquire(timeout=_PATIENCE_S):
        raise UnavailableError("others are waiting for their reports: try again in a moment")
    try:
        yield
    finally:
        _TURN.release()
