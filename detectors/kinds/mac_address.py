"""MAC 地址 under a name that says so, beside a person: machines without owners have them too."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import keep
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief that a person in the same record must carry; groups addressed and empty addresses are no device's."""
    first = int(candidate.text[:2], 16)
    is_anybody_s = first & 1 or len(set(candidate.text)) < 4
    return 0.0 if is_anybody_s else 0.045


DETECTOR: Final = Detector(
    kind=Kind("device.mac"),
    title="设备 MAC 地址",
    title_en="MAC address of a device",
    grades=GENERAL,
    values=(r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})",),
    check=check,
    canonical=lambda text: text.upper().replace(b"-", b":"),
    mask=keep(8, 0),
    fields=tuple("mac mac_address mac_addr macaddr wifi_mac wlan_mac bt_mac bssid device_mac mac地址".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录A 个人常用设备信息 (MAC地址); IEEE 802",
    examples=(Example('{"mac":"3C:5A:B4:01:02:03","mobile":"13800138000"}', "json"),),
    lookalikes=(
        Example('{"mac":"3C:5A:B4:01:02:03"}', "json"),
        Example('{"mac":"00:00:00:00:00:00","mobile":"13800138000"}', "json"),
        Example("ether 3c:5a:b4:01:02:03"),
    ),
)
