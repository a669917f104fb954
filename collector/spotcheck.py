r"""Spot checks (合规抽验、一致性抽验): a draw that anyone can repeat, and the protocol of each check.

A draw can be repeated with nothing but a shell. The day's digest is
``printf '%s\n' IDS | LC_ALL=C sort -u | sha256sum``. Within a stratum the transfers stand in the order of
``printf '%s\n' SEED DIGEST ID | sha256sum``, and the first ``ceil(rate * size)`` are drawn. Where the digest is
published before the seed is known, nobody can choose what is drawn.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from hashlib import sha256
from math import ceil
import re
from typing import Final

import msgspec
from msgspec import Struct

from collector.book import Registry
from collector.declarations import Exemption, Filing
from collector.draws import Draw, Stratum
from collector.law.wording import kinds_en, kinds_zh, listed_en, listed_zh
from collector.persons import Persons
from collector.ports import Judged
from collector.risk import LEVELS, Factors, facts_of_transfer, weigh
from collector.verdicts import Status
from wire.events import TransferEvent
from wire.faults import MalformedError
from wire.titles import EN, country_title, place_title

_RATE: Final = re.compile(r"0\.[0-9]{1,6}|1|1\.0{1,6}")
_LONGEST_SEED: Final = 200
_NO_ROUTE: Final = "none"


class Ticket(Struct, frozen=True):
    """A transfer that may be drawn, and the stratum that it stands in."""

    event_id: str
    sector: str
    route: str
    risk: str


class Terms(Struct, frozen=True):
    """What decides a draw beside the transfers."""

    day: str
    seed: str
    rate: str
    factors: str
    registry: str


class Item(Struct, frozen=True, kw_only=True):
    """One question of the protocol: what was declared, what was observed, and whether they agree."""

    name: str
    question: str
    question_en: str
    observed: str
    observed_en: str
    declared: str
    declared_en: str
    agrees: bool | None
    """None: it cannot be told from the traffic, or nothing was declared; the person who checks must ask."""


def ticket_of(judged: Judged, registry: Registry, factors: Factors) -> Ticket | None:
    """The transfer's place in the draw; None if it left nothing."""
    verdict = judged.verdict
    if verdict.status is Status.NOT_EXPORT:
        return None
    exporter = registry.exporter(judged.event.organisation)
    level = weigh(facts_of_transfer(judged, registry), factors).level
    route = verdict.route or verdict.required_route or _NO_ROUTE
    return Ticket(judged.event.event_id, exporter.sector if exporter else "", route, level)


def day_digest(event_ids: Iterable[str]) -> str:
    """SHA-256 over the sorted ids of the day, each on its line."""
    return sha256("".join(f"{name}\n" for name in sorted(set(event_ids))).encode()).hexdigest()


def draw(event_ids: Iterable[str], tickets: Iterable[Ticket], terms: Terms) -> Draw:
    """Draw from each stratum, at least one.

    Args:
        event_ids: every transfer of the day.
        tickets: those of them that may be drawn.
        terms: day, seed, rate and the versions of what makes the strata.

    Raises:
        MalformedError: a rate that is no share, or a seed that is empty or no line of text.
    """
    rate = _share(terms.rate)
    if not 0 < len(terms.seed) <= _LONGEST_SEED or not terms.seed.isprintable():
        raise MalformedError(f"the seed must be one line of 1 to {_LONGEST_SEED} printable characters")
    names = set(event_ids)
    digest = day_digest(names)
    strata: dict[tuple[str, str, str], set[str]] = {}
    for ticket in tickets:
        strata.setdefault((ticket.sector, ticket.route, ticket.risk), set()).add(ticket.event_id)
    return Draw(
        draw_id=sha256(msgspec.msgpack.encode((terms, digest))).hexdigest()[:16],
        day=terms.day,
        digest=digest,
        seed=terms.seed,
        rate=terms.rate,
        factors=terms.factors,
        registry=terms.registry,
        events=len(names),
        exports=sum(map(len, strata.values())),
        strata=tuple(
            Stratum(*key, len(some), _drawn(some, rate, terms.seed, digest))
            for key, some in sorted(strata.items(), key=_order)
        ),
    )


def differences(kept: Draw, now: Draw) -> Iterator[str]:
    """Where a draw that is repeated is not the one that was kept, field by field."""
    for name in ("day", "seed", "rate", "events", "exports", "digest", "factors", "registry"):
        before, after = getattr(kept, name), getattr(now, name)
        if before != after:
            yield f"{name}: {before} -> {after}"
    missing, more = set(kept.drawn) - set(now.drawn), set(now.drawn) - set(kept.drawn)
    yield from (f"no longer drawn: {name}" for name in sorted(missing))
    yield from (f"newly drawn: {name}" for name in sorted(more))
    if kept.strata != now.strata and not missing and not more:
        yield "the strata differ"


def protocol(judged: Judged, registry: Registry) -> tuple[Item, ...]:
    """一致性抽验: data items, recipient, volume, link and purpose, the observed against the declared."""
    filing = _filing(judged, registry)
    exemptions = registry.exemptions_of(judged.event.organisation) if filing is None else ()
    return (
        _data_items(judged.event, filing),
        _recipient(judged.event, filing, registry),
        _volume(judged.event, filing),
        _link(judged.event, filing, registry),
        _purpose(filing, exemptions),
    )


def _share(text: str) -> Fraction:
    if not _RATE.fullmatch(text) or not Fraction(text):
        raise MalformedError("the rate must be a number above 0 and up to 1, such as 0.05")
    return Fraction(text)


