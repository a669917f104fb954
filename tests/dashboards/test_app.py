import html
from html.parser import HTMLParser
import re
from typing import Any

from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
import pytest
from typing_extensions import override

from collector.ports import Query, Store
from collector.stores.memory import MemoryStore
from collector.telemetry import CollectorTelemetry, expose
from collector.verdicts import Status
from dashboards.console.app import create_console
from dashboards.console.page import Desk
from dashboards.console.words import WORDS
from tests.dashboards import scene
from tests.dashboards.visitor import Visitor
from wire.envelopes import Gap
from wire.faults import UnavailableError

NINTH = "/transfers/00000000000000000000000000000009"
VOID = {"meta", "link", "img", "input", "br", "hr"}


def a_desk(store: Store) -> Desk:
    return Desk(store, scene.REGISTRY, scene.KIND_TITLES, lambda: scene.NOW_NS, "0.1.0")


def a_visitor(store: Store, address: str = "http://127.0.0.1") -> Visitor:
    registry = CollectorRegistry()
    CollectorTelemetry(registry)
    return Visitor(create_console(a_desk(store), lambda: expose(registry)), address)


@pytest.fixture(scope="module")
def store() -> Store:
    return scene.a_store()


@pytest.fixture
def visitor(store: Store) -> Visitor:
    return a_visitor(store)


