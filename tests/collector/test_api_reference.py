from pathlib import Path

from collector.api import ENDPOINTS
from collector.api.reference import api_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


def test_the_page_of_the_api_is_fresh() -> None:
    assert PAGE.read_text() == api_page(), "write it anew: python -m tests.collector.test_api_reference"


def test_every_address_stands_in_it_once() -> None:
    heads = [line for line in api_page().splitlines() if line.startswith("## ") and "/" in line]
    assert heads == [f"## {each.method} {each.path}" for each in ENDPOINTS]
    assert len(heads) == len(set(heads))


def test_a_write_names_the_right_that_it_takes() -> None:
    assert all(each.right is not None for each in ENDPOINTS if each.is_write)


if __name__ == "__main__":
    PAGE.write_text(api_page())
