from hashlib import sha256
from pathlib import Path
import re

from jinja2 import Environment, nodes
import pytest

from collector.case_ports import CaseQuery
from collector.cases import State
from collector.explain import explain, page_of
from collector.law.shelf import routes_of_law
from collector.past import history_of
from collector.registry import read_registry
from collector.registry_sheets import xlsx_file
from collector.registry_text import registry_text
from collector.registry_xlsx import xlsx_grids
from dashboards.console import app
from dashboards.console.words import WORDS
from tests.dashboards import scene
from tests.dashboards.counter import OURS, REGISTRY, Counter
from tests.dashboards.test_app import Shape, text_of
from tests.dashboards.visitor import Visitor

HOSTILE = '"><script>alert(1)</script>{{7*7}}\u202e'
FILING = {
    "number": "甲标〔2026〕2号",
    "organisation": OURS,
    "route": "standard_contract",
    "recipients": "ours-lab",
    "valid_from": "2026-01-01",
    "valid_until": "2028-12-31",
    "kinds": "cn.resident_id\nmedical.diagnosis\ncn.mobile\ncn.bank_card",
    "state": "in_force",
}


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


@pytest.fixture
def watch(counter: Counter) -> Visitor:
    return counter.visitor("watch-1")


def drafted(visitor: Visitor, section: str, form: dict[str, str], name: str = "") -> str:
    """Fill in an entry's form and give the draft that follows."""
    answer = visitor.send(f"/registry/entry/{section}", {**form, "before": name}, page="/account")
    assert answer.status_code == 303, text_of(answer.text)
    return answer.headers["location"]


def save(visitor: Visitor, draft: str, reason: str = "补报") -> int:
    return visitor.send(draft, {"do": "save", "reason": reason}).status_code


