from datetime import date
from io import BytesIO
import re
import zipfile

import docx
from docx.shared import Mm, Pt
from openpyxl import load_workbook
import pytest

from collector.case_ports import CaseQuery
from collector.cases import Act, Case, Move
from collector.desk import act_on, dossier
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.reports.document import OPEN, Document, Grid, grid
from collector.reports.docx import docx_of
from collector.reports.estimate import LEAST_DAYS, estimate
from collector.reports.forms import FORMS
from collector.reports.letters import LETTERS
from collector.reports.observed import Observed, Request, observe
from collector.reports.parts import Subject, size
from collector.reports.xlsx import xlsx_of
from collector.risk import own_factors
from collector.stores.memory import MemoryStore
from tests.collector.builders import COMPANY, LAB, NOWHERE, at, diagnoses, event, phones, the_registry
from wire.events import TransferEvent

REGISTRY = the_registry()
ROUTES = routes_of_law()
ON = date(2026, 12, 1)
HOUR_NS = 3_600_000_000_000
BEGUN_NS = 1_772_416_800_000_000_000
"""2026-03-02 10:00 in Shanghai."""


def a_store(*events: TransferEvent) -> MemoryStore:
    store = MemoryStore()
    handle(events, store=store, registry=REGISTRY, routes=ROUTES)
    return store


def observed(*events: TransferEvent, on: date = ON, filing: str = "") -> Observed:
    return observe(a_store(*events), REGISTRY, Request(COMPANY, 2026, on, filing))


def a_form(name: str, *events: TransferEvent) -> Document:
    return FORMS[name](Subject(REGISTRY, observed(*events)))


def a_letter(name: str, *moves: Move) -> Document:
    store = a_store(event(1, diagnoses(300)), event(2, diagnoses(range(200, 500))))
    case = store.cases.cases(CaseQuery())[0]
    for hour, move in enumerate(moves, 1):
        case = act_on(store, an_act(case, move, hour))
    return LETTERS[name](dossier(store, case, REGISTRY, own_factors()), REGISTRY)


def an_act(case: Case, move: Move, hour: int) -> Act:
    at_ns = case.last_ns + hour * HOUR_NS
    return Act(case_id=case.case_id, number=0, move=move, at_ns=at_ns, who="值班一组", note="已核实",
               due_ns=at_ns + 240 * HOUR_NS if move is Move.NOTIFY else None,
               passed=True if move is Move.RECHECK else None)  # fmt: skip


def table(report: Document, title: str) -> Grid:
    return next(each for each in report.grids() if each.title.startswith(title))


def said(report: Document) -> str:
    return "\n".join(str(block) for block in report.blocks)


def test_a_data_item_stands_once_a_scenario_with_its_fields_examples_and_persons_without_repetition() -> None:
    seen = observed(
        event(1, phones(range(300), "body:phone"), target=LAB),
        event(2, phones(range(200, 500), "body:tel"), target=LAB),
    )
    (item,) = seen.items
    assert (item.kind, item.transfers, item.persons.at_least) == ("cn.mobile", 2, 500)
    assert item.fields == ("body:phone", "body:tel")
    assert item.exemplars == ("138****0000",)


def test_the_same_item_to_two_destinations_is_two_rows() -> None:
    seen = observed(event(1, phones(3), target=LAB), event(2, phones(3), target=NOWHERE))
    assert len(seen.items) == 2


def test_what_came_after_the_day_of_the_report_is_left_out() -> None:
    seen = observed(event(1, phones(3)), event(2, phones(3), begun_ns=BEGUN_NS + 48 * HOUR_NS), on=date(2026, 3, 3))
    assert seen.transfers == 1


def test_a_link_names_both_sides_the_country_and_the_bytes() -> None:
    (link,) = observed(event(1, phones(3), target=LAB, sent_bytes=2_048)).links
    assert link.target == "api.lab.example.com（192.0.2.7）:443"
    assert (link.country, link.sent_bytes, link.transfers) == ("US", 2_048, 1)


def test_a_report_on_one_filing_leaves_other_recipients_out() -> None:
    number = REGISTRY.filings_of(COMPANY)[0].number
    seen = observed(event(1, phones(3), target=LAB), event(2, phones(range(10, 20)), target=NOWHERE), filing=number)
    assert (seen.transfers, seen.any_persons.at_least) == (1, 3)


def test_persons_of_the_year_are_those_of_the_ledger() -> None:
    seen = observed(event(1, phones(300), target=LAB), event(2, diagnoses(range(100, 400)), target=LAB))
    assert (seen.any_persons.at_least, seen.sensitive_persons.at_least) == (400, 300)


def test_too_few_days_give_no_estimate() -> None:
    first = date(2026, 3, 1)
    assert estimate(1_000, first, date.fromordinal(first.toordinal() + LEAST_DAYS - 2), 0) is None
    assert estimate(1_000, first, date.fromordinal(first.toordinal() + LEAST_DAYS - 1), 0) is not None


