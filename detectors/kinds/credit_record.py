"""征信信息 under a name that says so, beside a person."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind

_NONE: Final = re.compile(r"无|無|否|没有|不详|未知|暂无|正常|none|null|no|false|unknown|n/?a|0|[-—/]+", re.IGNORECASE)
_TELLING: Final = re.compile(r"[0-9\u3400-\u9fff]", re.IGNORECASE)


def check(candidate: Candidate) -> float:
    """Belief that a person in the same record must carry: companies are rated too."""
    text = candidate.text.decode("utf-8", "replace")
    return 0.0 if _NONE.fullmatch(text) else 0.045 if _TELLING.search(text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.credit_record"),
    title="个人征信信息",
    title_en="Credit record",
    grades=SENSITIVE,
    values=(r"[^\r\n\"<>{}*]{1,120}",),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "credit_report credit_record credit_history credit_score credit_rating zhengxin zxbg zxjl 征信 "
        "征信报告 信用报告 信用记录 信用评分 失信 逾期记录".split()
    ),
    against=tuple("credit_code credit_limit credit_card".split()),
    needs_context=True,
    identifies=False,
    law="征信业管理条例; GB/T 45574-2025 附录A 其他敏感个人信息 (信用报告); GB/T 35273-2020 附录B 征信信息",
    examples=(
        Example('{"creditScore":"652","mobile":"13800138000"}', "json"),
        Example("征信：近两年逾期3次 手机号：13800138000"),
    ),
    lookalikes=(
        Example('{"creditScore":"652"}', "json"),
        Example('{"creditRecord":"无","mobile":"13800138000"}', "json"),
        Example('{"score":"652","mobile":"13800138000"}', "json"),
    ),
)
