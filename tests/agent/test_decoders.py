import gzip

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from agent.decoder import Decoder, Exchange
from tests.agent.dialogues import SHELF, content_of, replay

EXAMPLES = [
    pytest.param(decoder, example, id=f"{decoder.name}-{number}")
    for decoder in SHELF
    for number, example in enumerate(decoder.examples)
]


def test_the_catch_all_is_asked_last() -> None:
    assert [decoder.name for decoder in SHELF] == ["http", "tls", "dns", "quic", "stream"]


@pytest.mark.parametrize("step", [0, 1, 2, 5])
@pytest.mark.parametrize(("decoder", "example"), EXAMPLES)
def test_an_example_gives_its_content_in_any_cut(decoder: Decoder, example: Exchange, step: int) -> None:
    messages = replay(decoder.open(), [(True, example.client), (False, example.server)], step)
    assert content_of(messages, by_client=True) == example.client_content
    assert content_of(messages, by_client=False) == example.server_content
    assert {message.host for message in messages if message.host} == ({example.host} if example.host else set())


@pytest.mark.parametrize(("decoder", "example"), EXAMPLES)
def test_an_example_is_recognised_by_its_own_decoder_first(decoder: Decoder, example: Exchange) -> None:
    assert next(one for one in SHELF if one.sniff(example.client, example.server)) is decoder
    for one in SHELF:
        if one is decoder:
            break
        for end in range(1, len(example.client)):
            assert not one.sniff(example.client[:end], b"")


@pytest.mark.parametrize(("decoder", "example"), EXAMPLES)
def test_either_side_alone_is_read(decoder: Decoder, example: Exchange) -> None:
    only_client = replay(decoder.open(), [(True, example.client)])
    only_server = replay(decoder.open(), [(False, example.server)])
    assert content_of(only_client, by_client=True) == example.client_content
    assert content_of(only_server, by_client=False) == example.server_content


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=200), st.integers(0, 3))))
def test_no_bytes_make_a_decoder_raise(turns: list[tuple[bool, bytes, int]]) -> None:
    for decoder in SHELF:
        dialogues = [decoder.open()] + ([decoder.datagrams.open()] if decoder.datagrams else [])
        for dialogue in dialogues:
            for by_client, content, missing in turns:
                decoder.sniff(content, b"")
                list(dialogue.gap(missing, by_client=by_client) if missing else ())
                list(dialogue.feed(content, by_client=by_client))
            list(dialogue.close())


HOSTILE = (
    b"POST / HTTP/1.1\r\nHost: a.cn\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n",
    b"2d;x\r\n" + gzip.compress(b"a=11010519491231002X&b=2") + b"\r\n0\r\nX: y\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 70\r\n\r\n",
    b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n11010519491231002X\r\n--B--',
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.0 204 No\r\n\r\n",
    *(side for decoder in SHELF for example in decoder.examples for side in (example.client, example.server) if side),
)


@settings(max_examples=60)
@given(st.data())
def test_mutated_conversations_are_read_alike_in_any_cut(data: st.DataObject) -> None:
    content = bytearray(b"".join(data.draw(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4))))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    by_client = data.draw(st.booleans())
    # The catch-all judges by samples, so a cut may change its mind about what is hardly text.
    for decoder in SHELF[:-1]:
        whole = replay(decoder.open(), [(by_client, bytes(content))])
        cut = replay(decoder.open(), [(by_client, bytes(content))], data.draw(st.integers(1, 9)))
        assert any(m.unseen_client for m in whole) == any(m.unseen_client for m in cut)