def test_an_even_pace_gives_a_year_in_proportion_and_says_how() -> None:
    found = estimate(1_000, date(2026, 1, 1), date(2026, 4, 10), 0)
    assert found is not None
    assert found.persons == 3_650
    assert found.following == (3_650, 3_650, 3_650)
    assert "估计" in found.says
    assert "100 天" in found.says


def test_growth_over_the_year_before_is_carried_on_and_bounded() -> None:
    grown = estimate(1_000, date(2026, 1, 1), date(2026, 4, 10), 1_825)
    assert grown is not None
    assert grown.following == (7_300, 14_600, 29_200)
    wild = estimate(1_000, date(2026, 1, 1), date(2026, 4, 10), 1)
    assert wild is not None
    assert wild.following[0] == 4 * 3_650


@pytest.mark.parametrize("name", FORMS)
def test_what_observation_cannot_know_is_left_open(name: str) -> None:
    report = a_form(name, event(1, phones(3), target=LAB))
    assert OPEN in said(report)


def test_the_self_assessment_follows_the_template_and_holds_the_data_item_table() -> None:
    report = a_form("self-assessment", event(1, phones(300), target=LAB))
    items = table(report, "出境数据项表")
    assert items.header == ("序号", "数据项名称", "内容描述", "出境必要性", "示例", "备注")
    assert items.rows[0][1] == "手机号码"
    assert items.rows[0][3].startswith(OPEN)
    assert items.rows[0][4] == "138****0000"


def test_a_year_without_transfers_says_that_unseen_is_not_clean() -> None:
    report = a_form("impact-assessment")
    assert "未见不等于没有" in said(report)
    assert table(report, "出境数据项表").rows[0][0] == "（无）"


def test_the_application_has_a_table_a_scenario() -> None:
    report = a_form("application", event(1, phones(3), target=LAB), event(2, phones(3), target=NOWHERE))
    scenarios = [each for each in report.grids() if each.title == "出境场景"]
    assert len(scenarios) == 2
    rows = {row[0]: row[1] for row in scenarios[0].rows}
    assert rows["出境链路"] == "公共互联网"
    assert rows["落地数据中心名称和位置"].startswith(OPEN)


def test_a_notice_words_the_finding_as_a_lead_with_article_and_evidence() -> None:
    text = said(a_letter("notice", Move.ACCEPT, Move.NOTIFY))
    assert "属于线索，尚待核实" in text
    assert "促进和规范数据跨境流动规定" in text
    assert f"{1:032x}" in text
    assert "500 人" in text


def test_a_rectification_order_names_the_day_of_its_notice() -> None:
    assert re.search(
        r"请于 2026-03-1\d \d\d:\d\d:\d\d 前核实", said(a_letter("rectification", Move.ACCEPT, Move.NOTIFY))
    )


def test_a_rectification_order_without_a_notice_leaves_the_day_open() -> None:
    assert f"请于{OPEN}期限前" in said(a_letter("rectification"))


def test_a_closing_report_lists_every_act_and_the_recheck() -> None:
    moves = (Move.ACCEPT, Move.NOTIFY, Move.RECTIFY, Move.RECHECK, Move.CLOSE)
    report = a_letter("closing", *moves)
    assert len(table(report, "办理记录").rows) == len(moves)
    assert "复核通过" in said(report)


def test_a_docx_is_set_as_prescribed() -> None:
    file = docx.Document(BytesIO(docx_of(a_form("self-assessment", event(1, phones(3), target=LAB)))))
    section = file.sections[0]
    sides = section.page_width, section.page_height
    assert sides == pytest.approx((Mm(210), Mm(297)), rel=1e-4)
    body = next(each for each in file.paragraphs if "关津于" in each.text)
    assert body.paragraph_format.line_spacing == Pt(26)
    run = body.runs[0]
    assert (run.font.name, run.font.size) == ("Times New Roman", Pt(14))
    assert 'w:eastAsia="仿宋"' in run._element.xml
    assert any("出境数据项表" in each.text for each in file.paragraphs)
    assert len(file.tables) >= 8


def test_what_is_left_open_is_highlighted() -> None:
    content = docx_of(a_form("application", event(1, phones(3), target=LAB)))
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert b'w:highlight w:val="yellow"' in file.read("word/document.xml")


def test_names_of_hosts_cannot_become_formulas_or_break_the_file() -> None:
    evil = at("=cmd|' /c calc'!A1\x00\u202e.example.com")
    report = a_form("application", event(1, phones(3), target=evil))
    book = load_workbook(BytesIO(xlsx_of(report)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" for cell in cells)
    assert any("\\x00" in str(cell.value) for cell in cells)
    assert "\\x00" in "".join(cell.text for one in docx.Document(BytesIO(docx_of(report))).tables
                              for row in one.rows for cell in row.cells)  # fmt: skip


def test_two_sheets_of_one_name_do_not_clash() -> None:
    report = Document(name="x", title="x", basis="x", blocks=(grid("甲/乙", "一 二", []), grid("甲/乙", "一 二", [])))
    assert len(load_workbook(BytesIO(xlsx_of(report))).sheetnames) == 3


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KB"), (3 << 30, "3.0 GB")])
def test_sizes_are_for_reading(count: int, text: str) -> None:
    assert size(count) == text
