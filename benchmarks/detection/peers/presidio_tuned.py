"""Presidio with recognizers for China written as well as its own means allow.

Boundaries that hold beside Han, check digits, county codes, issuer prefixes with lengths (our own tables), Chinese and
pinyin context words, jieba for the words around. Its context can raise a score and never lower one.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Spans = list[tuple[str, int, int]]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_THRESHOLD = 0.5
_B = r"(?<![0-9A-Za-z])"
_E = r"(?![0-9A-Za-z])"
_AREA = r"(?<![\d-])(?:\+86-[1-9]\d{1,2}|0[1-9]\d{1,2}|\(0[1-9]\d{1,2}\))"
_REGIONS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def finder(tables: dict[str, Any]) -> Callable[[str], Spans]:
    """An engine with our recognizers and Presidio's own for mailboxes."""
    presidio = import_module("presidio_analyzer")
    predefined = import_module("presidio_analyzer.predefined_recognizers")
    registry = presidio.RecognizerRegistry(supported_languages=["zh"])
    for kind, (patterns, context, check) in _rules(tables).items():
        registry.add_recognizer(_recognizer(presidio, kind, patterns, context, check))
    registry.add_recognizer(predefined.EmailRecognizer(supported_language="zh"))
    nlp = import_module("presidio_nlp").jieba_engine()
    engine = presidio.AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["zh"])

    def find(text: str) -> Spans:
        results = engine.analyze(text, language="zh", score_threshold=_THRESHOLD)
        return [(one.entity_type.replace("EMAIL_ADDRESS", "email"), one.start, one.end) for one in results]

    return find


def _recognizer(presidio: Any, kind: str, patterns: Any, context: str, check: Any) -> Any:
    made = [presidio.Pattern(f"{kind}-{place}", text, score) for place, (text, score) in enumerate(patterns)]
    base = presidio.PatternRecognizer
    cls = type("Checked", (base,), {"validate_result": lambda _, text: check(text)}) if check else base
    words = context.split()
    return cls(supported_entity=kind, supported_language="zh", patterns=made, context=words, global_regex_flags=0)


def _rules(tables: dict[str, Any]) -> dict[str, tuple[tuple[tuple[str, float], ...], str, Any]]:
    counties = frozenset(tables["counties"])
    cards = {int(length): frozenset(some) for length, some in tables["cards"].items()}

    def identity(text: str) -> bool:
        return text[:6] in counties and _mod_11_2(text.upper())

    def card(text: str) -> bool | None:
        bare = text.replace(" ", "").replace("-", "")
        known = cards.get(len(bare), frozenset())
        return _luhn(bare) and any(bare[:length] in known for length in range(5, 11))

    return {
        "cn.resident_id": (
            ((_B + r"[1-6]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]" + _E, 0.6),),
            "身份证 证件 idcard sfz cert",
            identity,
        ),
        "cn.mobile": (
            ((_B + r"1[3-9]\d{9}" + _E, 0.5), (r"(?<!\d)\+?86[ -]?1[3-9]\d{9}" + _E, 0.6),
             (r"(?<!\d)(?:\+86 )?1[3-9]\d[ -]\d{4}[ -]\d{4}" + _E, 0.6)),
            "手机 电话 联系 mobile phone tel sj dh",
            None,
        ),
        "cn.landline": (
            ((_AREA + r"[- ]?[2-8]\d{6,7}(?:-\d{1,4})?(?!\d)", 0.5),),
            "电话 固话 座机 tel phone dh",
            None,
        ),
        "cn.bank_card": (
            ((_B + r"[3-9]\d{3}(?:[ -]?\d{4}){2,3}[ -]?\d{1,4}" + _E, 0.5),),
            "银行卡 卡号 账号 card account yhk",
            card,
        ),
        "cn.passport": (
            ((_B + r"(?:[EG]\d{8}|E[A-Z]\d{7}|[DSP]E\d{7})" + _E, 0.3),),
            "护照 passport hz 证件 cert",
            None,
        ),
        "cn.plate": (
            ((rf"[{_REGIONS}][A-Z]·?(?:[DF]\d{{5}}|[A-Z0-9]{{5}}|\d{{5}}[DF])" + _E, 0.7),),
            "车牌 plate",
            None,
        ),
        "cn.vin": (((_B + r"L[A-HJ-NPR-Z0-9]{16}" + _E, 0.5),), "车架 vin frame", _vin),
        "cn.exit_permit": (((_B + r"[CWLT][A-HJ-NP-Z0-9]\d{7}" + _E, 0.3),), "通行证 permit", None),
        "cn.home_return_permit": (((_B + r"[HM]\d{8}(?:\d{2})?" + _E, 0.3),), "回乡证 通行证 permit", None),
    }  # fmt: skip


def _mod_11_2(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17]


def _luhn(text: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _vin(text: str) -> bool:
    values = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(int(values[sign]) * weight for sign, weight in zip(text, weights, strict=True))
    return "0123456789X"[total % 11] == text[8]
