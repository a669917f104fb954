from pathlib import Path

from detectors.reference import markdown

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "detectors.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), (
        "run: python -m detectors.reference docs/reference/detectors.md"
    )
