"""What the bundle's programs send: invented persons written as JSON, CSV and forms."""

from collections.abc import Iterable, Sequence
import csv
import io
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from tests.bundle.people import Person

CLINICAL: Final = ("cn.resident_id", "cn.mobile", "medical.diagnosis", "person.name")
"""Kinds that a patient's record holds."""

Tallies = dict[str, dict[str, int | None]]


def tallies(count: int, kinds: Iterable[str]) -> Tallies:
    """So many persons of each kind, each named once; a diagnosis may be told by code and by text, hence no hits."""
    attributes = ("medical.diagnosis", "person.under_14")
    return {kind: {"hits": None if kind in attributes else count, "persons": count} for kind in kinds}


def patients(people: Iterable[Person]) -> bytes:
    """A hospital's upload."""
    records = [
        {
            "visitNo": f"ZY{number:06d}",
            "name": one.name,
            "sex": "男" if int(one.id_card[16]) % 2 else "女",
            "idCard": one.id_card,
            "phone": one.mobile,
            "icd10": one.icd10,
            "diagnosis": one.diagnosis,
        }
        for number, one in enumerate(people, 1)
    ]
    return _json({"dataset": "随访登记", "version": 3, "patients": records})


def customers(people: Iterable[Person]) -> bytes:
    """A shop's customers: numbers to call, nothing sensitive."""
    return _json(
        {"campaign": "autumn", "customers": [{"customerName": one.name, "mobile": one.mobile} for one in people]}
    )


def passengers(people: Iterable[Person]) -> bytes:
    """Bookings of flights."""
    records = [
        {"pnr": f"QX{number:04d}", "passengerName": one.name, "mobile": one.mobile, "email": one.email}
        for number, one in enumerate(people, 1)
    ]
    return _json({"flight": "XX0981", "date": "2026-12-01", "passengers": records})


def pupils(people: Iterable[Person]) -> bytes:
    """Children enrolled for an online lesson."""
    records = [{"childName": one.name, "idCard": one.id_card, "parentMobile": one.mobile} for one in people]
    return _json({"lesson": "english-07", "pupils": records})


def personnel(people: Iterable[Person]) -> str:
    """A personnel list as CSV with Chinese headings."""
    rows = [
        (f"A{number:05d}", one.name, one.id_card, one.mobile, one.email, one.job)
        for number, one in enumerate(people, 1)
    ]
    return _csv(("工号", "姓名", "身份证号", "手机号", "邮箱", "岗位"), rows)


def examinations(people: Iterable[Person]) -> bytes:
    """Results of the staff's yearly medical examination."""
    records = [
        {"staffNo": f"B{number:05d}", "name": one.name, "mobile": one.mobile, "diagnosis": one.diagnosis}
        for number, one in enumerate(people, 1)
    ]
    return _json({"year": 2026, "examinations": records})


def members(people: Iterable[Person]) -> str:
    """A loyalty programme's members with their cards, as CSV."""
    rows = [(f"{number:07d}", one.name, one.mobile, one.card, one.address) for number, one in enumerate(people, 1)]
    return _csv(("会员号", "姓名", "手机号码", "银行卡号", "联系地址"), rows)


def form(one: Person) -> str:
    """One customer's form, with a field that a customer's form need not have."""
    return urlencode({"name": one.name, "mobile": one.mobile, "email": one.email, "diagnosis": one.diagnosis})


def queries(path: str, people: Iterable[Person]) -> list[str]:
    """Paths that carry identifiers in their query."""
    return [f"{path}?{urlencode({'idCard': one.id_card, 'phone': one.mobile})}" for one in people]


def lines(people: Iterable[Person]) -> bytes:
    """A text protocol of somebody's own: one record a line, no host name anywhere."""
    return "".join(f"PUT 手机号={one.mobile} 身份证号={one.id_card}\n" for one in people).encode()


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(head)
    table.writerows(rows)
    return written.getvalue()
