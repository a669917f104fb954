from pathlib import Path
import re

import pytest
from starlette.routing import Route

from collector.accounts_file import IDLE_NS
from tests.dashboards.counter import PASSWORD, Counter
from tests.dashboards.visitor import Visitor


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    return Counter(tmp_path_factory.mktemp("counter"))


def paths_of(counter: Counter, method: str) -> list[str]:
    return [each.path for each in counter.app.routes if isinstance(each, Route) and method in (each.methods or ())]


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "0" * 16, path)


def test_without_accounts_this_machine_reads_and_writes_nothing(tmp_path: Path) -> None:
    counter = Counter(tmp_path, with_accounts=False)
    visitor = counter.visitor()
    for path in ("/", "/cases", "/registry", "/outlook", "/checks", "/whatif", "/policies", "/api/v1/transfers"):
        assert visitor.get(path).status_code == 200, path
    case_id = counter.store.cases.case_of(f"{1:032x}")
    for path in (f"/cases/{case_id}", "/checks", "/registry/import", "/policies/edit", "/accounts", "/whatif"):
        answer = visitor.send(path, {"move": "accept"}, page="/signin")
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/signin"), path
    case = counter.store.cases.case(case_id)
    assert case
    assert not case.acts


def test_others_may_not_read_without_an_account(tmp_path: Path) -> None:
    visitor = Counter(tmp_path, with_accounts=False, is_local=False).visitor()
    assert visitor.get("/").headers["location"] == "/signin?next=%2F"
    assert visitor.get("/api/v1/transfers").status_code == 401


def test_once_there_is_an_account_every_address_asks_to_sign_in(counter: Counter) -> None:
    visitor = counter.visitor()
    free = {"/signin", "/healthz", "/readyz", "/static/{name}"}
    for path in paths_of(counter, "GET"):
        answer = visitor.get(filled(path))
        if path in free:
            assert answer.status_code in (200, 404, 503), path
        elif path.startswith(("/api/", "/metrics")):
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/signin?next="), path


def test_no_form_is_taken_without_its_token(counter: Counter) -> None:
    visitor = counter.visitor("watch-1")
    for path in paths_of(counter, "POST"):
        if path.startswith("/api/"):
            continue
        for token in ("", "0" * 32, counter.visitor().csrf("/signin")):
            answer = visitor.send(filled(path), {"csrf": token}, page="/signin")
            assert answer.status_code == 403, path
            assert "表单已失效" in answer.text
    assert counter.visitor("watch-1").get("/account").status_code == 200


def test_a_form_of_another_site_is_refused_before_anything_is_read(counter: Counter) -> None:
    visitor = counter.visitor("watch-1")
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        answer = visitor.post("/signout", origin=origin)
        assert answer.status_code == 403, origin
        assert "another site" in answer.text
    assert visitor.get("/account").status_code == 200


def test_a_cookie_does_not_write_through_the_api(counter: Counter) -> None:
    visitor = counter.visitor("watch-1")
    for path in paths_of(counter, "POST"):
        if path.startswith("/api/"):
            answer = visitor.post(filled(path))
            assert answer.status_code == 403, path
            assert "bearer" in answer.json()["what"]


def test_the_sessions_cookie_is_out_of_reach_of_scripts_and_other_sites(counter: Counter) -> None:
    for address, name, is_secure in (
        ("http://127.0.0.1", "guanjin_session", False),
        ("https://guanjin.example", "__Host-guanjin_session", True),
    ):
        visitor = counter.visitor(address=address)
        answer = visitor.sign_in("watch-1", PASSWORD)
        cookie = next(
            each
            for each in answer.headers.get_list("set-cookie")
            if each.startswith(f"{name}=") and "Max-Age=0" not in each
        )
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Path=/" in cookie
        assert ("Secure" in cookie) is is_secure
        assert "Domain" not in cookie


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(counter: Counter) -> None:
    visitor = counter.visitor("watch-1")
    first = visitor.cookies["guanjin_session"]
    assert visitor.sign_in("watch-1", PASSWORD).status_code == 303
    second = visitor.cookies["guanjin_session"]
    assert first != second
    assert counter.office.accounts.session(first, counter.now_ns) is None
    assert visitor.send("/signout", page="/account").headers["location"] == "/signin"
    assert counter.office.accounts.session(second, counter.now_ns) is None
    assert visitor.get("/account").status_code == 303


