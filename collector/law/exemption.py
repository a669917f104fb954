"""Routes that rest on an exemption which the exporter declared: they differ in article and title only."""

from collections.abc import Callable

from msgspec.structs import replace

from collector.declarations import Basis
from collector.facts import Facts
from collector.law.examples import EXPORTER, MAP, PHONE, declared, some_facts
from collector.law.instruments import Instrument
from collector.law.route import Example, Role, Route
from collector.law.wording import reason
from collector.verdicts import Citation, Reason


def declared_exemption(basis: Basis, titles: tuple[str, str], instrument: Instrument, article: str) -> Route:
    """The route of a declared exemption.

    Args:
        basis: the registry's code; the route is named after its member.
        titles: Chinese and English.
        instrument: where it stands.
        article: Chinese, in full.
    """
    citation = instrument.article(article)
    covered = some_facts(PHONE, exemptions=declared(basis, "cn.mobile"))
    other = Basis.HR if basis is not Basis.HR else Basis.CONTRACT
    return Route(
        name=_name(basis),
        title=titles[0],
        title_en=titles[1],
        role=Role.EXEMPTION,
        strictness=0,
        citation=citation,
        in_force_from=instrument.day,
        basis=basis,
        applies=_applier(basis, titles, citation),
        examples=(
            Example("declared, in scope and in force", covered, applies=True),
            Example("nothing declared", some_facts(PHONE), applies=False),
            Example("another one declared", some_facts(PHONE, exemptions=declared(other, "cn.mobile")), applies=False),
            Example(
                "notified important data beside it",
                some_facts(
                    PHONE,
                    MAP,
                    exporter=replace(EXPORTER, notified_important=("geo.survey",)),
                    exemptions=declared(basis, "cn.mobile"),
                ),
                applies=False,
            ),
        ),
    )


def _name(basis: Basis) -> str:
    return basis.value if basis is Basis.STATUTORY_DUTY else f"exempt_{basis.name.lower()}"


def _applier(basis: Basis, titles: tuple[str, str], citation: Citation) -> Callable[[Facts], tuple[Reason, ...]]:
    def applies(facts: Facts) -> tuple[Reason, ...]:
        """No exemption covers important data: 第四条 and 第五条第二款 say so."""
        found = [each for each in facts.exemptions if each.basis is basis]
        if not found or facts.notified_kinds:
            return ()
        first = found[0]
        return (
            reason(
                f"已声明豁免“{titles[0]}”（{first.purpose}，{first.valid_from} 至 {first.valid_until}），"
                "接收方和数据类型均在声明范围内；不计入累计人数。必要性由声明人负责",
                f"declared exempt: {titles[1]} ({first.purpose}, {first.valid_from} to {first.valid_until}); "
                "recipient and kinds lie within the declaration; not counted. Its necessity is the declarer's to show",
                citation,
            ),
        )

    return applies
