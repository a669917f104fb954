"""残疾 and 残疾人证号 under a name that says so."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import first_letter
from wire.kinds import Kind

_NONE: Final = re.compile(r"无|無|否|没有|不详|未知|暂无|正常|none|null|no|false|unknown|n/?a|0|[-—/]+", re.IGNORECASE)
_TELLING: Final = re.compile(
    r"视力|听力|言语|肢体|智力|精神|多重|残疾|失明|失聪|聋|盲|[一二三四1-4]级|blind|deaf|visual|hearing|physical|mental|[0-9]{17}[0-9Xx][1-7][1-4]B?[0-9]?",
    re.IGNORECASE,
)


def check(candidate: Candidate) -> float:
    """Belief where a kind of disability is named, or the number of a 残疾人证 stands: identity number, kind, degree."""
    text = candidate.text.decode("utf-8", "replace")
    return 0.0 if _NONE.fullmatch(text) else 0.5 if _TELLING.search(text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.disability"),
    title="残疾信息",
    title_en="Disability",
    grades=SENSITIVE,
    values=(r"[^\r\n\"<>{}*]{1,120}",),
    check=check,
    canonical=bytes.strip,
    mask=first_letter,
    fields=tuple(
        "disability disability_type disability_level disability_grade disabled_card "
        "disability_certificate cjlb cjdj cjzh canji 残疾 残疾类别 残疾等级 残疾证 残疾人证".split()
    ),
    against=tuple("残疾人联合会 残疾人就业".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 45574-2025 附录A 特定身份信息 (残障); GB/T 26341-2010",
    examples=(
        Example('{"disabilityType":"视力残疾二级"}', "json"),
        Example("残疾人证号：11010519491231002X42"),
        Example("cjlb=%E8%82%A2%E4%BD%93", "form"),
    ),
    lookalikes=(
        Example('{"disability":"无"}', "json"),
        Example('{"disability":"false"}', "json"),
        Example("残疾人联合会"),
    ),
)
