"""Reports are taken home from the console and through the API, each by whom it concerns."""

from io import BytesIO
from urllib.parse import unquote

import docx
import pytest

from collector.case_ports import CaseQuery
from collector.reports import forms, letters, making
from tests.dashboards.counter import OURS, THEIRS, Counter
from tests.dashboards.test_app import text_of


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    return Counter(tmp_path_factory.mktemp("counter"))


def case_of(counter: Counter, organisation: str) -> str:
    return counter.store.cases.cases(CaseQuery(organisation=organisation))[0].case_id


def test_every_form_and_letter_is_offered_and_comes_as_a_file(counter: Counter) -> None:
    visitor = counter.visitor("watch-1")
    page = visitor.get("/reports").text
    case_id = case_of(counter, OURS)
    addresses = [f"/reports/{name}?organisation={OURS}&year=2026&as=docx" for name in forms.FORMS]
    for name in letters.LETTERS:
        assert f'href="/cases/{case_id}/letters/{name}"' in page
        addresses.append(f"/cases/{case_id}/letters/{name}")
    for address in addresses:
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        assert docx.Document(BytesIO(answer.content)).paragraphs, address
        assert answer.headers["content-disposition"].startswith('attachment; filename="'), address


def test_the_name_of_a_file_is_readable_by_people_and_by_old_programs(counter: Counter) -> None:
    answer = counter.visitor("watch-1").get(f"/reports/self-assessment?organisation={OURS}&as=xlsx")
    plain, _, says = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain == f'attachment; filename="self-assessment-{OURS}-2026.xlsx"'
    assert unquote(says) == "本单位医药数据出境风险自评估报告.xlsx"


def test_the_case_page_says_which_letter_is_usual_now(counter: Counter) -> None:
    visitor = counter.visitor("watch-1")
    page = text_of(visitor.get(f"/cases/{case_of(counter, OURS)}").text)
    assert "通报 （通常使用）" in page
    assert "办结报告" in page
    visitor.get("/?lang=en")
    assert "Notice (usual now)" in text_of(visitor.get(f"/cases/{case_of(counter, OURS)}").text)


def test_an_entry_of_the_registry_offers_the_forms_of_its_exporter_or_filing(counter: Counter) -> None:
    visitor = counter.visitor("watch-1")
    whole = visitor.get(f"/registry/entry/exporters?name={OURS}").text
    assert f"/reports/application?organisation={OURS}&amp;as=docx" in whole
    one = visitor.get("/registry/entry/filings?name=甲标〔2026〕1号").text
    assert f"/reports/application?organisation={OURS}&amp;filing=%E7%94%B2%E6%A0%87" in one
    assert "/reports/" not in visitor.get("/registry/entry/recipients?name=ours-lab").text.partition('id="main"')[2]


def test_an_officer_takes_home_its_own_and_nothing_else(counter: Counter) -> None:
    visitor, token = counter.visitor("ours-1"), counter.token("ours-1")
    assert visitor.get("/reports/application?as=xlsx").status_code == 200
    assert visitor.call("GET", "/api/v1/reports/application", token).status_code == 200
    for path in (
        f"/reports/application?organisation={THEIRS}",
        f"/cases/{case_of(counter, THEIRS)}/letters/notice",
        "/reports/nonsense",
        f"/cases/{case_of(counter, OURS)}/letters/nonsense",
        "/reports/application?filing=乙标〔2026〕9号",
    ):
        assert visitor.get(path).status_code == 404, path
        api = path.replace("/reports", "/api/v1/reports").replace("/cases", "/api/v1/cases")
        assert visitor.call("GET", api, token).status_code == 404, api


def test_the_api_tells_what_can_be_made_and_gives_it_as_json(counter: Counter) -> None:
    visitor, token = counter.visitor(), counter.token("watch-1")
    menu = visitor.call("GET", "/api/v1/reports", token).json()
    assert menu["formats"] == ["docx", "xlsx", "json"]
    assert {each["usual"] for each in menu["cases"]} == {"notice"}
    report = visitor.call("GET", f"/api/v1/reports/{menu['forms'][0]}?organisation={OURS}&as=json", token)
    assert report.headers["content-type"] == "application/json"
    assert report.json()["title"] == "本单位医药数据出境风险自评估报告"
    for query in ("", f"?organisation={OURS}&as=pdf", f"?organisation={OURS}&year=x", "?organisation=%00"):
        assert visitor.call("GET", f"/api/v1/reports/application{query}", token).status_code == 400, query


def test_a_year_that_is_too_large_for_a_browser_says_so_in_words(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_TRANSFERS", 1)
    answer = counter.visitor("watch-1").get(f"/reports/application?organisation={OURS}")
    assert answer.status_code == 503
    assert "guanjin report" in text_of(answer.text)
    api = counter.visitor().call("GET", f"/api/v1/reports/application?organisation={OURS}", counter.token("watch-1"))
    assert api.status_code == 409
