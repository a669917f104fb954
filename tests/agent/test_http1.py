import gzip
import zlib

import pytest

from agent.decoders import http1
from tests.agent.dialogues import SHELF, content_of, http, where_of

BODY = b'{"idCard": "11010519491231002X"}'
SIZE = b"%x" % len(BODY)
# Responses that browsers or lax clients read, though standards forbid them: the content must come out.
CHUNK = SIZE + b"\r\n" + BODY + b"\r\n0\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LAX = {
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 32\n\n" + BODY,
    "blanks before the colon": b"HTTP/1.1 200 OK\r\nContent-Length \t: 32\r\n\r\n" + BODY,
    "a folded header": b"HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n" + CHUNK,
    "chunks of HTTP/1.0": b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK,
    "xchunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n" + BODY,
    "chunked twice": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n" + CHUNK,
    "zeros before the size": CHUNKED + b"0" * 20 + CHUNK,
    "a size with 0x": CHUNKED + b"0x" + CHUNK,
    "blanks around the size": CHUNKED + b"  " + SIZE + b" \t\n" + BODY + b"\n0\n\n",
    "carriage returns alone": CHUNKED + SIZE + b"\r" + BODY + b"\r0\r\r",
    "no line end behind a chunk": CHUNKED + b"10\n" + BODY[:16] + b"10\n" + BODY[16:] + b"0\n\n",
    "chunked claimed, but by length": CHUNKED[:-2] + b"Content-Length: 32\r\n\r\n" + BODY,
    "chunked claimed, but until the end": CHUNKED + BODY,
    "both, chunked in truth": b"HTTP/1.1 200\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK,
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: 12x\r\n\r\n" + BODY,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 32\r\n\r\n" + BODY,
    "longer than said": b"HTTP/1.1 200 OK\r\nContent-Length: 320\r\n\r\n" + BODY,
    "a body where none may be": b"HTTP/1.1 204 OK\r\n\r\n" + BODY,
    "a control character in a name": b"HTTP/1.1 200 OK\r\nContent-Length\x00: 32\r\n\r\n" + BODY,
    "blank lines before": b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + BODY,
    "gzip as transfer coding": b"HTTP/1.1 200\r\nTransfer-Encoding: gzip\r\n\r\n" + gzip.compress(BODY),
    "deflate that is zlib": b"HTTP/1.1 200\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(BODY),
}  # fmt: skip


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("case", LAX)
def test_what_a_lax_client_reads_is_read_here(case: str, step: int) -> None:
    messages, _ = http((False, LAX[case]), step=step)
    assert content_of(messages, by_client=False) == BODY


def ask(headers: bytes = b"", body: bytes = b"", line: bytes = b"POST / HTTP/1.1") -> tuple[bool, bytes]:
    return True, line + b"\r\nHost: a.cn\r\n" + headers + b"\r\n" + body


def answer(headers: bytes = b"", body: bytes = b"", line: bytes = b"HTTP/1.1 200 OK") -> tuple[bool, bytes]:
    return False, line + b"\r\n" + headers + b"\r\n" + body


LENGTH = b"Content-Length: 32\r\n"