def test_every_sentence_of_the_templates_is_there_with_its_blanks() -> None:
    folder = Path(app.__file__).parent / "templates"
    for template in folder.glob("*.html"):
        for call in Environment(autoescape=True).parse(template.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say" and isinstance(call.args[0], nodes.Const):
                key = call.args[0].value
                assert set(re.findall(r"{(\w+)}", WORDS[key][0])) == {each.key for each in call.kwargs}, key


WRITTEN = set("中文 本单位医药 他处实业 他处实业人事 甲标 乙标 统一社会信用代码 运营商 医药 能源".split())
"""What people wrote, and names that have no other."""
PAGES = (
    "/signin", "/account", "/registry", "/registry?on=2026-11-21", "/registry/sections/filings", "/registry/settings",
    "/registry/entry/filings", "/registry/entry/filings?name=甲标〔2026〕1号", "/registry/entry/lists",
    "/registry/sections/lines", "/whatif", "/checks", "/outlook", "/outlook?within=365", "/policies",
    "/policies/edit", "/reports", f"/registry/entry/exporters?name={OURS}", "/incident", "/audit",
    f"/transfers/{1:032x}/explanation", "/cases?stage=all",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_well_formed_in_both_languages(counter: Counter, watch: Visitor, lang: str) -> None:
    watch.get(f"/?lang={lang}")
    draft = drafted(watch, "filings", FILING)
    drawn = watch.send("/checks", {"day": "2026-11-20", "seed": "s", "rate": "1"}).headers["location"]
    event = counter.store.cases.draws()[0].drawn[0]
    case = counter.store.cases.cases(CaseQuery())[0].case_id
    for path in (*PAGES, draft, f"{draft}?whatif=1", drawn, f"{drawn}/{event}", f"/cases/{case}"):
        answer = watch.get(path)
        assert answer.status_code == 200, path
        shape = Shape(answer.text)
        assert not shape.open, path
        assert len(shape.ids) == len(set(shape.ids)), path
        assert "style" not in shape.attributes | shape.tags, path
        assert not [name for name in shape.attributes if name.startswith("on")], path
        assert "None" not in text_of(answer.text), path
        if lang == "en":
            rest = re.sub(r"《[^》]*》[^\s<]*|〔\d+〕\d*号", "", text_of(answer.text))
            foreign = [word for word in re.findall(r"[\u4e00-\u9fff]{2,}", rest) if word not in WRITTEN]
            assert not foreign or "explanation" in path, f"{path} {foreign[:5]}"


def test_a_change_is_seen_tried_and_saved_with_a_reason_and_judges_again(counter: Counter, watch: Visitor) -> None:
    before = {each.event.event_id: each.verdict.status for each in counter.store.in_time(OURS, 0, 1 << 62)}
    draft = drafted(watch, "filings", FILING)
    page = text_of(watch.get(draft).text)
    for piece in ("变更 1 处", "新增 申报备案 · 甲标〔2026〕2号", "个人信息出境标准合同", "本单位医药", "尚未写入"):
        assert piece in page
    assert counter.keeper.registry is REGISTRY
    tried = text_of(watch.get(f"{draft}?whatif=1").text)
    assert "6 次传输中改判 6 次" in tried
    assert counter.keeper.registry is REGISTRY
    assert save(watch, draft, "") == 409
    assert save(watch, draft, "误填 13800138000") == 409
    assert save(watch, draft) == 303
    after = {each.event.event_id: each.verdict.status for each in counter.store.in_time(OURS, 0, 1 << 62)}
    assert set(before.values()) != set(after.values())
    page = text_of(watch.get("/registry").text)
    for piece in ("改判 6 次传输", "第 2 版", "watch-1", "补报", "首次变更之前的登记"):
        assert piece in page
    assert watch.get(draft).status_code == 404


def test_the_registry_can_be_asked_for_as_it_stood(counter: Counter, watch: Visitor) -> None:
    save(watch, drafted(watch, "filings", FILING))
    counter.now_ns += 2 * 86_400 * scene.SECOND
    watch = counter.visitor("watch-1")
    later = {**FILING, "state": "terminated", "ended_on": "2026-11-22"}
    save(watch, drafted(watch, "filings", later, FILING["number"]), "合同终止")
    assert "终止" in watch.get("/registry/sections/filings").text
    page = watch.get("/registry/sections/filings?on=2026-11-21").text
    assert "终止" not in text_of(page)
    assert FILING["number"] in page
    old = watch.get(f"/registry/entry/filings?name={FILING['number']}&on=2026-11-21").text
    assert 'name="drop"' not in old
    assert "2026-11-21 日终时的登记" in text_of(watch.get("/registry?on=2026-11-21").text)
    history = text_of(watch.get("/registry").text)
    assert "合同终止" in history
    assert "已通过或者已备案 → 终止" in history


def test_faults_stand_where_they_are_and_nothing_is_saved(counter: Counter, watch: Visitor) -> None:
    answer = watch.send("/registry/entry/filings", {**FILING, "valid_from": "soon", "kinds": ""}, page="/account")
    assert answer.status_code == 409
    page = text_of(answer.text)
    assert "生效日期" in page
    assert "不能为空" in page
    assert 'value="soon"' in answer.text
    unknown = watch.send("/registry/entry/filings", {**FILING, "recipients": "nobody"}, page="/account")
    assert unknown.status_code == 409
    assert "nobody" in unknown.text
    assert counter.keeper.registry is REGISTRY


def test_two_people_do_not_undo_one_another(counter: Counter, watch: Visitor) -> None:
    other = counter.visitor("root-1")
    entry = {"id": "ours-lab", "name": "Ours Lab Inc.", "country": "US", "hosts": "ours.example"}
    mine = drafted(watch, "recipients", {**entry, "name_en": "mine"}, "ours-lab")
    theirs = drafted(other, "recipients", {**entry, "name_en": "theirs"}, "ours-lab")
    assert other.get(mine).status_code == 404
    assert save(watch, mine) == 303
    assert "已被他人修改" in other.get(theirs).text
    assert save(other, theirs) == 409
    assert counter.keeper.registry.recipients[0].name_en == "mine"
    assert other.send(theirs, {"do": "discard"}).status_code == 303


def test_an_entry_can_be_taken_out_and_a_draft_goes_on(counter: Counter, watch: Visitor) -> None:
    name = "ours-lab"
    answer = watch.send("/registry/entry/recipients", {"before": name, "drop": "1"}, page="/account")
    assert answer.status_code == 303
    assert save(watch, answer.headers["location"]) == 409, "a filing names it"
    draft = drafted(watch, "recipients", {"id": "us-2", "name": "US 2", "country": "US"})
    form = {**FILING, "recipients": "us-2", "draft": draft.rpartition("/")[2]}
    again = watch.send("/registry/entry/filings", form, page="/account")
    assert again.status_code in (303, 409)
    assert save(watch, draft) == 303
    assert counter.keeper.registry.recipients[-1].id == "us-2"


def test_settings_and_calendar_are_changed_like_everything_else(counter: Counter, watch: Visitor) -> None:
    form = {
        "profile": "strict_35273", "threshold_tally": "ordinary_only", "sensitive_reach": "exporter",
        "holidays": "2027-01-01\n2027-01-02", "workdays": "",
    }  # fmt: skip
    draft = watch.send("/registry/settings", form).headers["location"]
    assert save(watch, draft) == 303
    assert counter.keeper.registry.settings.threshold_tally == "ordinary_only"
    assert len(counter.keeper.registry.calendar.holidays) == 2
    wrong = watch.send("/registry/settings", {**form, "holidays": "tomorrow", "profile": "none"}).headers["location"]
    assert "填写不符合要求" in watch.get(wrong).text
    assert save(watch, wrong) == 409


def test_a_workbook_comes_in_as_a_draft_with_its_faults_row_by_row(counter: Counter, watch: Visitor) -> None:
    sheet = watch.get("/registry/template?filled=1")
    assert sheet.headers["content-disposition"] == 'attachment; filename="registry.xlsx"'
    assert [grid.sheet for grid in xlsx_grids(sheet.content, "r.xlsx")][:2] == ["数据处理者", "境外接收方"]
    same = watch.send("/registry/import", page="/account", files={"file": ("../../r.xlsx", sheet.content)})
    assert "没有变更" in text_of(watch.get(same.headers["location"]).text)
    head = "文号,统一社会信用代码,出境路径,接收方编号,生效日期,届满日期,数据类型"
    table = f"{head}\n甲标3,{OURS},标准合同,ours-lab,not a day,2028-12-31,email\n"
    wrong = watch.send("/registry/import", page="/account", files={"file": ("申报备案.csv", table.encode("gb18030"))})
    page = text_of(watch.get(wrong.headers["location"]).text)
    assert "申报备案.csv · 第 2 行" in page
    assert "生效日期" in page
    assert save(watch, wrong.headers["location"]) == 409
    good = table.replace("not a day", "2026/1/1").replace("标准合同,", "个人信息出境标准合同,")
    right = watch.send("/registry/import", page="/account", files={"file": ("申报备案.csv", good.encode())})
    assert save(watch, right.headers["location"], "导入") == 303
    assert counter.keeper.registry.filings[-1].number == "甲标3"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100),
        ("../../../etc/passwd", b"\0\1\2\3"),
        ("filings.csv", b'"number\n'),
        ("x" * 300 + ".csv", b"number\n1\n"),
        ("a.csv", b""),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(counter: Counter, watch: Visitor, name: str, content: bytes) -> None:
    for path in ("/registry/import", "/whatif"):
        answer = watch.send(path, page="/account", files={"file": (name, content)})
        assert answer.status_code in (200, 303, 404, 409), path
        if answer.status_code == 303:
            answer = watch.get(answer.headers["location"])
        assert "Traceback" not in answer.text
    assert counter.keeper.registry is REGISTRY


def test_what_is_too_large_is_refused_before_it_is_read(watch: Visitor) -> None:
    assert watch.send("/whatif", page="/account", files={"file": ("r.yaml", b"x" * (18 << 20))}).status_code == 413
    answer = watch.send("/checks", {"seed": "x" * (300 << 10)}, page="/account")
    assert answer.status_code == 413
    assert "内容过大" in answer.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nno name\r\n--b--"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n\xff\xfe\r\n--b--',
        ),
        ("multipart/form-data; boundary=b", b"--b\r\n" * 500 + b"--b--"),
        ("application/x-www-form-urlencoded", b"csrf=\xff"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 500)),
        ("application/json", b"{}"),
        ("", b""),
    ],
)
def test_a_form_that_is_none_is_refused(watch: Visitor, content_type: str, body: bytes) -> None:
    answer = watch.raw("/checks", content_type, body)
    assert answer.status_code in (403, 409)


