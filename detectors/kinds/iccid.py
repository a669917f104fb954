"""ICCID of a mainland SIM: 8986 and sixteen digits, taken only under a name."""

from typing import Final

from detectors.checks import luhn
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import keep
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief by the Luhn digit, which not every issuer writes."""
    return 0.5 if luhn(candidate.text) else 0.3


DETECTOR: Final = Detector(
    kind=Kind("device.iccid"),
    title="集成电路卡识别码（ICCID）",
    title_en="ICCID",
    grades=GENERAL,
    values=(r"8986\d{2}[0-9A-Za-z]\d{12,13}",),
    check=check,
    canonical=bytes.upper,
    mask=keep(6, 0),
    fields=tuple("iccid iccid_no sim_no sim_card sim_id sim_serial 卡识别码 sim卡号".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录A 个人常用设备信息; ITU-T E.118 (8986)",
    examples=(
        Example('{"iccid":"89860000191997734908"}', "json"),
        Example("ICCID：89860000191997734908"),
    ),
    lookalikes=(
        Example("89860000191997734908"),
        Example('{"bankCard":"89860000191997734908"}', "json"),
        Example('{"iccid":"89870000191997734908"}', "json"),
    ),
)