def test_pipelined_requests_and_their_responses_stay_in_step() -> None:
    asked = b"HEAD /a HTTP/1.1\r\nHost: a.cn\r\n\r\nGET http://B.cn:80/b?q=1 HTTP/1.1\r\nHost: c.cn\r\n\r\n"
    messages, faults = http(
        (True, asked + b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
        answer(LENGTH),
        answer(LENGTH, line=b"HTTP/1.1 304 Not Modified"),
        answer(LENGTH, BODY),
    )
    assert [message.host for message in messages] == ["a.cn", "b.cn", "", "a.cn", "b.cn", "", ""]
    assert ("query", b"q=1") in where_of(messages)
    assert content_of(messages, by_client=False) == BODY
    assert faults == {}


def test_what_a_head_carries_is_content_too() -> None:
    head = (
        b"Cookie: id=11010519491231002X; t=1\r\nAuthorization: Bearer x\r\nX-Phone: 13800138000\r\n"
        b"Referer: http://a.cn/?q=\xc0\xee\r\nAccept: */*\r\n"
    )
    messages, _ = http(ask(head, line=b"GET /p%20q?a=b HTTP/1.1"), answer(b"Set-Cookie: s=1; Path=/\r\nX-A: b\r\n"))
    assert where_of(messages) == [
        ("url", b"/p%20q"),
        ("query", b"a=b"),
        ("cookie", b"id=11010519491231002X&t=1"),
        ("header", "x-phone: 13800138000\nreferer: http://a.cn/?q=李".encode()),
        ("cookie", b"s=1"),
        ("header", b"x-a: b"),
    ]


def test_trailers_and_chunk_extensions_are_content_too() -> None:
    chunked = b"20;id=11010519491231002X\r\n" + BODY + b"\r\n0\r\nX-Phone: 13800138000\r\n\r\n"
    messages, _ = http(ask(b"Transfer-Encoding: chunked\r\n", chunked), ask(line=b"GET /next HTTP/1.1"))
    assert content_of(messages, by_client=True) == BODY
    asides = content_of(messages, by_client=True, where=("header",))
    assert b"11010519491231002X" in asides
    assert b"13800138000" in asides
    assert ("url", b"/next") in where_of(messages)


@pytest.mark.parametrize("step", [0, 1])
def test_a_tunnel_is_unseen_and_the_last_word(step: int) -> None:
    connect = (True, b"CONNECT b.cn:443 HTTP/1.1\r\n\r\n\x16\x03\x01")
    for turns in ([connect, answer(body=b"\x16\x03")], [ask(b"Upgrade: x\r\n"), answer(line=b"HTTP/1.1 101 Yes")]):
        messages, faults = http(*turns, step=step)
        assert messages[-1].is_last
        assert messages[-1].unseen_client
        assert messages[-1].unseen_server
        assert messages[-1].host in ("a.cn", "b.cn")
        assert faults == {"tunnel": 1}


def test_a_refused_connect_is_no_tunnel() -> None:
    messages, _ = http(
        (True, b"CONNECT b.cn:443 HTTP/1.1\r\n\r\n"), ask(LENGTH, BODY), answer(LENGTH, BODY, b"HTTP/1.1 407 No")
    )
    assert content_of(messages, by_client=True) == BODY
    assert content_of(messages, by_client=False) == BODY


def test_a_body_may_wait_for_leave_and_get_none() -> None:
    hesitant = b"Expect: 100-continue\r\n" + LENGTH
    continued, _ = http(ask(hesitant), answer(line=b"HTTP/1.1 100 Continue"), (True, BODY), answer(LENGTH, BODY))
    assert content_of(continued, by_client=True) == BODY
    assert content_of(continued, by_client=False) == BODY
    refused, faults = http(
        ask(hesitant), answer(b"Content-Length: 0\r\n", line=b"HTTP/1.1 417 No"), ask(line=b"GET /next HTTP/1.1")
    )
    assert ("url", b"/next") in where_of(refused)
    assert faults == {}


def test_missing_bytes_of_a_body_are_skipped_and_told() -> None:
    dialogue = SHELF[0].open()
    messages = list(dialogue.feed(ask(LENGTH, BODY[:10])[1], by_client=True))
    messages += dialogue.gap(12, by_client=True)
    messages += dialogue.feed(BODY[22:] + ask(line=b"GET /next HTTP/1.1")[1], by_client=True)
    assert content_of(messages, by_client=True) == BODY[:10] + BODY[22:]
    assert [message.unseen_client for message in messages].count(True) == 1
    assert ("url", b"/next") in where_of(messages)
    assert dialogue.faults == {"gap": 1}


def test_behind_a_gap_elsewhere_the_next_start_line_is_found() -> None:
    for first in (ask(LENGTH, BODY[:10])[1], ask()[1][:10], ask(b"Transfer-Encoding: chunked\r\n", b"20\r\nab")[1]):
        dialogue = SHELF[0].open()
        messages = list(dialogue.feed(first, by_client=True))
        messages += dialogue.gap(1000, by_client=True)
        messages += dialogue.feed(BODY + b"\r\n" + ask(line=b"PUT /next HTTP/1.1")[1], by_client=True)
        messages += dialogue.close()
        assert BODY in content_of(messages, by_client=True)
        assert ("url", b"/next") in where_of(messages)
        assert any(message.unseen_client for message in messages)


def test_a_head_beyond_all_bounds_is_given_up_and_told() -> None:
    messages, faults = http(ask(b"X: " + b"y" * 70_000), step=5000)
    assert any(message.unseen_client for message in messages)
    assert faults["head_limit"] == 1
    messages, _ = http(ask(b"a:\r\n" * 5000, BODY))
    assert any(message.unseen_client for message in messages)


def test_a_long_body_is_given_while_it_comes_in_pieces() -> None:
    records = b"".join(b'{"id":"%018d"},' % number for number in range(100_000))
    dialogue = SHELF[0].open()
    list(dialogue.feed(ask(b"Content-Length: %d\r\n" % len(records))[1], by_client=True))
    given = 0
    for at in range(0, len(records), 10_000):
        for message in dialogue.feed(records[at : at + 10_000], by_client=True):
            assert all(len(payload.content) <= 256 * 1024 for payload in message.payloads)
            given += sum(len(payload.content) for payload in message.payloads)
        assert at - given <= 256 * 1024
    given += len(content_of(list(dialogue.close()), by_client=True))
    assert given == len(records)


@pytest.mark.parametrize(
    ("client", "server", "verdict"),
    [
        (b"GE", b"", None),
        (b"GET /", b"", True),
        (b"\r\nPOST http://a.cn/", b"", True),
        (b"PROPFIND /x HTTP/1.1\r\n", b"", True),
        (b"CWD /x\r\n", b"", False),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"", False),
        (b"\x16\x03\x01", b"", False),
        (b"", b"HTT", None),
        (b"", b"HTTP/1.0", True),
        (b"", b"220 ftp", False),
        (b"", b"", None),
    ],
)
def test_http_is_told_by_its_first_bytes(client: bytes, server: bytes, verdict: bool | None) -> None:
    assert SHELF[0].sniff(client, server) is verdict


@pytest.mark.parametrize(
    ("rest", "is_cut"),
    [
        (b"Content-Length: 9\r\n\r\nhalf", True),
        (b"Content-Length: 4\r\n\r\nhalf", False),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", True),
        (b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n", False),
    ],
)
def test_a_body_of_which_less_came_than_announced_is_not_wholly_seen(rest: bytes, is_cut: bool) -> None:
    dialogue = http1.DECODER.open()
    messages = [*dialogue.feed(b"POST / HTTP/1.1\r\nHost: a\r\n" + rest, by_client=True), *dialogue.close()]
    assert b"half" in b"".join(payload.content for message in messages for payload in message.payloads)
    assert any(message.unseen_client for message in messages) is is_cut
    assert ("body_cut" in dialogue.faults) is is_cut
