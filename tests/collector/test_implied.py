import pytest

from collector.implied import implied, undeclared
from wire.kinds import Kind

NAME, BIRTH, PHONE, ADDRESS = Kind("person.name"), Kind("person.birth_date"), Kind("cn.mobile"), Kind("person.address")


@pytest.mark.parametrize(
    ("kinds", "declared", "goes_without_saying", "outside"),
    [
        ((NAME, PHONE), ("cn.mobile",), (NAME,), ()),
        ((NAME,), ("medical.diagnosis",), (), (NAME,)),
        ((NAME,), ("person.name",), (), ()),
        ((BIRTH, PHONE), ("cn.mobile",), (), (BIRTH,)),
        ((BIRTH, NAME), ("cn.resident_id",), (BIRTH, NAME), ()),
        ((ADDRESS, NAME), ("cn.resident_id",), (NAME,), (ADDRESS,)),
        ((), ("cn.mobile",), (), ()),
    ],
)
def test_a_name_goes_with_an_identifier_and_nothing_else_does(
    kinds: tuple[Kind, ...], declared: tuple[str, ...], goes_without_saying: tuple[Kind, ...], outside: tuple[Kind, ...]
) -> None:
    assert implied(kinds, declared) == goes_without_saying
    assert undeclared(kinds, declared) == outside
