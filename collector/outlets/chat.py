"""Alertmanager's webhook in, a group robot's message out: WeCom (企业微信), DingTalk (钉钉), Feishu (飞书).

Message forms and signatures are those of the three robots' own documentation. A robot's address is its password:
it stands in one file and in no message, log or error.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
import hmac
import tomllib
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import override

from wire.codec import UNREADABLE, json_line
from wire.faults import ConfigurationError, MalformedError, UnavailableError

MOST_BYTES: Final = 1 << 20
_MOST_ALERTS: Final = 20
_LONGEST: Final[Mapping[str, int]] = {"wecom": 2_000, "dingtalk": 16_000, "feishu": 16_000}
"""Bytes of text that a robot takes; a little below what each documents."""
_TIMEOUT_S: Final = 10
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

Send = Callable[[str, bytes], bytes]
"""(address, JSON) -> the answer's body; raises UnavailableError."""


class Robot(Struct, frozen=True, forbid_unknown_fields=True):
    """A group robot."""

    chat: Literal["wecom", "dingtalk", "feishu"]
    url: str
    secret: str = ""
    """For signed robots of DingTalk and Feishu."""
    receivers: tuple[str, ...] = ()
    """Alertmanager's receivers that it serves; empty: all."""

    @override
    def __repr__(self) -> str:
        return f"Robot(chat={self.chat!r})"


class _Robots(Struct, frozen=True, forbid_unknown_fields=True):
    robot: tuple[Robot, ...] = ()


class _Alert(Struct, frozen=True):
    status: Literal["firing", "resolved"]
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}


class Notice(Struct, frozen=True):
    """What Alertmanager posts (webhook version 4), as far as it is needed."""

    receiver: str
    status: str
    alerts: tuple[_Alert, ...]


def robots_of(content: bytes, name: str) -> tuple[Robot, ...]:
    """The robots in a TOML file: ``[[robot]]`` with chat, url, and if need be secret and receivers.

    Raises:
        ConfigurationError: not such a file, or an address that would send alerts in the open.
    """
    try:
        robots = msgspec.convert(tomllib.loads(content.decode()), _Robots).robot
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(f"the robots cannot be read: {error}", at=name) from None
    for number, robot in enumerate(robots, 1):
        parts = urlsplit(robot.url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ConfigurationError("a robot's address begins with https://", at=f"{name}, robot {number}")
    return robots


def chat_routes(robots: Sequence[Robot], now_ns: Callable[[], int], send: Send | None = None) -> list[Route]:
    """The bridge: ``POST /hooks/alertmanager/{chat}``. A chat without a robot takes the notice and does nothing."""
    bridge = _Bridge(robots, now_ns, send or _post)
    return [Route("/hooks/alertmanager/{chat}", bridge.answer, methods=["POST"])]


class _Bridge:
    def __init__(self, robots: Sequence[Robot], now_ns: Callable[[], int], send: Send) -> None:
        self._robots, self._now_ns, self._send = tuple(robots), now_ns, send

    async def answer(self, request: Request) -> Response:
        """5xx lets Alertmanager try again, 4xx does not."""
        chat = request.path_params["chat"]
        if chat not in _LONGEST:
            return _said(404, "no such chat")
        try:
            notice = notice_of(await _body(request))
        except MalformedError as error:
            return _said(400, error.what)
        serving = [each for each in self._robots if each.chat == chat and _serves(each, notice.receiver)]
        try:
            for robot in serving:
                await run_in_threadpool(self._tell, robot, notice)
        except UnavailableError as error:
            return _said(502, str(error))
        return _said(200, f"told {len(serving)} robots")

    def _tell(self, robot: Robot, notice: Notice) -> None:
        address, message = message_of(robot, text_of(notice, _LONGEST[robot.chat]), self._now_ns())
        try:
            answer = msgspec.json.decode(self._send(address, json_line(message)), type=dict[str, Any])
        except msgspec.DecodeError:
            raise UnavailableError(f"the robot of {robot.chat} gave no JSON") from None
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
        if code != 0:
            raise UnavailableError(f"the robot of {robot.chat} refused the message")


def notice_of(body: bytes) -> Notice:
    """What Alertmanager says.

    Raises:
        MalformedError: it is not Alertmanager's.
    """
    try:
        return msgspec.json.decode(body, type=Notice)
    except UNREADABLE:
        raise MalformedError("not a notice of Alertmanager") from None


def text_of(notice: Notice, most_bytes: int) -> str:
    """The notice for people, whole lines up to a length."""
    lines, left = [], most_bytes
    for line in _lines(notice):
        left -= len(line.encode()) + 1
        if left < 0:
            lines.append("…")
            break
        lines.append(line)
    return "\n".join(lines)


def message_of(robot: Robot, text: str, now_ns: int) -> tuple[str, dict[str, Any]]:
    """Where to post, and what."""
    if robot.chat == "feishu":
        message: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if robot.secret:
            stamp = str(now_ns // 10**9)
            message |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{robot.secret}", "")}
        return robot.url, message
    message = {"msgtype": "text", "text": {"content": text}}
    if robot.chat == "dingtalk" and robot.secret:
        stamp = str(now_ns // 10**6)
        signed = {"timestamp": stamp, "sign": _signature(robot.secret, f"{stamp}\n{robot.secret}")}
        return f"{robot.url}{'&' if '?' in robot.url else '?'}{urlencode(signed)}", message
    return robot.url, message


def _lines(notice: Notice) -> Iterator[str]:
    for alert in notice.alerts[:_MOST_ALERTS]:
        state = "恢复 resolved" if alert.status == "resolved" else "告警 firing"
        yield f"【关津 {state}】{_line(alert.labels, 'alertname')} ({_line(alert.labels, 'severity')})"
        for name in ("summary", "description", "runbook_url", "dashboard_url"):
            if alert.annotations.get(name):
                yield _line(alert.annotations, name)
    if len(notice.alerts) > _MOST_ALERTS:
        yield f"… {len(notice.alerts) - _MOST_ALERTS} more"


def _line(of: Mapping[str, str], name: str) -> str:
    """One printable line, whatever stands in it."""
    return "".join(letter if letter.isprintable() else " " for letter in of.get(name, ""))[:1_000]


def _signature(key: str, message: str) -> str:
    return b64encode(hmac.new(key.encode(), message.encode(), sha256).digest()).decode()


def _serves(robot: Robot, receiver: str) -> bool:
    return not robot.receivers or receiver in robot.receivers


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise MalformedError("the notice is too large")
    return body


def _said(status: int, what: str) -> Response:
    return Response(json_line({"what": what}), status, media_type="application/json")


def _post(address: str, body: bytes) -> bytes:
    headers = {"content-type": "application/json"}
    try:
        answer = httpx.post(address, content=body, headers=headers, timeout=_TIMEOUT_S, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise UnavailableError("the robot cannot be reached") from None
    return answer.content
