from datetime import date
import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
import pytest

from collector.case_ports import CaseQuery
from collector.cases import State
from collector.download import Download
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.reports import making
from collector.reports.document import Document, Paragraph
from collector.reports.forms import FORMS
from collector.reports.letters import LETTERS, usual_letter
from collector.reports.making import Format, file_of, form_of, letter_of, request_of
from collector.reports.observed import Request
from collector.stores.memory import MemoryStore
from collector.tenant import ForeignError, TenantStore, registry_of_tenant
from tests.collector.builders import COMPANY, HOSPITAL, LAB, STRANGER, diagnoses, event, phones, the_registry
from wire.faults import GuanjinError, MalformedError

REGISTRY = the_registry()
ON = date(2026, 12, 1)
NOTE = Document(name="notice", title="通报", basis="条", blocks=(Paragraph("文"),))


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore()
    events = [
        event(1, diagnoses(3), target=LAB),
        event(2, diagnoses(300)),
        event(3, phones(7), organisation=HOSPITAL, agent="theirs"),
    ]
    handle(events, store=made, registry=REGISTRY, routes=routes_of_law())
    return made


def test_every_form_is_made_for_an_officer_from_what_it_sees_alone(store: MemoryStore) -> None:
    ours, registry = TenantStore(store, COMPANY), registry_of_tenant(REGISTRY, COMPANY)
    for name in FORMS:
        mine = form_of(ours, registry, name, Request(COMPANY, 2026, ON))
        whole = form_of(store, REGISTRY, name, Request(COMPANY, 2026, ON))
        assert mine == whole
        assert "theirs" not in str(mine)


def test_a_form_of_nobody_is_not_made(store: MemoryStore) -> None:
    for name, request in (
        ("nonsense", Request(COMPANY, 2026, ON)),
        ("application", Request(STRANGER, 2026, ON)),
        ("application", Request(COMPANY, 2026, ON, "no such filing")),
    ):
        with pytest.raises(ForeignError):
            form_of(store, REGISTRY, name, request)


def test_a_year_that_is_too_large_is_left_to_the_command_line(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_TRANSFERS", 1)
    with pytest.raises(GuanjinError, match="guanjin report"):
        form_of(store, REGISTRY, "application", Request(COMPANY, 2026, ON))
    assert form_of(store, REGISTRY, "application", Request(HOSPITAL, 2026, ON)).blocks


def test_whoever_belongs_to_an_organisation_asks_for_it_alone() -> None:
    assert request_of({}, COMPANY, ON) == Request(COMPANY, 2026, ON)
    assert request_of({"organisation": COMPANY, "year": "2025"}, "", ON).year == 2025
    with pytest.raises(ForeignError):
        request_of({"organisation": HOSPITAL}, COMPANY, ON)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"organisation": "\0"},
        *({"organisation": COMPANY, "year": year} for year in ("x", "٢٠٢٦", "1999", "2026.5", "9" * 30)),
    ],
)
def test_a_question_that_means_nothing_is_malformed(query: dict[str, str]) -> None:
    with pytest.raises(MalformedError):
        request_of(query, "", ON)


def test_a_letter_needs_a_case_that_whoever_asks_can_see(store: MemoryStore) -> None:
    (case, *_) = store.cases.cases(CaseQuery(organisation=COMPANY))
    for name in LETTERS:
        assert letter_of(TenantStore(store, COMPANY), REGISTRY, name, case.case_id).blocks
    for seen, name, case_id in (
        (TenantStore(store, HOSPITAL), "notice", case.case_id),
        (store, "nonsense", case.case_id),
        (store, "notice", "0" * 16),
        (store, "notice", "\0"),
    ):
        with pytest.raises(ForeignError):
            letter_of(seen, REGISTRY, name, case_id)


def test_every_state_of_a_case_has_its_usual_letter(store: MemoryStore) -> None:
    (case, *_) = store.cases.cases(CaseQuery(organisation=COMPANY))
    assert usual_letter(case) == "notice"
    assert {usual_letter(replace(case, state=state)) for state in State} == set(LETTERS)


def test_a_file_is_what_its_ending_says() -> None:
    assert file_of(NOTE, "notice-1", "").name == "notice-1.docx"
    assert file_of(NOTE, "notice-1", "xlsx").content.startswith(b"PK")
    assert b'"title":"\xe9\x80\x9a\xe6\x8a\xa5"' in file_of(NOTE, "notice-1", "json").content
    with pytest.raises(MalformedError):
        file_of(NOTE, "notice-1", "pdf")
    assert set(Format) == {"docx", "xlsx", "json"}


@given(st.text(), st.text())
def test_no_name_writes_a_header_or_leads_out_of_the_folder(name: str, title: str) -> None:
    says = Download(f"{name}.docx", "x/y", b"", title).disposition
    found = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9._-]+)\"(?:; filename\*=UTF-8''([\w.%-]+))?", says, re.ASCII
    )
    assert found, says
    assert not set('/\\"\r\n\u202e\0') & set(unquote(found[2] or ""))
    assert (found[2] or ".docx").endswith(".docx")
