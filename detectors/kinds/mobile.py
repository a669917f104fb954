"""手机号码: eleven digits that a name must announce, or a form that only telephones have (+86, 3-4-4)."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from detectors.names import TELEPHONE
from wire.kinds import Grade, Kind, Profile

PREFIXES: Final = frozenset(
    b"%d" % prefix
    for series in (range(130, 142), range(144, 154), range(155, 160), (162, 165, 166, 167), range(170, 179),
                   range(180, 194), range(195, 200))
    for prefix in series
)  # fmt: skip


def canonical(text: bytes) -> bytes:
    """The last eleven digits."""
    return text if len(text) == 11 else text.translate(None, b" -+")[-11:]


def check(candidate: Candidate) -> float:
    """Belief by prefix and by how the number is written: bare digits prove nothing (69 of 1000 pass)."""
    text = candidate.text
    if len(text) == 11:
        return 0.5 if text[:3] in PREFIXES else 0.2
    bare = canonical(text)
    if bare[:3] not in PREFIXES:
        return 0.0
    if text.isdigit():
        return 0.55 if text.startswith(b"0086") else 0.45
    if text[:1] == b"+":
        return 0.9
    # A telephone in groups of 3-4-4 is not a part of a row of numbers.
    is_row = candidate.before(2)[:1].isdigit() or candidate.after(2)[1:].isdigit()
    return 0.3 if is_row else 0.75


DETECTOR: Final = Detector(
    kind=Kind("cn.mobile"),
    title="手机号码",
    title_en="Mobile number",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.GENERAL},
    patterns=(
        r"1[3-9]\d{9}",
        r"1[3-9]\d(?: \d{4} \d{4}|-\d{4}-\d{4})",
        r"(?:00)?86[ -]?1[3-9]\d(?:\d{8}| \d{4} \d{4}|-\d{4}-\d{4})",
        r"\+86[ -]?1[3-9]\d(?:\d{8}| \d{4} \d{4}|-\d{4}-\d{4})",
    ),
    check=check,
    canonical=canonical,
    mask=keep(3, 4),
    fields=tuple(
        "mobile mobile_phone mobile_no mobile_number mobile_tel mobile_phone_no mobile_phone_number "
        "phone_mobile cell cell_phone cell_no cell_num cell_number cellular_phone handphone hand_phone hp "
        "hp_no msisdn whatsapp caller callee caller_number callee_number caller_no callee_no calling_number "
        "called_number calling_no called_no mob mob_no mob_num mob_number mob_phone mob_tel mobi mobi_no "
        "mobil mp mphone m_phone cellular hand_set smart_phone pager acc_nbr svc_num serv_num "
        "subscriber_number phone_a phone_b src_terminal_id dest_terminal_id ani dnis "
        "dest_number recipient_number "
        "contact_num calling_party called_party other_party "
        "opposite_no opp_no device_number service_number serv_no billing_number user_mobile bind_mobile bjhm "
        "dfhm jfhm yhhm lxhm bdhm aac067 acb501 sj sjh sjhm sjhao sjdh lxsj lxsjh shouji shoujihao "
        "shoujihaoma shoujihm yidongdianhua lianxishouji yddh yddhhm brdh bdsj ylsj 手机 手機 移动电话 联络 "
        "行动电话 联系人 收件人 寄件人 收货人 发件人 发货人 收方 寄方 联系号码 预留号码 绑定号码 本机号码 "
        "机主号码 行動電話 主叫 被叫 来电 拨打".split()
    )
    + TELEPHONE,
    hints=("ph",),
    cues=("致电", "来电", "打", "呼", "联系", "聯絡", "热线", "拨", "call", "sms", "短信", "微信同号"),
    against=(
        "phone_model",
        "phone_type",
        "phone_id",
        "call_id",
        "landline",
        "固话",
        "传真",
        "fax",
        "qq",
        "打印",
        "打包",
        "打开",
        "呼吸",
        "打卡",
        "打分",
        "phone_brand",
        "phone_os",
        "kddh",
        "wldh",
        "jydh",
        "djdh",
    ),
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 个人基本资料; 公众移动通信网网号 (工信部)",
    examples=(
        Example('{"mobile":"13800138000"}', "json"),
        Example('{"phone":13800138000}', "json"),
        Example("+86 138 0013 8000"),
        Example("请拨打138-0013-8000"),
        Example("联系电话：13800138000"),
        Example("sjh=8613800138000", "form"),
    ),
    lookalikes=(
        Example("13800138000"),
        Example('{"orderNo":"13800138000"}', "json"),
        Example('{"ts":1380013800000}', "json"),
        Example('{"mobile":"138****8000"}', "json"),
        Example("订单 13800138000 已发货"),
        Example('{"userId":13800138000,"phone":""}', "json"),
    ),
)
