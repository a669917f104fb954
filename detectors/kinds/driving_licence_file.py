"""机动车驾驶证档案编号: twelve digits, taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from detectors.tables import PROVINCES
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """A licensing office's four digits begin with those of its province."""
    return 0.4 if candidate.text[:2] in PROVINCES else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.driving_licence_file"),
    title="机动车驾驶证档案编号",
    title_en="Driving licence file number",
    grades=STRICTLY_SENSITIVE,
    values=(r"\d{12}",),
    check=check,
    canonical=bytes.strip,
    mask=keep(4, 0),
    fields=tuple("dabh jszdabh license_file licence_file 驾驶证档案 档案编号 檔案編號".split()),
    needs_context=True,
    law="GA/T 16 (道路交通管理信息代码); GB/T 35273-2020 附录B 个人身份信息 (驾驶证)",
    examples=(
        Example("驾驶证档案编号：110100123456"),
        Example('{"dabh":"440300123456"}', "json"),
    ),
    lookalikes=(
        Example("110100123456"),
        Example('{"dabh":"990100123456"}', "json"),
        Example('{"fileNo":"110100123456"}', "json"),
    ),
)
