"""违法犯罪记录 under a name that says so."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import first_letter
from wire.kinds import Kind

_NONE: Final = re.compile(r"无|無|否|没有|不详|未知|暂无|正常|none|null|no|false|unknown|n/?a|0|[-—/]+", re.IGNORECASE)
_TELLING: Final = re.compile(
    r"罪|刑|拘留|缓刑|判处|盗窃|诈骗|吸毒|斗殴|寻衅|酒驾|醉驾|罚款|强制戒毒|convict|felony|theft|fraud|assault|prison|arrest",
    re.IGNORECASE,
)


def check(candidate: Candidate) -> float:
    """Belief where an offence or a penalty is named."""
    text = candidate.text.decode("utf-8", "replace")
    return 0.0 if _NONE.fullmatch(text) else 0.5 if _TELLING.search(text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.criminal_record"),
    title="违法犯罪记录",
    title_en="Criminal record",
    grades=SENSITIVE,
    values=(r"[^\r\n\"<>{}*]{1,120}",),
    check=check,
    canonical=bytes.strip,
    mask=first_letter,
    fields=tuple(
        "criminal_record crime_record criminal_history conviction convictions fzjl wffzjl qkjl 犯罪记录 "
        "违法记录 违法犯罪 前科 案底 刑罚".split()
    ),
    against=tuple("无犯罪记录证明".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 45574-2025 附录A 其他敏感个人信息 (犯罪记录); GB/T 35273-2020 附录B",
    examples=(
        Example('{"criminalRecord":"2015年因盗窃罪判处有期徒刑一年"}', "json"),
        Example("犯罪记录：寻衅滋事，行政拘留"),
    ),
    lookalikes=(
        Example('{"criminalRecord":"无"}', "json"),
        Example('{"criminalRecord":"false"}', "json"),
        Example("预防违法犯罪"),
    ),
)
