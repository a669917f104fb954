from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.fields import Fields


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"phone":"@"}', "phone"),
        ('{"phone" : "@"}', "phone"),
        ('{"phone":@}', "phone"),
        ("{'phone': '@'}", "phone"),
        ('{"phones":["1","@"]}', "phones"),
        ('{"a":{"b":1},"phone":"@"}', "phone"),
        ('{"note":"请拨打@"}', "note"),
        ('"phone":"@', "phone"),
        ('hone":"@"}', "hone"),
        ("a=1&phone=@&b=2", "phone"),
        ("<r><phone>@</phone></r>", "phone"),
        ('<r><phone kind="1">@</phone></r>', "phone"),
        ("<phone><![CDATA[@]]></phone>", "phone"),
        ('<r phone="@"/>', "phone"),
        ("Phone: @", "Phone"),
        ("name: x, phone: @", "phone"),
        ("电话:@", "电话"),
        ("id,phone\n1,@\n", "phone"),
        ('id,phone\n"1,5","@"\n', "phone"),
        ("id\tphone\n1\t@\n", "phone"),
        ("INSERT INTO t (`id`, phone) VALUES (1, '@');", "phone"),
        ("INSERT INTO t (id, phone) VALUES (1, '2'), ('a(b)', '@')", "phone"),
        ("@", ""),
        ("a @", ""),
        ('{"phone":"1"} @', ""),
        ("a=1&@", ""),
        ("<phone>1</phone>@", ""),
    ],
)
def test_the_nearest_name_in_front_is_the_fields(text: str, name: str) -> None:
    start = text.encode().index(b"@")
    assert Fields(text.encode(), "text", "body").before(start).decode() == name


def test_a_value_that_is_a_whole_part_has_the_parts_name() -> None:
    assert Fields(b"13800138000", "text", "body:mobile").before(0) == b"mobile"
    assert Fields(b"13800138000", "text", "body").before(0) == b""


@given(st.binary(max_size=300), st.sampled_from(["json", "csv", "text"]))
def test_no_bytes_make_a_name_fail(content: bytes, media: str) -> None:
    fields = Fields(content, media, "body")
    assert all(len(fields.before(start)) <= 128 for start in range(len(content)))
