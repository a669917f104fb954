"""宗教信仰 under a name that says so."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import first_letter
from wire.kinds import Kind

_NONE: Final = re.compile(r"无|無|否|没有|不详|未知|暂无|正常|none|null|no|false|unknown|n/?a|0|[-—/]+", re.IGNORECASE)
_TELLING: Final = re.compile(
    r"佛教|道教|伊斯兰|天主教|基督|东正教|犹太教|印度教|萨满|信教|教徒|穆斯林|buddhis|taois|islam|muslim|catholic|christian|protestant|jewish|judaism|hindu|sikh|atheis",
    re.IGNORECASE,
)


def check(candidate: Candidate) -> float:
    """Belief where a religion is named; anything else is nothing."""
    text = candidate.text.decode("utf-8", "replace")
    return 0.0 if _NONE.fullmatch(text) else 0.5 if _TELLING.search(text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.religion"),
    title="宗教信仰",
    title_en="Religious belief",
    grades=SENSITIVE,
    values=(r"[^\r\n\"<>{}*]{1,120}",),
    check=check,
    canonical=bytes.strip,
    mask=first_letter,
    fields=tuple("religion religious_belief faith zjxy zongjiao 宗教 宗教信仰 信仰".split()),
    against=tuple("religion_code 宗教事务".split()),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (宗教信仰); GB/T 45574-2025 附录A",
    examples=(
        Example('{"religion":"佛教"}', "json"),
        Example("宗教信仰：伊斯兰教"),
        Example("zjxy=%E5%9F%BA%E7%9D%A3%E6%95%99", "form"),
    ),
    lookalikes=(
        Example('{"religion":"无"}', "json"),
        Example('{"religion":"true"}', "json"),
        Example("佛教传入中国"),
    ),
)