class Shape(HTMLParser):
    """Every tag that opens and closes, and every address that a page names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.tags: set[str] = set()
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action", "srcset"}]
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/", "/?status=all", "/?status=unfiled&part=1", NINTH, f"{NINTH}?part=1", "/nothing"])
def test_every_page_is_well_formed_and_names_no_other_host(visitor: Visitor, path: str, lang: str) -> None:
    answer = visitor.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    shape = Shape(answer.text)
    assert not shape.open
    assert len(shape.ids) == len(set(shape.ids))
    assert all(re.match(r"/(?!/)|#", address) for address in shape.addresses)
    assert "http://" not in answer.text
    assert "https://" not in answer.text


@pytest.mark.parametrize("path", ["/", NINTH, "/nothing", "/metrics", "/api/v1/counts", "/static/console.css"])
def test_every_answer_bears_the_policy_and_no_page_needs_an_exception_from_it(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    if "html" in answer.headers["content-type"]:
        shape = Shape(answer.text)
        assert "style" not in shape.attributes | shape.tags
        assert not [name for name in shape.attributes if name.startswith("on")]
        assert not re.search(r"<script(?! src=)", answer.text)


@pytest.mark.parametrize("path", ["/?status=all", NINTH, f"{NINTH}?part=1"])
def test_a_hostile_host_name_is_shown_and_neither_runs_nor_turns_the_line(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202egnp.\\x1b[31m" in page
    assert "<script>alert" not in page
    assert not set("\u202e\x1b") & set(page)


def test_foreign_text_in_the_address_is_escaped(visitor: Visitor) -> None:
    page = visitor.get('/?organisation="><script>x</script>').text
    assert "<script>x" not in page
    assert 'href="//' not in visitor.get("//elsewhere.example/x").text


def test_the_language_of_the_address_is_remembered(visitor: Visitor) -> None:
    assert "风险总览" in visitor.get("/").text
    assert "Risk overview" in visitor.get("/?lang=en").text
    english = visitor.get("/").text
    assert '<html lang="en">' in english
    assert "Hong Kong, China" in english
    assert "Risk overview" not in visitor.get("/?lang=zh").text


def test_an_english_page_holds_no_chinese_but_the_switch_and_a_chinese_one_no_english_sentence(store: Store) -> None:
    english = text_of(a_visitor(store).get("/?lang=en&status=all").text).replace("中文", "")
    assert not re.findall(r"[\u4e00-\u9fff]+", english)
    chinese = text_of(a_visitor(store).get("/").text)
    assert not [pair[1] for pair in WORDS.values() if " " in pair[1] and "{" not in pair[1] and pair[1] in chinese]


def test_every_sentence_stands_in_both_languages_with_the_same_blanks() -> None:
    for key, (chinese, english) in WORDS.items():
        assert chinese.strip(), key
        assert english.strip(), key
        assert set(re.findall(r"{\w+}", chinese)) == set(re.findall(r"{\w+}", english)), key


def test_every_verdict_has_its_advice() -> None:
    assert not {f"advice.{status}" for status in Status} - WORDS.keys()


def test_the_theme_follows_the_system_until_the_reader_chooses(visitor: Visitor) -> None:
    assert 'media="screen and (prefers-color-scheme: dark)"' in visitor.get("/").text
    assert 'media="screen"' in visitor.get("/?theme=dark").text
    assert 'media="screen"' in visitor.get("/").text
    assert "dark.css" not in visitor.get("/?theme=light").text


def test_the_table_shows_flagged_transfers_and_the_chosen_verdict(visitor: Visitor) -> None:
    flagged, covered = visitor.get("/?part=1").text, visitor.get("/?part=1&status=covered").text
    assert flagged.count("<tr id=") == 33
    assert covered.count("<tr id=") == 11
    assert covered.count('<span class="verdict covered">') == 11
    assert "中国台湾" in flagged


def test_pages_of_rows_follow_one_another_without_gap_or_repeat(visitor: Visitor) -> None:
    first = visitor.get("/?part=1&status=all").text
    older = re.search(r'href="(/\?[^"]*before=[^"]*)#transfers"', first)
    assert older
    second = visitor.get(older[1].replace("&amp;", "&")).text
    rows = [re.findall(r'<tr id="t-(\w+)"', page) for page in (first, second)]
    assert [len(some) for some in rows] == [50, 10]
    assert len({*rows[0], *rows[1]}) == 60


def test_an_exporter_can_be_searched_by_name_and_code_and_a_transfer_by_number(visitor: Visitor) -> None:
    by_name, by_code = visitor.get("/?q=海棠"), visitor.get(f"/?q={scene.SHOP.lower()}")
    assert by_name.status_code == 303
    assert by_name.headers["location"] == by_code.headers["location"]
    assert scene.SHOP in by_name.headers["location"]
    assert visitor.get(f"/?q={NINTH[-32:]}").headers["location"] == NINTH
    assert visitor.get("/?q=//elsewhere.example").headers["location"].startswith("/?")


def test_exporters_stand_before_and_over_the_next_limit(visitor: Visitor) -> None:
    page = text_of(visitor.get("/?part=1").text)
    assert "12,840 / 10,000 128%" in page
    assert "9,860 / 10,000 98%" in page
    assert "4,020 / 100,000 4%" in page


def test_the_page_of_a_transfer_says_why_and_shows_only_masked_values(visitor: Visitor) -> None:
    page = text_of(visitor.get("/transfers/00000000000000000000000000000003?lang=zh").text)
    for piece in ("合规", "《促进和规范数据跨境流动规定》第八条", "2024-03-22 起施行", "个人信息出境标准合同",
                  "SC-2026-0119", "geo-whois-asn-country · 2026-11-01", "全部可见", "110105********002X"):  # fmt: skip
        assert piece in page


def test_an_unknown_volume_is_said_to_be_unknown(visitor: Visitor) -> None:
    assert "字节数未知" in text_of(visitor.get("/transfers/00000000000000000000000000000007").text)


def test_the_coverage_of_agents_tells_seen_from_unseen(visitor: Visitor) -> None:
    page = text_of(visitor.get("/?part=1").text)
    assert "全部可见 63% (900.0 kB)" in page
    assert "内容不可见 29% (410.0 kB)" in page
    assert "chunk length is no number: 1" in page
    assert "未再报告" in page


def test_incomplete_minutes_are_told_on_the_overview_and_beside_a_transfer_of_that_minute() -> None:
    store = scene.a_store()
    (judged,) = store.transfers(Query(most=1))
    here = "/transfers/" + judged.event.event_id
    assert "这一分钟不完整" not in text_of(a_visitor(store).get(here).text)
    begun_ns = judged.event.begun_ns
    gap = Gap(
        agent=judged.event.agent,
        epoch="e",
        from_sequence=1,
        reason="<b>spool_full",
        items=1_200,
        from_ns=begun_ns - scene.SECOND,
        until_ns=begun_ns + scene.SECOND,
    )
    with store.begin() as transaction:
        transaction.intake.keep_gaps([gap])
    visitor = a_visitor(store)
    overview, page = visitor.get("/?part=1").text, visitor.get(here).text
    assert "分钟不完整：未见不等于没有" in text_of(overview)
    assert "这一分钟不完整：探针看见的有 1,200 条未送达（<b>spool_full）" in html.unescape(text_of(page))
    assert "<b>spool_full" not in overview + page
    assert "This minute is incomplete" in text_of(visitor.get(f"{here}?lang=en").text)


def test_an_empty_console_proves_that_the_system_works() -> None:
    store = MemoryStore()
    assert "还没有输入" in text_of(a_visitor(store).get("/").text)
    store.keep_coverage(scene.coverages()[0])
    page = text_of(a_visitor(store).get("/").text)
    assert "没有存疑传输" in page
    assert "已读 1,284,310 个报文" in page


@pytest.mark.parametrize("path", ["/?status=nonsense", "/?before=1.xyz", "/?before=99999999999999999999." + "0" * 32])
def test_a_filter_that_means_nothing_is_explained(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 400
    assert "看不懂这个请求" in answer.text


def test_what_is_not_there_is_404_and_what_is_too_long_414(visitor: Visitor) -> None:
    assert visitor.get("/transfers/none").status_code == 404
    assert visitor.get("/static/../app.py").status_code == 404
    assert visitor.get("/?status=" + "x" * 3000).status_code == 414
    assert visitor.post("/").status_code == 405
    assert visitor.get("/api/v1/none").json().keys() == {"what", "at", "help"}


def test_static_files_are_kept_by_the_browser_until_they_change(visitor: Visitor) -> None:
    address = re.search(r"/static/console\.js\?v=\w+", visitor.get("/").text)
    assert address
    first = visitor.get(address[0])
    assert "immutable" in first.headers["cache-control"]
    assert "javascript" in first.headers["content-type"]
    assert visitor.get(address[0], if_none_match=first.headers["etag"]).status_code == 304
    assert visitor.get("/").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status"),
    [("http://localhost:8000", 200), ("http://[::1]:8000", 200), ("http://rebound.example", 421)],
)
def test_only_the_names_of_this_machine_are_answered(store: Store, address: str, status: int) -> None:
    assert a_visitor(store, address).get("/").status_code == status


class AwayStore(MemoryStore):
    @override
    def transfers(self, query: Query) -> Any:
        raise UnavailableError("the store is away")


class BrokenStore(MemoryStore):
    @override
    def transfers(self, query: Query) -> Any:
        raise ZeroDivisionError


@pytest.mark.parametrize(("store_type", "status"), [(AwayStore, 503), (BrokenStore, 500)])
def test_a_store_that_fails_is_explained_without_a_trace(store_type: type[MemoryStore], status: int) -> None:
    answer = a_visitor(store_type()).get("/")
    assert answer.status_code == status
    assert "读不到数据" in answer.text
    assert "Error" not in answer.text
    assert "content-security-policy" in answer.headers


def test_the_metrics_can_be_parsed(visitor: Visitor) -> None:
    answer = visitor.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(answer.text)}
    assert "guanjin_transfers" in names


def test_the_script_is_short_and_fetches_only_from_here(visitor: Visitor) -> None:
    script = visitor.get("/static/console.js").text
    assert len(script.splitlines()) < 200
    assert not re.search(r"https?://|eval\(|new Function", script)


def test_where_an_assessment_is_required_the_transfer_is_called_not_applied_for() -> None:
    store = MemoryStore()
    judged = [scene.a_judged(1), scene.a_judged(2)]
    judged[1] = replace(judged[1], verdict=replace(judged[1].verdict, required_route="security_assessment"))
    with store.begin() as transaction:
        transaction.keep(judged, [])
    visitor = a_visitor(store)
    assert "未申报" not in text_of(visitor.get(f"/transfers/{1:032x}").text)
    for path, zh, en in ((f"/transfers/{2:032x}", "未申报", "Not applied for"), ("/", "未申报", "Not applied for")):
        assert zh in text_of(visitor.get(f"{path}?lang=zh").text), path
        assert en in text_of(visitor.get(f"{path}?lang=en").text), path