def test_a_registry_is_tried_without_being_taken_in(counter: Counter, watch: Visitor) -> None:
    plan = registry_text(REGISTRY).replace(b"cn.mobile", b"email", 1)
    answer = watch.send("/whatif", files={"file": ("changed.yaml", plan)})
    assert answer.status_code == 200
    assert "按 changed.yaml 判定的差别" in answer.text
    assert counter.keeper.registry is REGISTRY
    wrong = watch.send("/whatif", files={"file": ("changed.yaml", b"filings: [{number: 1}]")})
    assert wrong.status_code == 409
    assert "差错" in wrong.text
    reader = counter.visitor("reader-1")
    assert reader.send("/whatif", files={"file": ("r.xlsx", xlsx_file(REGISTRY))}).status_code == 200


def test_a_case_is_handled_to_its_end(counter: Counter, watch: Visitor) -> None:
    case_id = counter.store.cases.cases(CaseQuery(organisation=OURS))[0].case_id
    address = f"/cases/{case_id}"
    steps: list[dict[str, str]] = [
        {"move": "assign", "owner": "二组"},
        {"move": "accept", "note": "属实"},
        {"move": "notify", "due": "2026-12-15"},
        {"move": "rectify"},
        {"move": "recheck", "passed": "yes"},
        {"move": "close"},
        {"move": "reopen", "note": "再次出现"},
        {"move": "dismiss", "note": "误报"},
    ]
    for step in steps:
        assert watch.send(address, step, files={"file": ("x.pdf", b"a document")}).status_code == 303, step
    case = counter.store.cases.case(case_id)
    assert case
    assert case.state is State.DISMISSED
    assert {act.who for act in case.acts} == {"watch-1"}
    assert case.acts[0].attachments == (sha256(b"a document").hexdigest(),)
    page = text_of(watch.get(address).text)
    for piece in ("二组", "属实", "误报", "SHA-256"):
        assert piece in page
    for wrong, says in (
        ({"move": "close"}, "不能执行"),
        ({"move": "reopen"}, "需要写明理由"),
        ({"move": "reopen", "note": "电话 13800138000"}, "个人号码"),
        ({"move": "fly"}, "看不懂"),
        ({"move": "note", "note": "x", "attachment": "abc"}, "SHA-256"),
        ({"move": "note", "note": "x", "due": "tomorrow"}, "不是时间"),
    ):
        answer = watch.send(address, wrong)
        assert answer.status_code == 409, wrong
        assert says in answer.text, wrong
        assert "13800138000" not in answer.text


