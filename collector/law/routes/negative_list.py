"""负面清单外数据: data that the verified negative list of the exporter's zone does not name."""

from typing import Final

from collector.declarations import Basis
from collector.law.examples import MAP, PHONE, a_listing, an_event, exporter_with, some_facts
from collector.law.instruments import CBDF
from collector.law.listed import SIXTH, off_list
from collector.law.route import Example, Role, Route
from wire.events import Content

ROUTE: Final = Route(
    name="negative_list",
    title="负面清单外数据",
    title_en="Not on the negative list",
    role=Role.EXEMPTION,
    strictness=0,
    citation=SIXTH,
    in_force_from=CBDF.day,
    basis=Basis.NEGATIVE_LIST,
    applies=off_list,
    examples=(
        Example("a verified list that does not name it", some_facts(PHONE, listings=a_listing()), applies=True),
        Example("no list", some_facts(PHONE), applies=False),
        Example(
            "a list that was not verified", some_facts(PHONE, listings=a_listing(is_verified=False)), applies=False
        ),
        Example(
            "a list of which rows are missing", some_facts(PHONE, listings=a_listing(is_complete=False)), applies=False
        ),
        Example("its use was not filed", some_facts(PHONE, listings=a_listing(needs_usage_filing=True)), applies=False),
        Example(
            "half of it was read",
            some_facts(event=an_event(PHONE, content=Content.PARTIAL), listings=a_listing()),
            applies=False,
        ),
        Example("a row that names it", some_facts(PHONE, listings=a_listing(at_least=50_000)), applies=False),
        Example(
            "notified important data beside it",
            some_facts(PHONE, MAP, exporter=exporter_with("geo.survey"), listings=a_listing()),
            applies=False,
        ),
    ),
)
