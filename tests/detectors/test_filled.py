from datetime import date

from detectors import build_scanner

ON = date(2026, 6, 1)
SCANNER = build_scanner(fast=False)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"
NAMES = [
    f"{surname}{given}" for surname, given in zip("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑", GIVEN, strict=True)
]


def kinds(content: str) -> set[str]:
    return {str(finding.kind) for finding in SCANNER.scan(content.encode(), "csv", "body", ON)}


def column(values: list[str], name: str = "c1") -> str:
    return f"c0,{name}\n" + "".join(f"{number},{value}\n" for number, value in enumerate(values))


def test_a_column_full_of_names_is_one_of_names_whatever_it_is_called() -> None:
    assert kinds(column(NAMES)) == {"person.name"}


def test_without_a_header_too() -> None:
    assert kinds("".join(f"{number},{value}\n" for number, value in enumerate(NAMES))) == {"person.name"}


def test_a_few_names_are_no_column() -> None:
    assert kinds(column(NAMES[:12])) == set()


def test_values_that_repeat_are_no_persons() -> None:
    assert kinds(column(["张北", "高雄", "金华"] * 8)) == set()


def test_under_a_name_that_says_something_else_nothing_is_told() -> None:
    assert kinds(column(NAMES, "brand")) == set()


def test_a_column_of_addresses_and_one_of_telephones() -> None:
    addresses = [f"浙江省杭州市西湖区文三路{number}号" for number in range(1, 25)]
    telephones = [f"0755-8{number:07d}" for number in range(25)]
    assert kinds(column(addresses)) == {"person.address"}
    assert kinds(column(telephones)) == {"cn.landline"}


def test_columns_of_other_things_stay_silent() -> None:
    for values in (
        ["洗衣液", "金银花", "马克杯"] * 8,
        [f"SO2026{number:08d}" for number in range(30)],
        ["北京市"] * 30,
    ):
        assert kinds(column(values)) == set()