def test_an_incident_is_reported_and_its_clock_runs(counter: Counter, watch: Visitor) -> None:
    form = {
        "organisation": OURS,
        "what": "导出接口未鉴权",
        "known": "2026-11-21T08:00",
        "operator": "cii",
        "persons": "1,200,000",
        "grade": "general",
    }
    answer = watch.send("/incident", form)
    page = text_of(watch.get(answer.headers["location"]).text)
    for piece in ("导出接口未鉴权", "较大", "2026-11-21 08:00:00", "1,200,000"):
        assert piece in page
    for wrong in ({"persons": "-1"}, {"operator": "x"}, {"known": "x"}, {"what": "13800138000"}):
        assert watch.send("/incident", {**form, **wrong}).status_code == 409, wrong
    assert counter.store.cases.cases(CaseQuery(organisation=OURS))


def test_a_spot_check_goes_from_the_draw_to_the_case(counter: Counter, watch: Visitor) -> None:
    form = {"day": "2026-11-20", "seed": "20261121-07", "rate": "1"}
    drawn = watch.send("/checks", form).headers["location"]
    page = text_of(watch.get(drawn).text)
    assert "当日 12 次传输，出境 12 次，抽中 12 次，已检查 0 次" in page
    assert "guanjin spotcheck verify --day 2026-11-20 --seed 20261121-07 --rate 1" in page
    event = counter.store.cases.draws()[0].drawn[0]
    protocol = text_of(watch.get(f"{drawn}/{event}").text)
    for piece in ("实际出境的数据项与申报、备案材料是否一致", "观测", "申报", "待核实", "以 watch-1 的名义签字"):
        assert piece in protocol
    result = {"outcome": "inconsistent", "note": "字段不符"}
    answer = watch.send(f"{drawn}/{event}", result, files={"file": ("signed.pdf", b"signed")})
    assert answer.headers["location"].startswith("/cases/")
    assert "签字：watch-1" in text_of(watch.get(f"{drawn}/{event}").text)
    assert "已检查 1 次" in text_of(watch.get(drawn).text)
    for wrong in ({"rate": "2"}, {"day": "2026-11-21"}, {"day": "x"}, {"seed": ""}):
        assert watch.send("/checks", {**form, **wrong}).status_code == 409, wrong
    assert watch.send(f"{drawn}/{'0' * 32}", result, page="/account").status_code == 404
    assert counter.visitor("reader-1").send(f"{drawn}/{event}", result, page="/account").status_code == 403


