"""Numbers, names and reasons as verdicts say them, in both languages."""

from collections.abc import Iterable
from typing import Final

from collector.declarations import FilingRoute, SensitiveReach, Settings, ThresholdTally
from collector.verdicts import Citation, Reason
from wire.subjects import Span
from wire.titles import EN, KIND_TITLES, kind_title, profile_title

FILING_TITLES: Final = {
    FilingRoute.SECURITY_ASSESSMENT: ("数据出境安全评估", "Security assessment"),
    FilingRoute.STANDARD_CONTRACT: ("个人信息出境标准合同", "Standard contract"),
    FilingRoute.CERTIFICATION: ("个人信息出境认证", "Certification"),
    FilingRoute.GBA_STANDARD_CONTRACT: ("粤港澳大湾区标准合同", "Greater Bay Area standard contract"),
}
"""Of a filing, whether or not its route was law on the day."""

TALLY_TITLES: Final = {
    ThresholdTally.ANY: ("含涉及敏感个人信息的人", "persons with sensitive data included"),
    ThresholdTally.ORDINARY_ONLY: ("不含涉及敏感个人信息的人", "persons with sensitive data left out"),
}

REACH_TITLES: Final = {
    SensitiveReach.TRANSFER: ("按每次传输判断", "judged by transfer"),
    SensitiveReach.EXPORTER: ("按主体全年判断", "judged by exporter and year"),
}


def reason(says: str, says_en: str, citation: Citation | None = None) -> Reason:
    """One sentence of a verdict."""
    return Reason(says, says_en, citation)


def persons_zh(span: Span) -> str:
    """`` 300 人``, or the interval where identifiers of different types cannot be joined; to follow a Chinese word."""
    if span.at_least == span.at_most:
        return f" {span.at_least:,} 人"
    return f"至少 {span.at_least:,} 人（至多 {span.at_most:,} 人）"


def persons_en(span: Span) -> str:
    """``300 persons``, or the interval."""
    if span.at_least == span.at_most:
        return f"{span.at_least:,} {'person' if span.at_least == 1 else 'persons'}"
    return f"at least {span.at_least:,} persons (at most {span.at_most:,})"


def setting_words(settings: Settings, *, sensitive: bool) -> tuple[str, str]:
    """The setting on which a count depends: whose persons count, or which standard says what is sensitive."""
    if sensitive:
        return f"（分级依据：{profile_title(settings.profile)}）", f" (graded by {profile_title(settings.profile)})"
    tally, tally_en = TALLY_TITLES[settings.threshold_tally]
    return f"（计数口径：{tally}）", f" ({tally_en})"


def holds(span: Span, limit: int) -> bool:
    """Whether the interval holds the limit, so that nobody can say."""
    return span.at_least < limit <= span.at_most


def doubt(span: Span, limit: int, citation: Citation) -> Reason:
    """The remark on a limit that the interval holds."""
    return reason(
        f"可能已达到 {limit:,} 人：本年累计{persons_zh(span)}；"
        "不同类型的标识无法归并到同一人，或者人数为估计值，请核实",
        f"{limit:,} may be crossed: this year {persons_en(span)}; identifiers of different types cannot be "
        "joined, or the count is an estimate: please verify",
        citation,
    )


def listed_zh(items: Iterable[str]) -> str:
    """Items with the Chinese list comma."""
    return "、".join(items)


def listed_en(items: Iterable[str]) -> str:
    """Items with commas."""
    return ", ".join(items)


def kinds_zh(kinds: Iterable[str]) -> str:
    """``疾病诊断（medical.diagnosis）``: the name for the reader, the slug for the registry."""
    return listed_zh(f"{kind_title(kind)}（{kind}）" if kind in KIND_TITLES else kind for kind in kinds)


def kinds_en(kinds: Iterable[str]) -> str:
    """``Diagnosis (medical.diagnosis)``."""
    return listed_en(f"{kind_title(kind, EN)} ({kind})" if kind in KIND_TITLES else kind for kind in kinds)
