"""OAID、IDFA、GAID and Android ID, taken only under their names."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import nothing
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief unless it is switched off, all zeros; in the text of a log a person in its record must carry it."""
    if len(set(candidate.text.lower())) <= 4:
        return 0.0
    return 0.045 if candidate.media == "text" else 0.5


DETECTOR: Final = Detector(
    kind=Kind("device.advertising_id"),
    title="设备广告标识符（OAID、IDFA 等）",
    title_en="Advertising identifier",
    grades=GENERAL,
    values=(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{16}",),
    check=check,
    canonical=bytes.lower,
    mask=nothing,
    fields=tuple("oaid idfa idfv gaid aaid caid android_id advertising_id advertiser_id adid vaid 广告标识".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录A 个人常用设备信息; T/TAF 054 移动智能终端补充设备标识规范",
    examples=(
        Example('{"oaid":"3f2504e0-4f89-11d3-9a0c-0305e82c3301"}', "json"),
        Example('{"androidId":"9774d56d682e549c"}', "json"),
        Example("idfa=6D92078A-8246-4BA4-AE5B-76104861E7DC", "form"),
    ),
    lookalikes=(
        Example("3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        Example('{"idfa":"00000000-0000-0000-0000-000000000000"}', "json"),
        Example('{"traceId":"3f2504e0-4f89-11d3-9a0c-0305e82c3301"}', "json"),
    ),
)