def test_the_explanation_is_the_command_lines_text_with_former_verdicts(counter: Counter, watch: Visitor) -> None:
    save(watch, drafted(watch, "filings", FILING))
    judged = counter.store.transfer(f"{2:032x}")
    assert judged
    registry = counter.keeper.registry
    said = page_of(explain(judged, registry, routes_of_law(), history_of(counter.store, judged, registry)))
    shown = re.search(r'<pre class="page">(.*?)</pre>', watch.get(f"/transfers/{2:032x}/explanation").text, re.DOTALL)
    assert shown
    plain = shown[1].replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain.strip() == said.strip()
    assert "先前的判定" in plain


def test_policy_pages_are_written_held_and_kept(watch: Visitor) -> None:
    form = {
        "slug": "scope-1", "kind": "faq", "title": "何谓出境？", "title_en": "What is export?",
        "text": f"# 一\n远程查询也**算出境**。\n- 推送\n- 拉取\n{HOSTILE}", "valid_from": "2026-01-01",
        "citations": "《促进和规范数据跨境流动规定》第二条", "reason": "发布",
    }  # fmt: skip
    page = watch.send("/policies/edit", form).headers["location"]
    shown = watch.get(page).text
    for piece in ("<b>算出境</b>", "<li>推送</li>", "<h3>一</h3>", "&lt;script&gt;", "{{7*7}}", "第二条"):
        assert piece in shown
    assert "<script>alert" not in shown
    watch.send("/policies/edit", {**form, "text": "改", "valid_until": "2026-11-01", "reason": "修订"})
    assert "何谓出境" in watch.get("/policies?on=2026-10-01").text
    assert "其他日期有效" in watch.get("/policies").text
    assert "算出境" in watch.get(f"{page}?edition=1").text
    for wrong in (
        {"slug": "../x"},
        {"title": ""},
        {"valid_from": "x"},
        {"valid_until": "2025-01-01"},
        {"reason": ""},
        {"text": "x" * 20_001},
    ):
        assert watch.send("/policies/edit", {**form, **wrong}).status_code == 409, wrong


@pytest.mark.parametrize("path", ["/registry/entry/recipients", "/incident", "/checks", "/policies/edit", "/account"])
def test_hostile_text_is_shown_and_neither_runs_nor_turns_the_line(watch: Visitor, path: str) -> None:
    form = {
        "id": HOSTILE,
        "name": HOSTILE,
        "what": HOSTILE,
        "seed": HOSTILE,
        "slug": HOSTILE,
        "label": HOSTILE,
        "do": "token",
        "days": "1",
    }
    answer = watch.send(path, form)
    for page in (answer.text, watch.get(path).text):
        assert "<script>alert" not in page
        assert "\u202e" not in page


def test_a_file_changed_by_hand_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "registry.yaml"
    file.write_bytes("# 登记\n".encode() + registry_text(REGISTRY))
    counter = Counter(tmp_path / "state", file=file)
    watch = counter.visitor("watch-1")
    assert save(watch, drafted(watch, "filings", FILING)) == 303
    written = read_registry(file.read_bytes(), "registry.yaml")
    assert written == counter.keeper.registry
    assert file.read_bytes().startswith("# 登记".encode())
    assert read_registry((tmp_path / "registry.yaml.bak").read_bytes(), "x") == REGISTRY
    file.write_bytes(registry_text(REGISTRY))
    draft = drafted(watch, "filings", {**FILING, "number": "甲标〔2026〕5号"})
    answer = watch.send(draft, {"do": "save", "reason": "x"})
    assert answer.status_code == 409
    assert "重新启动" in answer.text
    assert file.read_bytes() == registry_text(REGISTRY)


def test_the_outlook_tells_limits_terms_and_what_is_new(watch: Visitor) -> None:
    page = text_of(watch.get("/outlook?within=365").text)
    for piece in ("门槛", "到期事项", "首次出现", "截至 2026-11-21"):
        assert piece in page
    assert watch.get("/outlook?within=7").status_code == 400
