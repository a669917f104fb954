"""Words that announce a name or an address, and what the rules make of them."""

from collections.abc import Iterator
import re
from typing import Final

_NAME_CUES: Final = (
    "姓名|名字|收件人|收货人|寄件人|发件人|联系人|户主|患者|病人|原告|被告人?|上诉人|申请人|被申请人|委托人|当事人|被害人|嫌疑人|投保人|被保险人|受益人|"
    "持卡人|开户人|法定代表人|法人代表|监护人|家长|学生|员工|客户|用户|乘客|旅客|司机|业主|承租人|出租人|经办人|负责人|签收人|我叫|我是|本人"
)
_ADDRESS_CUES: Final = (
    "地址|住址|住所地?|户籍地?|户籍所在地|居住地|现居|家住|住在|居住在|"
    "送到|寄到|寄往|派送至|配送至|收货地|籍贯|出生地|所在地"
)
_TITLES: Final = "先生|女士|小姐|同志|老师|医生|大夫|阿姨|师傅"
_CALLED: Final = re.compile(f"{_NAME_CUES}|{_ADDRESS_CUES}|{_TITLES}|身份证|电话|手机|快递|签收|病历|就诊|户口")
_HAN: Final = re.compile("[\u3400-\u9fff]")

_ANNOUNCED_NAME: Final = re.compile(
    "(?:姓名|收件人|收货人|寄件人|发件人|联系人|户主|患者|病人|原告|被告人?|上诉人|申请人|投保人|被保险人|受益人|持卡人|监护人|经办人|签收人)"
    "(?:姓名)?[\\s\"'”]{0,3}(?:[:：=]|为|是|叫)[\\s\"'“]{0,3}(?P<name>[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,6})?)(?![\u4e00-\u9fff*＊·])"
)
_ADDRESS_RUN: Final = "[\u4e00-\u9fff0-9A-Za-z０-９#\\-－—()（）·]"
_ANNOUNCED_ADDRESS: Final = re.compile(
    f"(?:地址|住址|住所地?|户籍地|户籍所在地|居住地|收货地)[\\s\"'”]{{0,3}}[:：=为是][\\s\"'“]{{0,3}}(?P<address>{_ADDRESS_RUN}{{6,60}})"
)


def is_called_for(segment: str, *, has_identifier: bool) -> bool:
    """Whether a segment is worth tagging: it has Han characters, and an identifier or a word that announces someone.

    Args:
        segment: a message, a field's value, a line.
        has_identifier: whether its record holds an identifier that was found by other means.
    """
    if _HAN.search(segment) is None:
        return False
    return has_identifier or _CALLED.search(segment) is not None


def announced_names(text: str) -> Iterator[tuple[int, int]]:
    """Where a cue word and a colon are followed by two to four Han characters and then by something else."""
    for found in _ANNOUNCED_NAME.finditer(text):
        yield found.span("name")


def announced_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where a cue word and a colon are followed by a run of characters as addresses have them."""
    for found in _ANNOUNCED_ADDRESS.finditer(text):
        yield found.span("address")
