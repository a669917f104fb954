"""Values that only look like what is sought: the hard negatives."""

from base64 import b64encode
from collections.abc import Callable
from random import Random
from typing import Final
from uuid import UUID

from benchmarks.detection.values import (
    COUNTIES,
    Value,
    adult_birth,
    birth,
    card,
    digits,
    email,
    id_check,
    luhn_digit,
    mobile,
    resident_id,
    uscc,
)

_MOMENT: Final = 1_780_000_000
"""Seconds since 1970, in 2026."""


_PLACES: Final = "浙江省杭州市 成都 上海市浦东新区 华东 广东省 西湖区 江苏苏州".split()
_THINGS: Final = (
    "洗衣液2kg 张小泉剪刀 王老吉凉茶 李宁运动鞋 内科门诊 体检套餐A 马克杯 高清摄像头 白云机场贵宾厅 金银花露".split()
)
_TRADES: Final = "科技 贸易 医疗器械 网络 物流 餐饮管理".split()


def _company(chance: Random) -> str:
    city, word = (
        chance.choice(("杭州", "成都", "青岛", "深圳市")),
        chance.choice(("听松", "云帆", "白鹭", "张氏", "王府")),
    )
    return f"{city}{word}{chance.choice(_TRADES)}{chance.choice(('有限公司', '股份有限公司', '有限责任公司'))}"


def _order(chance: Random) -> str:
    day = f"2026{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    return chance.choice(
        (day + digits(chance, 8), day + digits(chance, 12), digits(chance, 19), f"SO{day}{digits(chance, 6)}")
    )


def _moment(chance: Random) -> int:
    return _MOMENT + chance.randrange(-30_000_000, 30_000_000)


def _serial(chance: Random) -> str:
    """Eighteen digits with a region and a day in them, and a last one that is not the check digit."""
    body = f"{chance.choice(COUNTIES)}{birth(chance, 1950, 2020):%Y%m%d}{chance.randrange(1, 999):03d}"
    return body + chance.choice([digit for digit in "0123456789" if digit != id_check(body)])


def _wrong_id(chance: Random) -> str:
    number = resident_id(chance).text.upper()
    return number[:17] + chance.choice([sign for sign in "0123456789X" if sign != number[17]])


def _imei(chance: Random) -> str:
    body = chance.choice(("86", "35")) + digits(chance, 12)
    return body + luhn_digit(body)


def _iccid(chance: Random) -> str:
    body = "8986" + chance.choice(("00", "01", "03")) + digits(chance, 12)
    return body + luhn_digit(body)


def _barcode(chance: Random) -> str:
    body = chance.choice(("690", "692", "695", "697")) + digits(chance, 9)
    total = sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(body))
    return body + str(-total % 10)


def _tracking(chance: Random) -> str:
    return chance.choice(
        ("SF" + digits(chance, 13), "YT" + digits(chance, 13), "7" + digits(chance, 13), "JD00" + digits(chance, 11))
    )


def _trade(chance: Random) -> str:
    day = f"2026{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    return chance.choice((day + "22001" + digits(chance, 15), "42000" + digits(chance, 5) + day + digits(chance, 10)))


def _hash(chance: Random) -> str:
    return f"{chance.getrandbits(128):032x}" if chance.random() < 0.6 else f"{chance.getrandbits(256):064x}"


def _masked(chance: Random) -> str:
    number = mobile(chance).text.replace(" ", "").replace("-", "")[-11:]
    identity, plain = resident_id(chance).text, card(chance).text.replace(" ", "").replace("-", "")
    name, _, host = email(chance).text.partition("@")
    return chance.choice((
        f"{number[:3]}****{number[7:]}", f"{identity[:6]}********{identity[14:]}", f"{plain[:4]}********{plain[-4:]}",
        f"{name[0]}***@{host}", f"{chance.choice('张王李赵陈')}{'*' * chance.choice((1, 2))}",
        f"{number[:3]}XXXX{number[7:]}",
    ))  # fmt: skip


def _base64(chance: Random) -> str:
    return b64encode(chance.randbytes(chance.choice((16, 24, 48, 90)))).decode()


def _plain(make: Callable[[Random], str], what: str, *, is_number: bool = False) -> Callable[[Random], Value]:
    return lambda chance: Value(make(chance), trap=what, is_number=is_number and chance.random() < 0.5)


TRAPS: Final[dict[str, Callable[[Random], Value]]] = {
    "order": _plain(_order, "order number"),
    "snowflake": _plain(lambda chance: digits(chance, 19), "snowflake", is_number=True),
    "millis": _plain(lambda chance: f"{_moment(chance)}{chance.randrange(1000):03d}", "milliseconds", is_number=True),
    "micros": _plain(lambda chance: f"{_moment(chance)}{chance.randrange(10**6):06d}", "microseconds", is_number=True),
    "hash": _plain(_hash, "hash"),
    "uuid": _plain(lambda chance: str(UUID(int=chance.getrandbits(128))), "UUID"),
    "serial": _plain(_serial, "serial with region and date"),
    "wrong_id": _plain(_wrong_id, "wrong check digit"),
    "imei": _plain(_imei, "IMEI"),
    "iccid": _plain(_iccid, "ICCID"),
    "barcode": _plain(_barcode, "barcode"),
    "tracking": _plain(_tracking, "tracking number"),
    "trade": _plain(_trade, "payment trade number"),
    "bytes": _plain(lambda chance: digits(chance, chance.choice((8, 9, 10, 11))), "byte count", is_number=True),
    "uid": _plain(
        lambda chance: mobile(chance).text.replace(" ", "").replace("-", "")[-11:], "user id", is_number=True
    ),
    "float": _plain(lambda chance: f"{chance.randrange(1000)}.{digits(chance, 11)}", "float", is_number=True),
    "gps": _plain(lambda chance: f"{chance.uniform(73, 135):.10f}", "coordinate", is_number=True),
    "base64": _plain(_base64, "base64"),
    "masked": _plain(_masked, "masked"),
    "company": _plain(_company, "company"),
    "place": _plain(lambda chance: chance.choice(_PLACES), "mere place"),
    "thing": _plain(lambda chance: chance.choice(_THINGS), "thing"),
    "uscc": uscc,
    "adult": adult_birth,
}
