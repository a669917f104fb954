"""JioNLP's extractors as they come. Its e-mail extractor raises on some addresses; that counts as nothing found."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Spans = list[tuple[str, int, int]]


def finder(_tables: dict[str, Any]) -> Callable[[str], Spans]:
    """The extractors for what the corpus holds."""
    library = import_module("jionlp")
    plain = {
        "cn.resident_id": library.extract_id_card,
        "cn.plate": library.extract_motor_vehicle_licence_plate,
        "email": library.extract_email,
    }

    def find(text: str) -> Spans:
        spans: Spans = []
        for kind, extract in plain.items():
            spans += [(kind, *item["offset"]) for item in _tried(extract, text)]
        for item in _tried(library.extract_phone_number, text):
            kind = "cn.mobile" if item["type"] == "cell_phone" else "cn.landline"
            spans.append((kind, *item["offset"]))
        return spans

    return find


def _tried(extract: Callable[..., list[dict[str, Any]]], text: str) -> list[dict[str, Any]]:
    try:
        return extract(text, detail=True)
    except AttributeError:
        return []
