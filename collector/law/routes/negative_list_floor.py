"""未达到负面清单条目数量: on the list, and below the number of every row that names it."""

from typing import Final

from collector.law.examples import PHONE, a_listing, some_facts
from collector.law.instruments import CBDF
from collector.law.listed import SIXTH, under_list
from collector.law.route import Example, Role, Route

_LISTED: Final = a_listing(at_least=50_000)

ROUTE: Final = Route(
    name="negative_list_floor",
    title="未达到负面清单数量",
    title_en="Below the negative list's number",
    role=Role.FLOOR,
    strictness=0,
    citation=SIXTH,
    in_force_from=CBDF.day,
    applies=under_list,
    examples=(
        Example("49,999 persons", some_facts(PHONE, persons=49_999, listings=_LISTED), applies=True),
        Example("50,000 persons", some_facts(PHONE, persons=50_000, listings=_LISTED), applies=False),
        Example("no row names it", some_facts(PHONE, persons=1, listings=a_listing()), applies=False),
        Example("no list", some_facts(PHONE, persons=1), applies=False),
        Example(
            "a list that was not verified",
            some_facts(PHONE, persons=1, listings=a_listing(at_least=50_000, is_verified=False)),
            applies=False,
        ),
    ),
)
