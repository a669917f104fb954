from base64 import b64encode
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from detectors.aligned import Aligned, charset_of
from detectors.views import readable, unpacked

PIECES = st.sampled_from(
    ["13800138000", "张", "１３８", "😀", "%", "%31%33", "\\u5f20", "\\u0031", "\\\\", '\\"', "\\n", "&amp;", "&#49;",
     "+", quote("手机=138"), b64encode(b"phone 13800138000, mail a@example.com").decode(), " ", '"', ":", "\n", "a"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "media", "found", "stands"),
    [
        (b'{"a":"13800138000"}', "json", "13800138000", b"13800138000"),
        (rb'{"a":"\u0031\u00338001"}', "json", "138001", rb"\u0031\u00338001"),
        (b"a=%31%33800&b=%2B1", "form", "13800", b"%31%33800"),
        ("电话１３８0013".encode(), "text", "1380013", "１３８0013".encode()),
        (rb'{"body":"{\"a\":\"\u5f20\"}"}', "json", "张", rb"\u5f20"),
        (b"<a>&#49;38&amp;</a>", "xml", "138", b"&#49;38"),
    ],
)
def test_what_is_read_is_found_where_it_stands(content: bytes, media: str, found: str, stands: bytes) -> None:
    aligned = Aligned(content, media)
    at = aligned.view.find(found.encode())
    first, last = aligned.span(at, at + len(found.encode()))
    assert aligned.is_exact
    assert content[first:last] == stands


def test_a_run_of_base64_is_one_place() -> None:
    run = b64encode(b'{"phone": "13800138000", "name": "nobody at all"}')
    aligned = Aligned(b"data=" + run + b" end", "text")
    at = aligned.view.find(b"13800138000")
    assert aligned.span(at, at + 11) == (5, 5 + len(run))
    assert aligned.view.endswith(b" end")


@given(st.lists(PIECES, max_size=12), st.sampled_from(["json", "text", "form", "xml"]))
@settings(max_examples=300)
def test_places_are_those_of_the_view_and_grow(pieces: list[str], media: str) -> None:
    content = "".join(pieces).encode()
    aligned = Aligned(content, media)
    assert aligned.view == unpacked(readable(content, media, "body"))
    ends = [aligned.span(at, at + 1) for at in range(len(aligned.view))]
    assert all(0 <= first < last <= len(aligned.base) for first, last in ends)
    assert ends == sorted(ends)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_the_charset_is_told(charset: str) -> None:
    assert charset_of("住院病人联系电话 phone number list: 13800138000".encode(charset)) == charset


@given(st.binary(max_size=120))
def test_any_bytes_have_a_charset_and_places(content: bytes) -> None:
    assert charset_of(content)
    aligned = Aligned(content, "text")
    assert aligned.span(0, len(aligned.view))[0] == 0
