from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.paths import JsonPaths


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"a":@}', "$.a"),
        ('{"users":[{"x":1},{"x":{"y":[0,@]}}]}', "$.users[1].x.y[1]"),
        ('{"a":"b,{[:","c":@}', "$.c"),
        ('{"a":1}\n{"b":@}', "$.b"),
        ('["a\\"]",@]', "$[1]"),
        ("@", "$"),
        ('{"13800138000":@}', "$.*"),
        ("]]}}" + '{"a":@}', "$.a"),
        ("[" * 100 + "]" * 99 + ",@", "$[1]"),
    ],
)
def test_a_place_has_a_path(text: str, path: str) -> None:
    content = text.encode()
    assert JsonPaths(content, lambda key: "" if key.isdigit() else key.decode()).at(content.find(b"@")) == path


@given(st.text('{}[]:,"\\a1\n', max_size=60))
def test_any_text_is_walked(text: str) -> None:
    paths = JsonPaths(text.encode(), bytes.decode)
    assert all(paths.at(place).startswith("$") for place in range(len(text)))
