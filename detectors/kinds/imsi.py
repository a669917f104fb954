"""IMSI of a mainland subscriber: 460 and twelve digits, taken only under a name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import keep
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """It bears no check of its own."""
    return 0.5


DETECTOR: Final = Detector(
    kind=Kind("device.imsi"),
    title="国际移动用户识别码（IMSI）",
    title_en="IMSI",
    grades=GENERAL,
    values=(r"460(?:0[0-9]|1[0-9]|20)\d{10}",),
    check=check,
    canonical=bytes.strip,
    mask=keep(5, 0),
    fields=tuple("imsi imsi1 imsi2 imsi_no".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录A 个人常用设备信息; ITU-T E.212 (460)",
    examples=(
        Example('{"imsi":"460001234567890"}', "json"),
        Example("IMSI: 460110123456789"),
    ),
    lookalikes=(
        Example("460001234567890"),
        Example('{"tradeNo":"460001234567890"}', "json"),
        Example('{"imsi":"460991234567890"}', "json"),
    ),
)
