"""固定电话: an area code of the mainland and seven or eight digits, with a name or a word that says so."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import keep
from detectors.names import TELEPHONE
from wire.kinds import Kind

_EIGHT_DIGITS: Final = frozenset(b"010 020 021 022 023 024 025 027 028 029".split())
_GROUPS: Final = re.compile(rb"\d+")
_PARTED: Final = (7, 8)
_AREA: Final = 4
"""Digits of an area code at the most."""


def canonical(text: bytes) -> bytes:
    """Area code without its zero and number, digits only, the extension left out."""
    area, *rest = _GROUPS.findall(text.removeprefix(b"+86")) or (b"",)
    if area == b"86" and rest:
        area, *rest = rest
    if rest and len(area) <= _AREA:  # the subscriber's number may be parted once more
        is_parted = len(rest) > 1 and len(rest[0]) + len(rest[1]) in _PARTED
        area += rest[0] + rest[1] if is_parted else rest[0]
    return area.removeprefix(b"0")


def check(candidate: Candidate) -> float:
    """Belief by area code, length and first digit: a subscriber's number begins with neither 0 nor 1."""
    number = b"0" + canonical(candidate.text)
    short = number[:3] in _EIGHT_DIGITS
    local = number[3:] if short else number[4:]
    if len(local) not in ((8,) if short else (7, 8)) or local[:1] < b"2" or number[1:3] == b"26":
        return 0.0
    is_row = candidate.before(1) in (b"-", b".") or candidate.after(2)[:1] in (b"-", b".")
    if is_row and candidate.after(2)[1:2].isdigit():
        return 0.0
    return 0.5 if candidate.text.translate(None, b"0123456789") else 0.3


DETECTOR: Final = Detector(
    kind=Kind("cn.landline"),
    title="固定电话号码",
    title_en="Landline number",
    grades=GENERAL,
    patterns=(
        r"0(?:10|2[0-57-9]|[3-9]\d{2})[- ]\d{7,8}(?:-\d{1,6})?",
        r"0(?:10|2[0-57-9]|[3-9]\d{2})\d{7,8}",
        r"\(0(?:10|2[0-57-9]|[3-9]\d{2})\) ?\d{7,8}(?:-\d{1,6})?",
        r"\+86[ -]?(?:10|2[0-57-9]|[3-9]\d{2})[ -]\d{7,8}(?:-\d{1,6})?",
        r"(?:0|\+86[ -]?0?)(?:10|2[0-57-9]|[3-9]\d{2})[ -]\d{3,4}[ -]\d{4}",
    ),
    values=(
        r"(?:\(0\d{2,3}\) ?|0\d{2,3}[- ]|0|\+?86[ -]?0?\d{2,3}[ -])(?:\d{7,10}|\d{3,4}[ -]\d{4})(?:(?:-|转)\d{1,6})?",
    ),
    fills_columns=True,
    check=check,
    canonical=canonical,
    mask=keep(3, 0),
    fields=tuple(
        "landline land_line land_phone fixed_phone fixed_line fixed_tel fix_phone fix_tel pstn switchboard "
        "zjdh gddh gdhm guhua guhuahao zuoji zuojihao zuojihaoma zzdh bgdh dwdh bgsdh 固话 固話 固定电话 "
        "座机 座機 宅电 总机 總機 分机".split()
    )
    + TELEPHONE,
    hints=("ph", "office", "home", "office_no", "bangongshi"),
    cues=("致电", "来电", "拨打", "拨", "打", "呼叫", "联系", "tel", "热线", "call"),
    against=("fax", "传真", "fax_no"),
    needs_context=True,
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 个人基本资料; 电信网编号计划 (工信部, 2017版)",
    examples=(
        Example('{"homePhone":"010-62345678"}', "json"),
        Example("座机：0755-82345678"),
        Example('{"tel":"(021)52345678"}', "json"),
        Example("tel=02152345678", "form"),
        Example("联系电话 +86-571-82345678"),
        Example("客户来电0851-8191461"),
        Example('{"homeTelNo":"0898 47406247"}', "json"),
        Example('{"tel":"010-6234-5678"}', "json"),
        Example('{"tel":"+86 10 6234 5678"}', "json"),
        Example('{"tel":"010-62345678转8001"}', "json"),
    ),
    lookalikes=(
        Example("010-62345678"),
        Example('{"tel":"010-12345678"}', "json"),
        Example('{"orderNo":"02152345678"}', "json"),
        Example('{"tel":"0755-****5678"}', "json"),
        Example("2021-0755-8234567-1"),
    ),
)
