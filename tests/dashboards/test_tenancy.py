"""An officer tries every address with what belongs to somebody else."""

from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
from msgspec.structs import replace
import pytest
from starlette.routing import Route

from collector.case_ports import CaseQuery, CaseStore
from collector.declarations import Exporter
from collector.desk import dossier
from collector.ports import Query, Store
from collector.registry_checks import faults_of
from collector.registry_edit import draft_of_entry, organisations_touched
from collector.reports import forms, letters
from collector.risk import own_factors
from collector.tenant import ForeignError, TenantCases, TenantStore, registry_of_tenant
from tests.dashboards import scene
from tests.dashboards.counter import OURS, REGISTRY, SECRETS, THEIRS, Counter

YAML = b"exporters: []\n"


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    counter = Counter(tmp_path_factory.mktemp("counter"))
    watch = counter.visitor("watch-1")
    watch.send("/checks", {"day": "2026-11-20", "seed": "seed", "rate": "1"})
    watch.send(
        "/policies/edit",
        {"slug": "scope", "title": "范围", "text": "说明", "valid_from": "2026-01-01", "reason": "发布"},
    )
    theirs(counter)
    return counter


@cache
def theirs(counter: Counter) -> dict[str, list[str]]:
    """What belongs to the other organisation, by the name of the blank in an address."""
    events = [each.event.event_id for each in counter.store.transfers(Query(organisation=THEIRS, most=3))]
    cases = [each.case_id for each in counter.store.cases.cases(CaseQuery(organisation=THEIRS, most=2))]
    watch = counter.keeper.registry
    draft = draft_of_entry(watch, "recipients", "", {"id": "x-1", "name": "X", "country": "US"})
    drafts = [counter.office.drafts.keep("watch-1", draft, counter.now_ns)]
    return {
        "event_id": events,
        "case_id": cases,
        "draw_id": [each.draw_id for each in counter.store.cases.draws()],
        "draft_id": drafts,
        "section": ["exporters", "recipients", "filings", "exemptions", "lines"],
        "slug": ["scope"],
        "form": list(forms.FORMS),
        "letter": list(letters.LETTERS),
        "name": ["console.css"],
    }


def addresses(counter: Counter, method: str) -> list[str]:
    known = theirs(counter)
    found = []
    for route in counter.app.routes:
        if not isinstance(route, Route) or method not in (route.methods or ()):
            continue
        blanks = list(route.param_convertors)
        for values in product(*(known[blank] for blank in blanks)):
            path = route.path
            for blank, value in zip(blanks, values, strict=True):
                path = path.replace("{" + blank + "}", value)
            found.append(path)
    return found


WANTED = "status=all&stage=all&on=2026-11-21&whatif=1&filled=1"
PAGE_QUERIES = ("", f"?q={THEIRS}", f"?organisation={THEIRS}&{WANTED}", f"?name=乙标〔2026〕9号&part=1&{WANTED}")
API_QUERIES = (
    "",
    "?as=json",
    f"?organisation={OURS}&as=json",
    f"?organisation={THEIRS}",
    "?on=2026-11-21",
    "?filled=true",
    "?state=all",
)


