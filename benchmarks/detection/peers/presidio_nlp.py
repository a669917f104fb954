"""A Chinese engine for Presidio on jieba, so that context words can match: Presidio has none for Chinese by itself."""

from importlib import import_module
from typing import Any


class Token(str):
    """A word as Presidio's context enhancer reads it."""

    __slots__ = ()


def jieba_engine() -> Any:
    """An ``NlpEngine`` that only cuts words."""
    nlp = import_module("presidio_analyzer.nlp_engine")
    jieba = import_module("jieba")
    jieba.setLogLevel(60)
    jieba.initialize()

    def process_text(self: Any, text: str, language: str) -> Any:
        cut = list(jieba.tokenize(text))
        words = [Token(word) for word, _, _ in cut]
        return nlp.NlpArtifacts(
            [], words, [start for _, start, _ in cut], [word.lower() for word in words], self, language
        )

    members = {
        "load": lambda _: None,
        "is_loaded": lambda _: True,
        "process_text": process_text,
        "process_batch": lambda self, texts, language, **_: (
            (text, process_text(self, text, language)) for text in texts
        ),
        "is_stopword": lambda _, word, __: not word.strip(),
        "is_punct": lambda _, word, __: not any(sign.isalnum() for sign in word),
        "get_supported_entities": lambda _: [],
        "get_supported_languages": lambda _: ["zh"],
    }
    return type("JiebaEngine", (nlp.NlpEngine,), members)()