def _drawn(names: Iterable[str], rate: Fraction, seed: str, digest: str) -> tuple[str, ...]:
    queue = sorted(names, key=lambda name: sha256(f"{seed}\n{digest}\n{name}\n".encode()).digest())
    return tuple(queue[: ceil(rate * len(queue))])


def _order(stratum: tuple[tuple[str, str, str], set[str]]) -> tuple[str, str, int]:
    (sector, route, risk), _ = stratum
    return sector, route, LEVELS.index(risk)


def _filing(judged: Judged, registry: Registry) -> Filing | None:
    filings = registry.filings_of(judged.event.organisation)
    return next((each for each in filings if each.number == judged.verdict.filing), None)


_NOTHING: Final = ("登记库中没有对应的备案", "no filing in the registry")


def _data_items(event: TransferEvent, filing: Filing | None) -> Item:
    kinds = sorted({tally.kind for tally in event.tallies})
    fields = sorted({field for tally in event.tallies for field in tally.fields})
    declared = (kinds_zh(filing.kinds), kinds_en(filing.kinds)) if filing else _NOTHING
    return Item(
        name="data_items",
        question="实际出境的数据项与申报、备案材料是否一致？",
        question_en="Are the data items sent those that were declared?",
        observed=f"{kinds_zh(kinds) or '未发现个人信息'}；字段 {listed_zh(fields) or '无'}",
        observed_en=f"{kinds_en(kinds) or 'nothing personal found'}; fields {listed_en(fields) or 'none'}",
        declared=declared[0],
        declared_en=declared[1],
        agrees=set(kinds) <= set(filing.kinds) if filing and kinds else None,
    )


def _recipient(event: TransferEvent, filing: Filing | None, registry: Registry) -> Item:
    found = registry.recipient_at(event.target)
    where = event.target.host or event.target.address
    names = {each.id: each for each in registry.recipients}
    listed = [names[each] for each in filing.recipients if each in names] if filing else []
    return Item(
        name="recipient",
        question="实际接收方与申报的境外接收方是否一致？是否向其他接收方再提供？",
        question_en="Is the recipient the one declared? Are the data passed on?",
        observed=f"{found.name if found else '未登记的接收方'}，{where}，{place_title(event.target.place)}",
        observed_en=f"{(found.name_en or found.name) if found else 'not registered'}, {where}, "
        f"{place_title(event.target.place, EN)}",
        declared=listed_zh(f"{each.name}（{country_title(each.country)}）" for each in listed) or _NOTHING[0],
        declared_en=listed_en(f"{each.name_en or each.name} ({country_title(each.country, EN)})" for each in listed)
        or _NOTHING[1],
        agrees=found is not None and found.id in filing.recipients if filing else None,
    )


def _volume(event: TransferEvent, filing: Filing | None) -> Item:
    count = _persons(event)
    most = filing.most_persons if filing else None
    size, size_en = ("字节数未知", "volume unknown") if event.sent_bytes is None else (
        f"{event.sent_bytes:,} 字节", f"{event.sent_bytes:,} bytes"
    )  # fmt: skip
    declared = (f"每年不超过 {most:,} 人", f"{most:,} persons a year") if most is not None else (
        ("未载明人数", "no number") if filing else _NOTHING
    )  # fmt: skip
    return Item(
        name="volume",
        question="涉及的自然人数量（去重、当年累计）与申报规模是否一致？",
        question_en="Are the persons (distinct, this year) within the scale declared?",
        observed=f"本次至少 {count:,} 人，{size}；当年累计见判定理由",
        observed_en=f"at least {count:,} persons in this transfer, {size_en}; the year's count is in the verdict",
        declared=declared[0],
        declared_en=declared[1],
        agrees=False if most is not None and count > most else None,
    )


def _link(event: TransferEvent, filing: Filing | None, registry: Registry) -> Item:
    line = registry.line(event.line)
    tied = line is not None and filing is not None and filing.number in line.filings
    declared = (
        (f"专线 {line.id}（{line.carrier}），对应备案 {listed_zh(line.filings) or '无'}",
         f"line {line.id} ({line.carrier}), tied to {listed_en(line.filings) or 'no filing'}")
        if line else ("登记库中没有对应的链路", "no line in the registry")
    )  # fmt: skip
    return Item(
        name="link",
        question="出境链路（公网或者专线、出入口、带宽）与申报是否一致？",
        question_en="Is the link (internet or leased line, its ends and bandwidth) the one declared?",
        observed=f"{event.protocol}，{'专线 ' + event.line if event.line else '公共互联网'}",
        observed_en=f"{event.protocol}, {'line ' + event.line if event.line else 'public internet'}",
        declared=declared[0],
        declared_en=declared[1],
        agrees=tied if event.line else None,
    )


def _purpose(filing: Filing | None, exemptions: Sequence[Exemption]) -> Item:
    declared = filing.purpose if filing else listed_zh(each.purpose for each in exemptions)
    return Item(
        name="purpose",
        question="处理目的、方式是否与申报一致，是否必要？（流量不能回答，应当询问并查阅材料）",
        question_en="Are purpose and manner those declared, and necessary? (Ask: traffic cannot tell.)",
        observed="不可见",
        observed_en="not visible",
        declared=declared or "未载明",
        declared_en=declared or "not stated",
        agrees=None,
    )


def _persons(event: TransferEvent) -> int:
    try:
        return Persons(tally.subjects for tally in event.tallies).span.at_least
    except MalformedError:
        return 0
