"""What the scanner misses and wrongly tells, gathered by kind and field name with examples, for its developers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from benchmarks.detection import own
from benchmarks.detection.record import Mark, Record
from benchmarks.detection.score import Miss, Score

_AROUND: Final = 44
_GROUPS: Final = 12
_PLAINEST: Final = "JSON object"


def shortcomings(score: Score, records: Iterable[Record]) -> Iterator[str]:
    """Lines of Markdown: what each format loses by itself, then each kind's commonest failures."""
    yield from _by_format(score, records)
    yield from _section("Missed", score.missed)
    yield from _section("Wrongly told", score.false)


def _by_format(score: Score, records: Iterable[Record]) -> Iterator[str]:
    """What is missed under names that plain JSON objects get right: the format's own fault."""
    gold = Counter(
        (record.format, one.kind, one.field) for record in records for one in record.gold if one.kind in own.KINDS
    )
    missed = Counter((miss.record.format, miss.kind, _field(miss)) for miss in score.missed)
    known = {
        (kind, field)
        for (written, kind, field), count in gold.items()
        if written == _PLAINEST and missed[written, kind, field] < 0.1 * count
    }
    yield "\n## Missed by format, under names that JSON objects get right"
    for written in sorted({written for written, _, _ in gold} - {_PLAINEST}):
        mine = {(kind, field): count for (name, kind, field), count in gold.items() if name == written}
        lost = Counter({(kind, field): missed[written, kind, field] for kind, field in mine.keys() & known})
        share = 100 * lost.total() / max(1, sum(mine[one] for one in mine.keys() & known))
        worst = ", ".join(f"`{field}` ({kind}) {count}" for (kind, field), count in lost.most_common(4) if count)
        yield f"- {written}: {share:.1f} % {worst}"


def _section(title: str, failures: Sequence[Miss]) -> Iterator[str]:
    by_kind: defaultdict[str, list[Miss]] = defaultdict(list)
    for failure in failures:
        if failure.kind not in own.KINDS:
            continue
        by_kind[failure.kind].append(failure)
    told = sum(map(len, by_kind.values()))
    yield f"\n## {title}: {told} (and {len(failures) - told} of kinds that are not in the catalogue)"
    for kind, some in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        yield f"\n### {kind}: {len(some)}"
        yield from _groups(some)


def _groups(failures: Iterable[Miss]) -> Iterator[str]:
    groups: defaultdict[tuple[str, str], list[Miss]] = defaultdict(list)
    for failure in failures:
        groups[failure.what, _field(failure)].append(failure)
    largest = sorted(groups.items(), key=lambda item: -len(item[1]))
    for (what, field), some in largest[:_GROUPS]:
        formats = sorted({failure.record.format for failure in some})
        shortest = min(some, key=lambda failure: len(failure.record.text))
        yield f"- {len(some)} x `{field}` ({what or 'any form'}; {', '.join(formats[:6])}): `{_example(shortest)}`"
    if len(largest) > _GROUPS:
        yield f"- and {sum(len(some) for _, some in largest[_GROUPS:])} under {len(largest) - _GROUPS} other names"


def _field(failure: Miss) -> str:
    marks: tuple[Mark, ...] = (*failure.record.gold, *failure.record.traps)
    return next(
        (mark.field or "(prose)" for mark in marks if _is_at(failure, mark.start, mark.end, mark.value)), "(none)"
    )


def _is_at(failure: Miss, start: int, end: int, value: str) -> bool:
    if failure.start < 0:
        return failure.value in value
    return failure.start < end and start < failure.end


def _example(failure: Miss) -> str:
    text = failure.record.text
    if failure.start < 0:
        return f"{failure.value}` in `{text[:160]}".replace("\n", "\\n").replace("\r", "\\r")
    low, high = max(0, failure.start - _AROUND), failure.end + _AROUND // 2
    marked = f"{text[low : failure.start]}⟦{text[failure.start : failure.end]}⟧{text[failure.end : high]}"
    return marked.replace("\n", "\\n").replace("\r", "\\r")
