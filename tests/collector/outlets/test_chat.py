import asyncio
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
import hmac
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest
from starlette.applications import Starlette

from collector.outlets.chat import (
    MOST_BYTES,
    Notice,
    Robot,
    Send,
    chat_routes,
    message_of,
    notice_of,
    robots_of,
    text_of,
)
from wire.faults import ConfigurationError, MalformedError, UnavailableError

NOW_NS = 1_795_252_200_123_000_000
SECRET = "SEC0001"  # noqa: S105  # nobody's
WECOM = Robot("wecom", "https://qyapi.example/send?key=k")
DINGTALK = Robot("dingtalk", "https://oapi.example/robot/send?access_token=t", SECRET, ("duty",))
FEISHU = Robot("feishu", "https://open.example/hook/h", SECRET)


def a_notice(status: str = "firing", receiver: str = "duty", **annotations: str) -> dict[str, Any]:
    said = {
        "summary": "疑似重要数据出境 · Suspected important data left",
        "runbook_url": "http://c/r.md",
        **annotations,
    }
    alert = {
        "status": status,
        "labels": {"alertname": "GuanjinImportantDataExport", "severity": "critical"},
        "annotations": said,
        "startsAt": "2026-11-21T09:00:00Z",
    }
    return {"version": "4", "receiver": receiver, "status": status, "alerts": [alert], "externalURL": "http://a"}


def asked(robots: tuple[Robot, ...], chat: str, body: bytes, send: Send | None = None) -> httpx.Response:
    async def ask() -> httpx.Response:
        app = Starlette(routes=list(chat_routes(robots, lambda: NOW_NS, send)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.post(f"/hooks/alertmanager/{chat}", content=body)

    return asyncio.run(ask())


def posted(robots: tuple[Robot, ...], chat: str, body: bytes, answer: Callable[[], bytes]) -> tuple[int, list[Any]]:
    sent: list[Any] = []

    def send(address: str, content: bytes) -> bytes:
        sent.append((address, msgspec.json.decode(content)))
        return answer()

    return asked(robots, chat, body, send).status_code, sent


def ok() -> bytes:
    return b'{"errcode": 0, "errmsg": "ok"}'


def test_a_notice_becomes_one_message_for_each_robot_of_the_chat_that_serves_the_receiver() -> None:
    robots = (WECOM, DINGTALK, FEISHU)
    status, ((address, message),) = posted(robots, "dingtalk", msgspec.json.encode(a_notice()), ok)
    assert status == 200
    assert "关津 告警 firing】GuanjinImportantDataExport (critical)" in message["text"]["content"]
    assert parse_qs(urlsplit(address).query)["timestamp"] == ["1795252200123"]
    assert posted(robots, "dingtalk", msgspec.json.encode(a_notice(receiver="ops")), ok) == (200, [])
    _, ((_, resolved),) = posted(robots, "wecom", msgspec.json.encode(a_notice("resolved")), ok)
    assert "恢复 resolved" in resolved["text"]["content"]


def test_signatures_are_as_the_robots_document_them() -> None:
    address, _ = message_of(DINGTALK, "x", NOW_NS)
    query = parse_qs(urlsplit(address).query)
    wanted = hmac.new(SECRET.encode(), f"1795252200123\n{SECRET}".encode(), sha256).digest()
    assert query["sign"] == [b64encode(wanted).decode()]
    _, message = message_of(FEISHU, "x", NOW_NS)
    wanted = hmac.new(f"1795252200\n{SECRET}".encode(), b"", sha256).digest()
    assert message["sign"] == b64encode(wanted).decode()
    assert message_of(WECOM, "x", NOW_NS)[0] == WECOM.url


@pytest.mark.parametrize("answer", [b'{"errcode": 310000}', b'{"code": 19021}', b"<html>", b"{}", b"[]"])
def test_a_robot_that_refuses_is_told_to_alertmanager_as_something_to_try_again(answer: bytes) -> None:
    status, _ = posted((FEISHU,), "feishu", msgspec.json.encode(a_notice()), lambda: answer)
    assert status == 502


def test_a_robot_that_is_away_is_tried_again_and_its_address_is_in_no_answer() -> None:
    def away(*_: object) -> bytes:
        raise UnavailableError("the robot cannot be reached")

    answer = asked((FEISHU,), "feishu", msgspec.json.encode(a_notice()), away)
    assert answer.status_code == 502
    assert "example" not in answer.text
    assert SECRET not in repr(FEISHU)


def test_the_bridge_really_posts_and_reports_a_closed_port() -> None:
    closed = Robot("wecom", "http://127.0.0.1:1/x")
    assert asked((closed,), "wecom", msgspec.json.encode(a_notice())).status_code == 502


DEEP = b'{"z": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"\xff", b'{"receiver": 1, "status": "", "alerts": []}', pytest.param(DEEP, id="deep")]
)
def test_what_is_not_alertmanagers_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError):
        notice_of(body)
    assert posted((WECOM,), "wecom", body, ok) == (400, [])


def test_an_unknown_chat_and_a_notice_without_end_are_refused() -> None:
    assert posted((), "irc", msgspec.json.encode(a_notice()), ok)[0] == 404
    assert posted((WECOM,), "wecom", b" " * (MOST_BYTES + 1), ok) == (400, [])


@given(st.lists(st.text(max_size=3_000), max_size=30), st.integers(4, 5_000))
def test_no_text_is_longer_than_the_robot_takes_or_unprintable(texts: list[str], most: int) -> None:
    alerts = [{"status": "firing", "labels": {}, "annotations": {"description": text}} for text in texts]
    notice = msgspec.convert({"receiver": "r", "status": "firing", "alerts": alerts}, type=Notice)
    text = text_of(notice, most)
    assert len(text.encode()) <= most + len("…".encode())
    assert all(line.isprintable() for line in text.split("\n"))


def test_robots_are_read_from_a_file_and_only_go_out_encrypted() -> None:
    text = b'[[robot]]\nchat = "wecom"\nurl = "https://x.example/y"\nreceivers = ["duty"]\n'
    assert robots_of(text, "robots.toml")[0].receivers == ("duty",)
    for wrong in (
        b"[[robot]]\nchat = 'irc'\nurl = 'https://x'",
        b"x",
        b"[[robot]]\nchat='wecom'\nurl='http://x.example'",
    ):
        with pytest.raises(ConfigurationError, match=r"robots\.toml"):
            robots_of(wrong, "robots.toml")
