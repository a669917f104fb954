"""性生活、性取向 under a name that says so."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind

_NONE: Final = re.compile(r"无|無|否|没有|不详|未知|暂无|正常|none|null|no|false|unknown|n/?a|0|[-—/]+", re.IGNORECASE)
_TELLING: Final = re.compile(
    r"同性|异性|双性|性恋|性伴侣|性行为|不洁|hetero|homo|bisex|gay|lesbian|straight|queer|asexual|pansex", re.IGNORECASE
)


def check(candidate: Candidate) -> float:
    """Belief where an orientation or a practice is named."""
    text = candidate.text.decode("utf-8", "replace")
    return 0.0 if _NONE.fullmatch(text) else 0.5 if _TELLING.search(text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.sexual_life"),
    title="性生活、性取向",
    title_en="Sexual life or orientation",
    grades=SENSITIVE,
    values=(r"[^\r\n\"<>{}*]{1,120}",),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "sexual_orientation sexuality sexual_history sexual_life sex_orientation xqx xingquxiang 性取向 "
        "性倾向 性生活 性生活史 性史".split()
    ),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录B 其他信息 (性取向); law.md 4.2",
    examples=(
        Example('{"sexualOrientation":"homosexual"}', "json"),
        Example("性取向：同性恋"),
    ),
    lookalikes=(
        Example('{"sexualOrientation":""}', "json"),
        Example('{"sex":"男"}', "json"),
        Example('{"sexuality":"unknown"}', "json"),
    ),
)
