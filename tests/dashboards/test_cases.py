import re

import msgspec
from prometheus_client import CollectorRegistry
import pytest

from collector.case_ports import CaseQuery
from collector.cases import Act, Move, State
from collector.causes import findings
from collector.desk import act_on, open_incident
from collector.incidents import HOUR_NS, Incident
from collector.ports import Store
from collector.telemetry import CollectorTelemetry, expose
from dashboards.console.app import create_console
from dashboards.console.page import Desk
from tests.dashboards import scene
from tests.dashboards.visitor import Visitor

EVENT = f"{1:032x}"


def a_scene() -> Store:
    store = scene.a_store()
    with store.begin() as transaction:
        transaction.cases.join(findings(scene.a_scene(), scene.REGISTRY))
    return store


def act(store: Store, case_id: str, move: Move, **changes: object) -> None:
    some = Act(case_id=case_id, number=0, move=move, at_ns=scene.NOW_NS, who="值班一组", passed=True)
    act_on(store, msgspec.structs.replace(some, **changes))


@pytest.fixture(scope="module")
def store() -> Store:
    store = a_scene()
    case_id = store.cases.case_of(EVENT)
    act(store, case_id, Move.ACCEPT)
    act(store, case_id, Move.NOTIFY, due_ns=scene.NOW_NS + 9, note="限期停止", attachments=("ab" * 32,))
    act(store, case_id, Move.ASSIGN, owner="二组")
    open_incident(store, scene.BANK, Incident(scene.NOW_NS - 5 * HOUR_NS, "导出接口未鉴权 <script>", persons=2_000_000))
    return store


@pytest.fixture
def visitor(store: Store) -> Visitor:
    registry = CollectorRegistry()
    CollectorTelemetry(registry)
    desk = Desk(store, scene.REGISTRY, scene.KIND_TITLES, lambda: scene.NOW_NS, "0.1.0")
    return Visitor(create_console(desk, lambda: expose(registry)))


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def incident_of(store: Store) -> str:
    cases = store.cases.cases(CaseQuery(organisation=scene.BANK))
    return next(case.case_id for case in cases if case.opening.incident)


def test_every_flagged_transfer_is_in_a_case_and_leads_there(store: Store, visitor: Visitor) -> None:
    case_id = store.cases.case_of(EVENT)
    assert f'href="/cases/{case_id}"' in visitor.get(f"/transfers/{EVENT}").text
    assert f'href="/transfers/{EVENT}"' in visitor.get(f"/cases/{case_id}").text
    covered = f"{3:032x}"
    assert 'href="/cases/' not in visitor.get(f"/transfers/{covered}").text


def test_the_list_shows_what_waits_with_clock_and_risk(visitor: Visitor) -> None:
    page = text_of(visitor.get("/cases").text)
    for piece in (
        "未备案",
        "已通报",
        "二组",
        "安全事件",
        "已逾期 · 4 小时内向省级网信部门报告",
        "1 件已逾期",
        "权重为关津自定",
    ):
        assert piece in page


def test_the_list_is_filtered_by_stage_and_exporter(visitor: Visitor) -> None:
    every = visitor.get("/cases?stage=all&part=1").text.count("<tr id=")
    found = visitor.get("/cases?stage=found&part=1").text.count("<tr id=")
    notified = visitor.get("/cases?stage=notified&part=1").text.count("<tr id=")
    assert (found, notified) == (every - 1, 1)
    assert visitor.get("/cases?stage=closed").text.count("<tr id=") == 0
    shop = visitor.get(f"/cases?stage=all&organisation={scene.SHOP}").text
    assert "海棠零售 ✕" in shop
    assert scene.HOSPITAL not in shop


@pytest.mark.parametrize("query", ["stage=nonsense", "before=1.xyz", "before=99999999999999999999." + "0" * 16])
def test_a_filter_that_means_nothing_is_explained(visitor: Visitor, query: str) -> None:
    answer = visitor.get(f"/cases?{query}")
    assert answer.status_code == 400
    assert "看不懂这个请求" in answer.text


def test_a_file_shows_cause_clocks_risk_history_and_what_may_be_done(store: Store, visitor: Visitor) -> None:
    case_id = store.cases.case_of(EVENT)
    page = text_of(visitor.get(f"/cases/{case_id}").text)
    for piece in ("办理记录（只增不改）", "限期停止", "值班一组", "ab" * 32, "促进和规范数据跨境流动规定"):
        assert piece in page
    for piece in (f"guanjin cases act {case_id} --by", "记录保存至 2029-11-21"):
        assert piece in page


