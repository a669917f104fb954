"""Behind ``guanjin agent top``: what agents do right now, from the numbers that they tell Prometheus."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from itertools import islice
import sys
import time
from typing import Any, Final

import httpx
from msgspec import Struct
from prometheus_client.parser import text_string_to_metric_families
from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from guanjin import config
from guanjin.clerk import plain
from guanjin.command import Exit, Speech
from wire import metrics
from wire.codec import json_line
from wire.titles import kind_title

_WAIT_S: Final = 3.0
_LARGEST: Final = 8 << 20
_MOST_KINDS: Final = 8
_UNITS: Final = ("", "k", "M", "G", "T")
_WIDE: Final = 120

Numbers = dict[tuple[str, tuple[tuple[str, str], ...]], float]
"""By series and labels."""


class Look(Struct, frozen=True):
    """One scrape of one agent."""

    at_s: float
    numbers: Numbers
    fault: str = ""


class Row(Struct, frozen=True, kw_only=True):
    """What one agent does, per second where it is a rate."""

    agent: str
    fault: str = ""
    packets: float = 0.0
    read_bytes: float = 0.0
    dropped: float = 0.0
    lines: float = 0.0
    outbound: float = 0.0
    """Conversations that went abroad."""
    outbound_bytes: float = 0.0
    unseen: float = 0.0
    """Share of the bytes sent abroad since the start that nobody could read."""
    events: float = 0.0
    sent: float = 0.0
    failures: float = 0.0
    spool_bytes: float = 0.0
    oldest_s: float = 0.0
    kinds: dict[str, float] = {}
    """Findings since the start, the most frequent first."""


def show_top(arguments: Namespace) -> Exit:
    """Draw the table anew every few seconds until the person stops it; 2 if no agent answers the first time."""
    before = [scrape(url) for url in arguments.url]
    if all(look.fault for look in before):
        for url, look in zip(arguments.url, before, strict=True):
            print(f"error: {url}: {look.fault}\n  help: guanjin doctor", file=sys.stderr)
        return Exit.ERROR
    rounds = islice(_rounds(arguments.url, before, arguments.every), arguments.rounds or None)
    if arguments.json or not sys.stdout.isatty():
        _print(rounds, arguments)
        return Exit.CLEAN
    with Live(auto_refresh=False, screen=False) as live:
        for rows in rounds:
            live.update(_drawn(rows, arguments.lang), refresh=True)
    return Exit.CLEAN


def scrape(url: str) -> Look:
    """The numbers behind ``/metrics`` of one agent."""
    address = url if url.rstrip("/").endswith("/metrics") else f"{url.rstrip('/')}/metrics"
    try:
        answer = httpx.get(address, timeout=_WAIT_S, trust_env=False)
        answer.raise_for_status()
        if len(answer.content) > _LARGEST:
            return Look(time.monotonic(), {}, "too much to be an agent's numbers")
        return Look(time.monotonic(), _numbers(answer.text))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Look(time.monotonic(), {}, str(error).splitlines()[0] or type(error).__name__)


def row_of(url: str, before: Look, after: Look, now_s: float) -> Row:
    """What happened between two scrapes; a counter that fell has begun anew and counts from 0."""
    if after.fault or before.fault:
        return Row(agent=url, fault=after.fault or before.fault)
    past = max(after.at_s - before.at_s, 1e-3)

    def rate(series: metrics.Series, **labels: str) -> float:
        now, then = _sum(after.numbers, series, labels), _sum(before.numbers, series, labels)
        return max(now - then if now >= then else now, 0.0) / past

    sent_abroad = _sum(after.numbers, metrics.AGENT_OUTBOUND_BYTES, {})
    unseen = _sum(after.numbers, metrics.AGENT_OUTBOUND_BYTES, {"content": "unseen"})
    oldest = _sum(after.numbers, metrics.SPOOL_OLDEST, {})
    return Row(
        agent=url,
        packets=rate(metrics.AGENT_PACKETS),
        read_bytes=rate(metrics.AGENT_CAPTURE_BYTES),
        dropped=rate(metrics.AGENT_DROPPED),
        lines=rate(metrics.AGENT_LINES),
        outbound=rate(metrics.AGENT_CONVERSATIONS, scope="outbound"),
        outbound_bytes=rate(metrics.AGENT_OUTBOUND_BYTES),
        unseen=unseen / sent_abroad if sent_abroad else 0.0,
        events=rate(metrics.AGENT_EVENTS),
        sent=rate(metrics.AGENT_SENT),
        failures=rate(metrics.AGENT_SEND_FAILURES),
        spool_bytes=_sum(after.numbers, metrics.SPOOL_BYTES, {}),
        oldest_s=max(now_s - oldest, 0.0) if oldest else 0.0,
        kinds=_kinds(after.numbers),
    )


def _rounds(urls: Sequence[str], looks: list[Look], every: float) -> Iterator[list[Row]]:
    while True:
        time.sleep(every)
        fresh = [scrape(url) for url in urls]
        now_s = config.now_ns() / 1e9
        yield [row_of(url, before, after, now_s) for url, before, after in zip(urls, looks, fresh, strict=True)]
        looks = fresh


def _numbers(text: str) -> Numbers:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _sum(numbers: Numbers, series: metrics.Series, labels: dict[str, str]) -> float:
    wanted = labels.items()
    return sum(value for (name, found), value in numbers.items() if name == series.name and wanted <= set(found))


def _kinds(numbers: Numbers) -> dict[str, float]:
    found: dict[str, float] = {}
    for (name, labels), value in numbers.items():
        if name == metrics.FINDINGS.name and value:
            kind = dict(labels).get(_KIND_LABEL, "")
            found[kind] = found.get(kind, 0.0) + value
    return dict(sorted(found.items(), key=lambda each: -each[1])[:_MOST_KINDS])


_KIND_LABEL: Final = "category"


def _print(rounds: Iterator[list[Row]], arguments: Namespace) -> None:
    console = Console(highlight=False, width=_WIDE)
    for rows in rounds:
        if arguments.json:
            sys.stdout.buffer.writelines(json_line(row) + b"\n" for row in rows)
            sys.stdout.buffer.flush()
        else:
            console.print(_drawn(rows, arguments.lang))


_HEADS: Final = (
    Speech("探针", "agent"), Speech("包/秒", "packets/s"), Speech("读取/秒", "read/s"), Speech("丢包/秒", "dropped/s"),
    Speech("日志行/秒", "lines/s"), Speech("出境会话/秒", "abroad/s"), Speech("出境字节/秒", "bytes abroad/s"),
    Speech("不可见", "unseen"), Speech("事件/秒", "events/s"), Speech("已送达/秒", "sent/s"),
    Speech("待发", "waiting"), Speech("最早", "oldest"),
)  # fmt: skip


def _drawn(rows: Sequence[Row], lang: str) -> Any:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(_HEADS):
        table.add_column(head.said(lang), justify="right" if number else "left", overflow="fold", no_wrap=not number)
    for row in rows:
        cells = _cells(row)
        table.add_row(*cells, style="red" if row.fault or row.dropped or row.failures else "")
    return Group(table, *(_found(row, lang) for row in rows if row.kinds or row.fault))


def _cells(row: Row) -> list[str]:
    name = row.agent.removeprefix("http://").removesuffix("/metrics")
    if row.fault:
        return [name, "✕", *[""] * (len(_HEADS) - 2)]
    rates = (row.packets, row.read_bytes, row.dropped, row.lines, row.outbound, row.outbound_bytes)
    rest = (row.events, row.sent, row.spool_bytes)
    oldest = f"{row.oldest_s:.0f} s" if row.oldest_s else "-"
    return [name, *map(_short, rates), f"{row.unseen:.0%}", *map(_short, rest), oldest]


def _found(row: Row, lang: str) -> Text:
    if row.fault:
        return Text(f"{row.agent}  {Speech('无法访问', 'no answer').said(lang)}: {plain(row.fault)}", style="red")
    said = "  ".join(f"{plain(kind_title(kind, lang))} {_short(count)}" for kind, count in row.kinds.items())
    return Text(f"{row.agent}  {Speech('累计识别', 'found so far').said(lang)}: {said}")


def _short(number: float) -> str:
    """Three figures and a unit."""
    for unit in _UNITS[:-1]:
        if number < 1_000:
            return f"{number:.0f}{unit}" if number >= 100 or number == int(number) else f"{number:.1f}{unit}"
        number /= 1_000
    return f"{number:,.0f}{_UNITS[-1]}"