def readable(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as pieces:
        return "".join(pieces.read(name).decode() for name in pieces.namelist() if name.endswith(".xml"))


def test_no_address_tells_an_officer_anything_of_another_organisation(counter: Counter) -> None:
    visitor = counter.visitor("ours-1")
    token = counter.token("ours-1")
    seen = 0
    for path in addresses(counter, "GET"):
        is_api = path.startswith("/api/")
        for query in API_QUERIES if is_api else PAGE_QUERIES:
            answer = visitor.call("GET", path + query, token) if is_api else visitor.get(path + query)
            text = readable(answer.content)
            asked = f"{query}{path}"
            for secret in SECRETS:
                assert secret not in text or secret in asked, f"{path}{query}: {secret}"
            seen += answer.status_code == 200
    assert seen > 60


def test_what_is_anothers_is_answered_like_what_is_not_there(counter: Counter) -> None:
    visitor, token = counter.visitor("ours-1"), counter.token("ours-1")
    known = theirs(counter)
    for template, name in (
        ("/transfers/{}", "event_id"),
        ("/transfers/{}/explanation", "event_id"),
        ("/cases/{}", "case_id"),
        ("/checks/{}", "draw_id"),
        ("/registry/drafts/{}", "draft_id"),
        ("/api/v1/transfers/{}", "event_id"),
        ("/api/v1/cases/{}", "case_id"),
    ):
        there, nowhere = template.format(known[name][0]), template.format("f" * len(known[name][0]))
        answers = [
            visitor.call("GET", path, token) if path.startswith("/api") else visitor.get(path)
            for path in (there, nowhere)
        ]
        assert [each.status_code for each in answers] == [404, 404], template
        first, second = (each.text.replace(there, "").replace(nowhere, "") for each in answers)
        assert first == second, template


def a_state(store: Store, counter: Counter) -> bytes:
    cases: CaseStore = store.cases
    some = [each for each in cases.cases(CaseQuery(most=500)) if each.opening.cause.organisation == THEIRS]
    draws = [(each, cases.results(each.draw_id)) for each in cases.draws()]
    editions = [each.page for each in counter.office.policies.all()]
    drafts = counter.office.drafts.of("watch-1")
    return msgspec.json.encode(
        (some, draws, counter.keeper.registry, editions, len(drafts), counter.office.accounts.all())
    )


FORMS: tuple[dict[str, str], ...] = (
    {"move": "note", "note": "x", "outcome": "inconsistent", "do": "save", "reason": "x"},
    {"day": "2026-11-20", "seed": "s", "rate": "1"},
    {"organisation": THEIRS, "what": "x", "operator": "other", "grade": "general", "do": "discard", "name": "watch-1"},
    {"do": "disable", "name": "watch-1"},
    {"slug": "scope", "title": "x", "text": "x", "valid_from": "2026-01-01", "reason": "x"},
    {"before": "乙标〔2026〕9号", "drop": "1", "id": "t0-watch-1"},
)  # fmt: skip


def test_no_form_of_an_officer_changes_anything_of_another_organisation(counter: Counter) -> None:
    visitor = counter.visitor("ours-1")
    before = a_state(counter.store, counter)
    for path in addresses(counter, "POST"):
        if path.startswith("/api/") or path == "/signout":
            continue
        for form in FORMS:
            answer = visitor.send(path, form, page="/account", files={"file": ("filings.csv", b"number\nx\n")})
            assert answer.status_code < 500, path
            assert a_state(counter.store, counter) == before, path
            for secret in SECRETS:
                assert secret not in answer.text or secret in str(form), path


BODIES: tuple[dict[str, Any], ...] = (
    {"move": "note", "note": "x"},
    {"outcome": "inconsistent"},
    {"organisation": THEIRS, "what": "x"},
    {"day": "2026-11-20", "seed": "s", "rate": "1"},
    {"drop": {"filings": ["乙标〔2026〕9号"]}, "reason": "x"},
    {"drop": {"exporters": [THEIRS], "recipients": ["ours-lab"]}, "reason": "x"},
    {"settings": {"threshold_tally": "ordinary_only"}, "reason": "x"},
    {"page": {"slug": "x", "title": "x", "text": "x", "valid_from": "2026-01-01"}, "reason": "x"},
)


def test_no_call_of_an_officer_changes_anything_of_another_organisation(counter: Counter) -> None:
    visitor, token = counter.visitor(), counter.token("ours-1")
    before = a_state(counter.store, counter)
    for path in (each for each in addresses(counter, "POST") if each.startswith("/api/")):
        for body in BODIES:
            answer = visitor.call("POST", path, token, json=body)
            assert answer.status_code in (200, 400, 403, 404, 409), f"{path} {body} {answer.text}"
            assert a_state(counter.store, counter) == before, path
            for secret in SECRETS:
                assert secret not in answer.text or secret in str(body), path


def an_exemption(**changes: Any) -> dict[str, Any]:
    return {
        "organisation": OURS, "basis": "cbdf_5_1_2", "kinds": ["email"], "recipients": ["ours-lab"],
        "purpose": "人事", "valid_from": "2026-01-01", "valid_until": "2028-12-31", **changes,
    }  # fmt: skip


def a_filing(**changes: Any) -> dict[str, Any]:
    return {
        "number": "甲标〔2026〕2号", "organisation": OURS, "route": "standard_contract", "recipients": ["ours-lab"],
        "valid_from": "2026-01-01", "valid_until": "2028-12-31", "kinds": ["email"], "state": "draft", **changes,
    }  # fmt: skip


def test_an_officer_declares_for_itself_and_no_further(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    visitor, token = counter.visitor(), counter.token("ours-1")
    path = "/api/v1/registry/changes"
    for section, entry, status in (
        ("exemptions", an_exemption(), 201),
        ("filings", a_filing(), 201),
        ("exemptions", an_exemption(organisation=THEIRS, purpose="x"), 409),
        ("exemptions", an_exemption(recipients=["theirs-lab"], purpose="y"), 409),
        ("filings", a_filing(number="甲标〔2026〕3号", state="in_force"), 409),
        ("filings", a_filing(number="甲标〔2026〕1号"), 409),
        ("filings", a_filing(number="乙标〔2026〕9号"), 409),
        ("filings", a_filing(number="甲标〔2026〕4号", organisation=THEIRS), 409),
        ("filings", a_filing(number="甲标〔2026〕6号", covers=[THEIRS]), 409),
        ("recipients", {"id": "new", "name": "New", "country": "US", "hosts": ["theirs.example"]}, 409),
        ("exporters", {"organisation": OURS, "name": "本单位医药", "networks": ["198.51.100.0/24"]}, 409),
        (
            "lines",
            {"id": "l", "carrier": "c", "organisation": OURS, "far_networks": ["192.0.2.0/24"], "far_country": "US"},
            409,
        ),
    ):
        body = {"put": {section: [entry]}, "reason": "申报"}
        answer = visitor.call("POST", path, token, json=body)
        assert answer.status_code == status, f"{entry} {answer.text}"
        for secret in SECRETS:
            assert secret not in answer.text or secret in str(body)
    standing = counter.keeper.registry
    assert len(standing.exemptions) == 2
    assert [each.number for each in standing.filings] == ["甲标〔2026〕1号", "乙标〔2026〕9号", "甲标〔2026〕2号"]
    assert standing.recipients == REGISTRY.recipients


def test_an_officer_comments_and_rectifies_its_own_cases_only(counter: Counter) -> None:
    visitor = counter.visitor("ours-1")
    (own, *_) = counter.store.cases.cases(CaseQuery(organisation=OURS))
    page = visitor.get(f"/cases/{own.case_id}").text
    assert 'value="note"' in page
    assert 'value="dismiss"' not in page
    assert visitor.send(f"/cases/{own.case_id}", {"move": "note", "note": "已联系业务部门"}).status_code == 303
    for move in ("dismiss", "accept", "assign"):
        form = {"move": move, "note": "x", "owner": "x"}
        assert visitor.send(f"/cases/{own.case_id}", form).status_code == 403, move


def test_a_tenants_store_overrides_everything_that_a_store_answers() -> None:
    pairs: tuple[tuple[type, type], ...] = ((Store, TenantStore), (CaseStore, TenantCases))
    for port, tenant in pairs:
        names = {name for name in vars(port) if not name.startswith("_")}
        assert not names - vars(tenant).keys()


def test_a_tenants_store_is_for_reading(counter: Counter) -> None:
    store = TenantStore(counter.store, OURS)
    with pytest.raises(ForeignError):
        store.begin()
    with pytest.raises(ForeignError):
        store.keep_coverage(scene.coverages()[0])
    assert store.coverages() == []
    assert TenantStore(counter.store, "").transfers(Query()) == []


def test_a_tenants_figures_are_its_own(counter: Counter) -> None:
    store = TenantStore(counter.store, OURS)
    assert sum(store.counts().values()) == 6
    assert sum(counter.store.counts().values()) == 12
    assert store.counts(THEIRS) == {}
    assert store.ledgers(2026, THEIRS) == []
    assert {each.organisation for each in store.stretches()} == {OURS}
    assert {each.organisation for each in store.ledgers(2026)} == {OURS}
    assert {each.id for each in registry_of_tenant(REGISTRY, OURS).recipients} == {"ours-lab"}
    assert registry_of_tenant(REGISTRY, OURS).recipients[0].onward == ()


def test_a_case_weighs_the_same_for_an_officer_who_does_not_see_the_recipient(counter: Counter) -> None:
    bare = replace(registry_of_tenant(REGISTRY, OURS), recipients=())
    (case, *_) = counter.store.cases.cases(CaseQuery(organisation=OURS))
    assert case.opening.cause.destination.startswith("recipient:")
    seen = [dossier(counter.store, case, each, own_factors()).risk for each in (REGISTRY, bare)]
    assert seen[0] == seen[1]


def test_a_filing_made_for_both_is_seen_without_whom_else_it_covers() -> None:
    third = Exporter(organisation="91440300MA00000C37", name="第三方", networks=("192.0.2.0/24",), group="集团")
    ours, theirs = (replace(each, group="集团") for each in REGISTRY.exporters)
    theirs_for_us = replace(REGISTRY.filings[1], covers=(OURS, third.organisation))
    whole = replace(REGISTRY, exporters=(ours, theirs, third), filings=(REGISTRY.filings[0], theirs_for_us))
    seen = registry_of_tenant(whole, OURS)
    assert [each.covers for each in seen.filings] == [(), (OURS,)]
    assert {each.organisation for each in seen.exporters} == {OURS, THEIRS}
    assert not any(each.networks or each.hosts for each in seen.exporters)
    assert not list(faults_of(seen)), "an officer's own entries can still be changed"
    touched = organisations_touched(replace(whole, filings=REGISTRY.filings), whole)
    assert touched == frozenset({THEIRS, OURS, third.organisation})
