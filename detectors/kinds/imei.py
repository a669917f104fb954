"""IMEI: fifteen digits with a Luhn digit, taken only under a name or beside the word."""

from typing import Final

from detectors.checks import luhn
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import keep
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief by the Luhn digit."""
    text = candidate.text
    return 0.5 if luhn(text) and len(set(text)) > 3 else 0.0


DETECTOR: Final = Detector(
    kind=Kind("device.imei"),
    title="国际移动设备识别码（IMEI）",
    title_en="IMEI",
    grades=GENERAL,
    values=(r"\d{15}",),
    check=check,
    canonical=bytes.strip,
    mask=keep(8, 0),
    fields=tuple("imei imei1 imei2 imei_no imei_md imeisv 设备串号".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录A 个人常用设备信息 (IMEI); 3GPP TS 23.003",
    examples=(
        Example('{"imei":"490154203237518"}', "json"),
        Example("IMEI：490154203237518"),
    ),
    lookalikes=(
        Example("490154203237518"),
        Example('{"imei":"490154203237519"}', "json"),
        Example('{"orderNo":"490154203237518"}', "json"),
    ),
)