def test_an_idle_session_ends(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    visitor = counter.visitor("watch-1")
    counter.now_ns += IDLE_NS
    assert visitor.get("/").status_code == 303


def test_a_wrong_password_is_refused_and_then_waits(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    visitor = counter.visitor()
    for _ in range(5):
        answer = visitor.sign_in("watch-1", "no such password")
        assert answer.status_code == 403
        assert "名称或者口令不对" in answer.text
        assert "no such password" not in answer.text
    waits = visitor.sign_in("watch-1", PASSWORD)
    assert waits.status_code == 429
    assert int(waits.headers["retry-after"]) > 0
    outcomes = [each.outcome for each in counter.office.trail.newest(20) if each.deed == "sign in"]
    assert outcomes.count("refused") == 5
    assert len(outcomes) == 10, "strangers who must wait do not fill the trail"


def test_what_was_typed_as_a_name_is_not_kept(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    counter.visitor().sign_in("my password by mistake", PASSWORD)
    assert {each.about for each in counter.office.trail.newest(5)} == {"(unknown)"}


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/cases?stage=all", "/cases?stage=all"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/x\r\nset-cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_to_an_address_of_ours_only(counter: Counter, wanted: str, led: str) -> None:
    answer = counter.visitor().send("/signin", {"name": "watch-1", "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == led


@pytest.mark.parametrize("shown", ["Bearer wrong", "Basic d2F0Y2g6eA==", "Bearer ", "gj_x"])
def test_a_token_that_is_none_is_refused_even_beside_a_good_cookie(counter: Counter, shown: str) -> None:
    assert counter.visitor("watch-1").get("/api/v1/transfers", authorization=shown).status_code == 401


def test_a_token_reads_and_writes_as_its_account_and_ends_with_it(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    visitor, token = counter.visitor(), counter.token("watch-1")
    reading = counter.token("watch-1", is_reading_only=True)
    assert visitor.call("GET", "/api/v1/transfers", token).status_code == 200
    assert visitor.call("GET", "/metrics", token).status_code == 200
    body = {"day": "2026-11-20", "seed": "seed", "rate": "1"}
    assert visitor.call("POST", "/api/v1/checks", reading, json=body).status_code == 403
    assert visitor.call("POST", "/api/v1/checks", token, json=body).status_code == 201
    counter.office.accounts.set_disabled("watch-1", disabled=True)
    assert visitor.call("GET", "/api/v1/transfers", token).status_code == 401


RIGHTS = {
    "/accounts": {"root-1"},
    "/audit": {"root-1", "watch-1"},
    "/registry/settings": {"root-1", "watch-1"},
    "/policies/edit": {"root-1", "watch-1"},
    "/incident": {"watch-1", "ours-1"},
}


@pytest.mark.parametrize("name", ["watch-1", "reader-1", "root-1", "ours-1"])
def test_each_role_sees_what_it_may_and_nothing_breaks(counter: Counter, name: str) -> None:
    visitor = counter.visitor(name)
    for path in paths_of(counter, "GET"):
        status = visitor.get(filled(path)).status_code
        assert status in (200, 303, 400, 403, 404, 503), f"{path} {status}"
        if path in RIGHTS:
            assert (status == 200) == (name in RIGHTS[path]), path


def test_what_may_not_be_done_is_said_and_recorded_by_nobody_as_done(counter: Counter) -> None:
    case_id = counter.store.cases.case_of(f"{1:032x}")
    for name in ("reader-1", "root-1"):
        answer = counter.visitor(name).send(f"/cases/{case_id}", {"move": "accept"}, page="/account")
        assert answer.status_code == 403
        assert "没有这项权限" in answer.text
    case = counter.store.cases.case(case_id)
    assert case
    assert not case.acts


def test_accounts_are_made_and_barred_by_who_governs_them(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    root = counter.visitor("root-1")
    form = {"do": "add", "name": "监管二组", "role": "regulator", "password": PASSWORD}
    assert root.send("/accounts", form).status_code == 303
    assert "监管二组" in root.get("/accounts").text
    fresh = counter.visitor("监管二组")
    assert root.send("/accounts", {"do": "disable", "name": "监管二组"}).status_code == 303
    assert fresh.get("/").status_code == 303
    for wrong in (
        {**form, "name": "13800138000"},
        {**form, "name": "x y"},
        {**form, "name": "other", "password": "short"},
        {**form, "name": "other", "role": "king"},
        {**form, "name": "other", "role": "officer"},
        {"do": "disable", "name": "root-1"},
        {"do": "nothing"},
    ):
        assert root.send("/accounts", wrong).status_code == 409, wrong


def test_ones_own_password_and_tokens(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    visitor = counter.visitor("reader-1")
    page = visitor.send("/account", {"do": "token", "label": "看板", "days": "30", "reads": "1"}).text
    token = re.search(r"gj_[\w-]+", page)
    assert token
    assert counter.visitor().call("GET", "/api/v1/counts", token[0]).status_code == 200
    assert token[0] not in visitor.get("/account").text
    held = counter.office.accounts.tokens("reader-1")[0].id
    assert visitor.send("/account", {"do": "revoke", "id": held}).status_code == 303
    assert counter.visitor().call("GET", "/api/v1/counts", token[0]).status_code == 401
    wrong = {"do": "password", "old": "not the old one", "password": "another long password"}
    assert visitor.send("/account", wrong).status_code == 409
    assert visitor.send("/account", {**wrong, "old": PASSWORD}).headers["location"] == "/signin"
    assert visitor.get("/account").status_code == 303
    assert counter.visitor().sign_in("reader-1", "another long password").status_code == 303
    for days in ("0", "x", "9999", "٣"):
        assert counter.visitor("watch-1").send("/account", {"do": "token", "days": days}).status_code == 409, days


def test_the_trail_tells_who_wrote_and_its_table_holds_no_formula(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    root = counter.visitor("root-1")
    root.send("/accounts", {"do": "disable", "name": "=cmd|' /C calc'!A0"})
    page = root.get("/audit").text
    for piece in ("root-1", "登录", "账号", "未被改动", "未执行"):
        assert piece in page
    table = root.get("/audit?file=csv")
    assert "attachment" in table.headers["content-disposition"]
    cells = [cell for line in table.text.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "@"))]


def test_an_officers_organisation_is_its_own(counter: Counter) -> None:
    assert "本单位医药" in counter.visitor("ours-1").get("/account").text


def test_the_health_addresses_answer_anybody_and_tell_nothing(counter: Counter) -> None:
    visitor: Visitor = counter.visitor()
    assert visitor.get("/healthz").json() == {"status": "ok"}
    assert visitor.get("/readyz").json().keys() <= {"status", "stage", "what"}
