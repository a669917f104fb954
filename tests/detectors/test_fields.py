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
        ("Her phone number: @", "phone number"),
        ("id,phone\n1,@\n", "phone"),
        ('id,phone\n"1,5","@"\n', "phone"),
        ("id\tphone\n1\t@\n", "phone"),
        ("INSERT INTO t (`id`, phone) VALUES (1, '@');", "phone"),
        ("INSERT INTO t (id, phone) VALUES (1, '2'), ('a(b)', '@')", "phone"),
        ('{"name":"phone","value":"@"}', "phone"),
        ('{"value":"@","label":"phone"}', "phone"),
        ('{"system":"phone","value":"@","use":"home"}', "phone"),
        ('{"name":"phone"},{"value":"@"}', "value"),
        ('<item name="phone">@</item>', "phone"),
        ("<name>phone</name><value>@</value>", "phone"),
        ("<tr><th>id</th><th>phone</th><th>x</th></tr><tr><td>1</td><td>@</td><td></td></tr>", "phone"),
        ("<tr><td>phone：</td><td>@</td></tr>", "phone"),
        ("MSH|^~\\&|A\rPID|1||7|||||||||||@^PRN\rZX1|phone|1", "phone"),
        ('{"columns":["id","phone"],"rows":[["1","2"],["a,b","@"]]}', "phone"),
        ('{"header":[{"name":"id"},{"name":"phone"}],"data":[[1,"@"]]}', "phone"),
        ("INSERT INTO t (id, `phone(mobile)`, x) VALUES (1, '@', 2)", "phone(mobile)"),
        ("@", ""),
        ("a @", ""),
        ('{"phone":"1"} @', ""),
        ("a=1&@", ""),
        ("<phone>1</phone>@", ""),
    ],
)
def test_the_nearest_name_in_front_is_the_fields(text: str, name: str) -> None:
    text = text.replace("：", ":")
    start = text.encode().index(b"@")
    assert Fields(text.encode(), media_of(text), "body").before(start).decode() == name


def media_of(text: str) -> str:
    return "xml" if text.startswith("<") else "json" if text.startswith("{") else "text"


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ('{"x":"@"}', True),
        ('{"x":@}', True),
        ("a,@,b", True),
        ("<x>@</x>", True),
        ("x=@ y=1", True),
        ("x: [@]", True),
        ('{"x":"@ is mine"}', False),
        ('{"x":"call @"}', False),
        ("打@吧", False),
    ],
)
def test_a_value_is_a_whole_field_if_nothing_else_stands_in_it(text: str, is_whole: bool) -> None:  # a table
    start = text.encode().index(b"@")
    assert Fields(text.encode(), "text", "body").is_whole(start, start + 1) == is_whole


def test_a_value_that_is_a_whole_part_has_the_parts_name() -> None:
    assert Fields(b"13800138000", "text", "body:mobile").before(0) == b"mobile"
    assert Fields(b"13800138000", "text", "body").before(0) == b""


@given(st.binary(max_size=300), st.sampled_from(["json", "csv", "text"]))
def test_no_bytes_make_a_name_fail(content: bytes, media: str) -> None:
    fields = Fields(content, media, "body")
    assert all(len(fields.before(start)) <= 128 for start in range(len(content)))
