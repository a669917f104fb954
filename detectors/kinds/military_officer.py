"""军官证、士兵证、武警证: 军字第…号 and its like, at the beginning of a word."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import keep
from wire.kinds import Kind

_HAN: Final = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}\Z")
_TELLS: Final = re.compile("(?:证|證|号|號|码|碼|为|為|是|件)\\Z".encode())


def check(candidate: Candidate) -> float:
    """Belief by what stands in front: documents of offices are numbered like this too (京军字第…号)."""
    before = candidate.before(3)
    return 0.8 if not _HAN.search(before) or _TELLS.search(before) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.military_officer"),
    title="军官证、士兵证号码",
    title_en="Military officer's or soldier's card number",
    grades=SENSITIVE,
    patterns=(
        r"(?:军|軍|武|空|海|陆|火|士|兵|文|南|北|沈|兰|成|济|广|京)字第? ?\d{6,8} ?(?:号|號)",
        r"军字第? ?\d{7,8}",
    ),
    check=check,
    canonical=lambda text: text.replace(b" ", b""),
    mask=keep(2, 0, hidden=7),
    fields=tuple(
        "jgz jgzh sbz sbzh military_id military_card military_officer officer_card 军官证 軍官證 士兵证 "
        "军人证 武警证".split()
    ),
    against=("判决", "文号", "发文", "案号"),
    law="law.md 4.2: GB/T 45574-2025 附录A 特定身份信息; GB/T 35273-2020 附录B 个人身份信息 (军官证)",
    examples=(
        Example("军字第1234567号"),
        Example('{"军官证":"武字第00123456号"}', "json"),
        Example("军官证号：军字第01234567"),
    ),
    lookalikes=(
        Example("发改武字第1234567号文件"),
        Example("（2020）京0105民初字第12345号"),
        Example("军字第****567号"),
        Example("军字第12号"),
    ),
)
