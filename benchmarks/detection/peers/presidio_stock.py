"""Presidio as it comes, told that the language is Chinese, with its telephone recognizer's region set to China."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Spans = list[tuple[str, int, int]]
_KINDS = {"PHONE_NUMBER": "cn.mobile", "EMAIL_ADDRESS": "email", "CREDIT_CARD": "cn.bank_card"}
_NAMES = (
    "CreditCardRecognizer",
    "EmailRecognizer",
    "PhoneRecognizer",
    "IpRecognizer",
    "IbanRecognizer",
    "UrlRecognizer",
)


def finder(_tables: dict[str, Any]) -> Callable[[str], Spans]:
    """An engine with the recognizers that are not bound to a country."""
    presidio = import_module("presidio_analyzer")
    predefined = import_module("presidio_analyzer.predefined_recognizers")
    registry = presidio.RecognizerRegistry(supported_languages=["zh"])
    for name in _NAMES:
        more = {"supported_regions": ("CN",)} if name == "PhoneRecognizer" else {}
        registry.add_recognizer(getattr(predefined, name)(supported_language="zh", **more))
    nlp = import_module("presidio_nlp").jieba_engine()
    engine = presidio.AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["zh"])

    def find(text: str) -> Spans:
        results = engine.analyze(text, language="zh", score_threshold=0.4)
        return [(_KINDS[one.entity_type], one.start, one.end) for one in results if one.entity_type in _KINDS]

    return find