def test_an_incident_is_shown_with_its_hours(store: Store, visitor: Visitor) -> None:
    answer = visitor.get(f"/cases/{incident_of(store)}?lang=en").text
    page = text_of(answer)
    for piece in ("Considerable", "report within 4 hours to the provincial CAC Late", "2,000,000", "Security incident"):
        assert piece in page
    assert "<script>" not in answer.replace("<script src=", "")


@pytest.mark.parametrize("path", ["/cases", "/cases?stage=all&part=1", "/cases/{}", "/cases/{}?part=1"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_are_well_formed_and_hold_no_second_id(store: Store, visitor: Visitor, path: str, lang: str) -> None:
    answer = visitor.get(f"{path.format(incident_of(store))}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200
    ids = re.findall(r'\sid="([^"]*)"', answer.text)
    assert len(ids) == len(set(ids))
    assert "style=" not in answer.text
    for tag in ("section", "table", "tr", "td", "ul", "ol", "li", "dl", "span", "p", "a", "article", "div"):
        assert len(re.findall(rf"<{tag}[ >]", answer.text)) == answer.text.count(f"</{tag}>"), tag


def test_an_english_list_holds_no_chinese_but_what_people_wrote(visitor: Visitor) -> None:
    page = text_of(visitor.get("/cases?lang=en").text).replace("中文", "")
    assert set(re.findall(r"[\u4e00-\u9fff]+", page)) <= {"二组", "导出接口未鉴权"}


@pytest.mark.parametrize("path", ["/cases/nothing", "/cases/" + "0" * 16, "/cases/" + "F" * 16])
def test_a_case_that_is_not_there_is_404(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_nobody_can_act_without_a_sign_in(visitor: Visitor) -> None:
    assert visitor.post("/cases").status_code == 405
    assert visitor.post("/cases/" + "0" * 16).status_code == 405


def test_pages_of_cases_follow_one_another() -> None:
    store = scene.a_store()
    for number in range(60):
        open_incident(store, scene.BANK, Incident(scene.NOW_NS - number * HOUR_NS, f"{number}"))
    registry = CollectorRegistry()
    desk = Desk(store, scene.REGISTRY, scene.KIND_TITLES, lambda: scene.NOW_NS, "0.1.0")
    visitor = Visitor(create_console(desk, lambda: expose(registry)))
    first = visitor.get("/cases").text
    older = re.search(r'href="(/cases\?before=[^"]*)"', first)
    assert older
    second = visitor.get(older[1]).text
    rows = [re.findall(r'<tr id="k-(\w+)"', page) for page in (first, second)]
    assert [len(some) for some in rows] == [50, 10]
    assert len({*rows[0], *rows[1]}) == 60


def test_an_empty_list_says_so() -> None:
    desk = Desk(scene.a_store(), scene.REGISTRY, scene.KIND_TITLES, lambda: scene.NOW_NS, "0.1.0")
    visitor = Visitor(create_console(desk, lambda: (b"", "text/plain")))
    assert "没有待办案件" in visitor.get("/cases").text
    assert "没有符合条件的案件" in visitor.get("/cases?stage=closed").text


def test_a_case_that_recurs_asks_to_be_reopened() -> None:
    store = a_scene()
    case_id = store.cases.case_of(EVENT)
    last = store.cases.case(case_id)
    assert last
    for move in (Move.ACCEPT, Move.NOTIFY, Move.RECTIFY, Move.RECHECK, Move.CLOSE):
        act(store, case_id, move, at_ns=last.last_ns, due_ns=scene.NOW_NS * 2 - last.last_ns + 1)
    later = scene.a_judged(500, begun_ns=last.last_ns + 5, target=scene.a_scene()[0].event.target)
    (found,) = findings([later], scene.REGISTRY)
    with store.begin() as transaction:
        transaction.cases.join([msgspec.structs.replace(found, opening=last.opening)])
    desk = Desk(store, scene.REGISTRY, scene.KIND_TITLES, lambda: scene.NOW_NS, "0.1.0")
    visitor = Visitor(create_console(desk, lambda: (b"", "text/plain")))
    assert "办结后复发" in visitor.get("/cases").text
    assert "请重新开启" in visitor.get(f"/cases/{case_id}").text
    again = store.cases.case(case_id)
    assert again
    assert again.state is State.CLOSED
