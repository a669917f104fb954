"""数量拆分: affiliates of one group that stay below a limit each, and not together, with the same recipient.

Law:
    个人信息出境标准合同办法 第四条, in force 2023-06-01, and 个人信息出境认证办法 第五条, in force 2026-01-01: numbers
    may not be split to escape the assessment.

It is a suspicion, never a verdict: affiliates may have reasons of their own, and each enterprise has its own key, so
that the same person at two of them cannot be seen to be one. Together they are at least the most of one, at most the
sum.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from collector.book import Registry
from collector.cases import CaseType, Cause, Opening, case_id_of
from collector.clocks import standing_on
from collector.declarations import FilingRoute, ThresholdTally
from collector.filings import Standing
from collector.law.instruments import SCM
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FROM
from collector.law.wording import persons_en, persons_zh, reason, setting_words
from collector.ledger import CountOf, Ledger
from collector.persons import joined
from collector.ports import Store
from collector.verdicts import Reason
from wire.subjects import Span

SPLITTING: Final = "splitting_suspected"
"""The ground of a case, and the name of a warning."""

_ASSESSMENT: Final = frozenset({FilingRoute.SECURITY_ASSESSMENT})


class Limit(Struct, frozen=True):
    """A number that several may stay below together."""

    persons: int
    sensitive: bool
    enough: frozenset[FilingRoute]
    """Who holds one of these with the recipient escapes nothing."""


LIMITS: Final = (
    Limit(ASSESSMENT_FROM, sensitive=False, enough=_ASSESSMENT),
    Limit(ASSESSMENT_FROM_SENSITIVE, sensitive=True, enough=_ASSESSMENT),
    Limit(CONTRACT_FROM, sensitive=False, enough=frozenset(FilingRoute)),
)
"""The greater first: of one group and recipient one suspicion is enough."""


class Part(Struct, frozen=True):
    """What one affiliate sent to the recipient this year."""

    organisation: str
    span: Span


class Splitting(Struct, frozen=True):
    """A group whose affiliates reach a limit with one recipient together, and none of them alone."""

    group: str
    recipient: str
    limit: Limit
    parts: tuple[Part, ...]

    @property
    def whole(self) -> Span:
        """All of them together: their keys differ, so nobody can be joined."""
        return joined([part.span for part in self.parts])


def splittings(ledgers: Iterable[Ledger], registry: Registry, on: date) -> tuple[Splitting, ...]:
    """Every suspicion on a day, by group and recipient.

    Args:
        ledgers: of one year.
        registry: who is of which group, and what they hold.
        on: the day on which filings have to be in force.
    """
    groups: dict[str, list[Ledger]] = {}
    for ledger in ledgers:
        exporter = registry.exporter(ledger.organisation)
        if exporter and exporter.group.strip() and not exporter.is_ciio:
            groups.setdefault(exporter.group.strip(), []).append(ledger)
    found = (_of_group(name, some, registry, on) for name, some in sorted(groups.items()) if len(some) > 1)
    return tuple(each for some in found for each in some)


def words_of(found: Splitting, registry: Registry) -> Reason:
    """The suspicion with its arithmetic."""
    names, names_en = zip(*(_named(part, registry) for part in found.parts), strict=True)
    recipient = registry.recipient(found.recipient)
    to = recipient.name if recipient else found.recipient
    what, what_en = ("敏感个人信息", "sensitive data of ") if found.limit.sensitive else ("", "")
    by, by_en = setting_words(registry.settings, sensitive=found.limit.sensitive)
    most = max(part.span.at_least for part in found.parts)
    return reason(
        f"疑似数量拆分（仅为线索）：同属“{found.group}”的 {len(found.parts)} 家主体本年向“{to}”提供{what}："
        f"{'、'.join(names)}；各自均未达到 {found.limit.persons:,} 人，"
        f"合计至多 {found.whole.at_most:,} 人，至少 {most:,} 人"
        f"（各主体密钥不同，无法去重）{by}，请核实是否以拆分数量规避应当办理的程序",
        f"splitting suspected (a lead only): {len(found.parts)} affiliates of {found.group} sent to {to} this year "
        f"{what_en}{', '.join(names_en)}; each below {found.limit.persons:,}, together at most "
        f"{found.whole.at_most:,} and at least {most:,} (keys differ, so nobody can be joined){by_en}: please verify",
        SCM.article("第四条"),
    )


def suspect(store: Store, registry: Registry, on: date, now_ns: int) -> tuple[Splitting, ...]:
    """Open the case of every suspicion on a day; one that is open already stays as it is.

    Raises:
        UnavailableError: the store is away; no case was opened.
    """
    found = splittings(store.ledgers(on.year), registry, on)
    if found:
        with store.begin() as transaction:
            for each in found:
                transaction.cases.open(opening_of(each, registry), now_ns)
    return found


def opening_of(found: Splitting, registry: Registry) -> Opening:
    """The case: one for a group and a recipient, under the affiliate that the registry names first."""
    first = next(each.organisation for each in registry.exporters if each.group.strip() == found.group)
    cause = Cause(first, f"recipient:{found.recipient}", SPLITTING, ())
    return Opening(case_id_of(CaseType.UNFILED_EXPORT, cause), CaseType.UNFILED_EXPORT, cause)


def _of_group(group: str, ledgers: Sequence[Ledger], registry: Registry, on: date) -> Iterator[Splitting]:
    """For every recipient of several affiliates the greatest limit that they reach together and not alone."""
    recipients = sorted({cell.recipient for ledger in ledgers for cell, _ in ledger.cells() if cell.recipient})
    for recipient in recipients:
        some = ((limit, _parts(ledgers, recipient, limit, registry, on)) for limit in LIMITS)
        found = (Splitting(group, recipient, limit, parts) for limit, parts in some if _is_split(parts, limit))
        first = next(found, None)
        if first:
            yield first


def _is_split(parts: Sequence[Part], limit: Limit) -> bool:
    return len(parts) > 1 and sum(part.span.at_most for part in parts) >= limit.persons


def _parts(ledgers: Sequence[Ledger], recipient: str, limit: Limit, registry: Registry, on: date) -> tuple[Part, ...]:
    """The affiliates below the limit that hold nothing sufficient with the recipient, by organisation code."""
    return tuple(
        Part(ledger.organisation, span)
        for ledger in sorted(ledgers, key=lambda each: each.organisation)
        if _counted(ledger, limit, registry).at_least < limit.persons
        and not _holds(ledger.organisation, recipient, limit, registry, on)
        and (span := _counted(_sent_to(ledger, recipient), limit, registry)).at_most
    )


def _sent_to(ledger: Ledger, recipient: str) -> Ledger:
    cells = ((cell, subjects) for cell, subjects in ledger.cells() if cell.recipient == recipient)
    return Ledger(ledger.organisation, ledger.year, cells)


def _counted(ledger: Ledger, limit: Limit, registry: Registry) -> Span:
    is_any = registry.settings.threshold_tally is ThresholdTally.ANY
    return ledger.span(CountOf.SENSITIVE if limit.sensitive else CountOf.ANY if is_any else CountOf.ORDINARY_ONLY)


def _holds(organisation: str, recipient: str, limit: Limit, registry: Registry, on: date) -> bool:
    return any(
        each.route in limit.enough
        and recipient in each.recipients
        and standing_on(each, on, registry.workdays) is Standing.IN_FORCE
        for each in registry.filings_of(organisation)
    )


def _named(part: Part, registry: Registry) -> tuple[str, str]:
    exporter = registry.exporter(part.organisation)
    name, name_en = (exporter.name, exporter.name_en or exporter.name) if exporter else (part.organisation,) * 2
    return f"{name}{persons_zh(part.span)}", f"{name_en}: {persons_en(part.span)}"
