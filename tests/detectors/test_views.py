from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.views import readable, unpacked
from wire.codec import json_line

TEXT = '{"身份证号":"11010519491231002X","手机":"13800138000"}'
PLAIN = TEXT.encode()
ESCAPED = TEXT.encode("ascii", "backslashreplace")


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (PLAIN, "json"),
        (TEXT.encode("gb18030"), "json"),
        (TEXT.encode("utf-16-le"), "json"),
        (TEXT.encode("utf-16-be"), "json"),
        (quote(TEXT).encode(), "form"),
        (quote(TEXT).encode(), "text"),
        (quote(quote(TEXT)).encode(), "form"),
        (quote(TEXT, encoding="gbk").encode(), "form"),
        (ESCAPED, "json"),
        (ESCAPED.replace(b"\\", b"\\\\"), "json"),
        (TEXT.replace('"', '\\"').encode(), "json"),
        (TEXT.replace('"', "&quot;").encode(), "xml"),
        (TEXT.encode("ascii", "xmlcharrefreplace"), "xml"),
        (TEXT.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}).encode(), "json"),
    ],
)
def test_one_text_reads_the_same_however_it_is_encoded(content: bytes, media: str) -> None:
    assert readable(content, media, "body") == PLAIN


def test_a_byte_order_mark_is_read() -> None:
    assert readable(TEXT.encode("utf-16"), "json", "body").removeprefix("\ufeff".encode()) == PLAIN


@given(st.text("abcXYZ019 :,{}[]\"'中文", max_size=300))
def test_plain_text_passes_untouched_and_uncopied(text: str) -> None:
    content = text.encode()
    assert readable(content, "json", "body") is content


@given(st.integers(0, 3), st.integers(0, 3))
def test_text_cut_within_a_character_stays_utf8(head: int, tail: int) -> None:
    content = ("中文" * 20).encode()[head : 120 - tail]
    assert readable(content, "text", "body") == content


@pytest.mark.parametrize("pack", [b64encode, urlsafe_b64encode, lambda content: content.hex().encode()])
def test_what_a_run_packs_is_read_in_its_place(pack: type[bytes]) -> None:
    assert unpacked(b'{"data":"' + pack(PLAIN) + b'"}') == b'{"data":"' + PLAIN + b'"}'


@given(st.binary(min_size=60, max_size=90))
def test_a_run_that_packs_no_text_stays(content: bytes) -> None:
    packed = b64encode(b"\x00\xff" + content)
    assert unpacked(packed) is packed


@given(st.binary(max_size=400), st.sampled_from(["json", "form", "text", "binary", "xml"]))
def test_no_bytes_make_a_view_fail(content: bytes, media: str) -> None:
    assert isinstance(unpacked(readable(content, media, "query")), bytes)


def test_a_plus_is_a_space_only_in_forms() -> None:
    assert readable(b"a=1+2", "form", "body") == b"a=1 2"
    assert readable(b"a=1+2", "text", "body") == b"a=1+2"


def test_a_string_in_a_string_in_a_string_opens() -> None:
    nested = json_line({"a": json_line({"b": TEXT}).decode()})
    assert PLAIN in readable(nested, "json", "body")


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_text_that_is_nearly_all_han_is_known_in_utf_16_without_a_mark(charset: str) -> None:
    text = "患者姓名:欧阳明月;住址:四川省成都市武侯区人民南路四段九号;联系电话:13800138000"
    assert readable(text.encode(charset), "text", "body") == text.encode()


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 2,
        b"CRAM\3\0abc",
        b"RIFF\0name\0WAVE\0text and more\0words\0" * 3,
        b"\x7fELF\2\1\1\0" + bytes(120),
        b"a\0\xd8\xd8" * 40,
    ],
)
def test_binary_with_zeros_is_no_utf_16(content: bytes) -> None:
    assert readable(content, "binary", "body") is content
