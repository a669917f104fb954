"""公网 IP 地址 under a name that says so, beside a person."""

from ipaddress import ip_address
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import network
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief that a person in the same record must carry; private networks' addresses name nobody outside."""
    try:
        address = ip_address(candidate.text.decode("ascii"))
    except ValueError:
        return 0.0
    return 0.045 if address.is_global else 0.0


DETECTOR: Final = Detector(
    kind=Kind("network.ip_address"),
    title="与用户关联的 IP 地址",
    title_en="IP address of a user",
    grades=GENERAL,
    values=(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:.]{2,41}",),
    check=check,
    canonical=bytes.lower,
    mask=network,
    fields=tuple(
        "ip_address ip_addr ipaddress client_ip login_ip user_ip last_ip reg_ip register_ip remote_ip "
        "remote_addr real_ip source_ip visitor_ip 登录ip 用户ip ip地址".split()
    ),
    against=tuple("server_ip host_ip pod_ip node_ip".split()),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录A 个人上网记录、网络身份标识信息 (IP地址)",
    examples=(
        Example('{"loginIp":"8.8.8.8","mobile":"13800138000"}', "json"),
        Example('{"clientIp":"240e:3a1::1","mobile":"13800138000"}', "json"),
    ),
    lookalikes=(
        Example('{"loginIp":"8.8.8.8"}', "json"),
        Example('{"loginIp":"10.0.0.8","mobile":"13800138000"}', "json"),
        Example('{"loginIp":"8.8.8.800","mobile":"13800138000"}', "json"),
    ),
)
