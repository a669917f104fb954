"""What a scan shows a person: transfers worst first, then what was and was not looked at."""

from collections.abc import Iterator, Mapping, Sequence
import sys

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.pipeline import Agent
from collector.ports import Judged, Query, Store
from collector.registry import Registry
from collector.verdicts import GRAVITY, Reason, Status
from detectors.catalogue import catalogue
from guanjin.command import Speech
from guanjin.inputs import Stranger
from wire.events import Content, Direction, Endpoint, Tally
from wire.kinds import Grade, Kind
from wire.legal_time import SHANGHAI, moment_of
from wire.titles import place_title, status_title

_STYLES = {
    Status.UNFILED: ("▲", "bold red"),
    Status.WRONG_ROUTE: ("▲", "bold red"),
    Status.EXPIRED: ("✕", "yellow"),
    Status.OUT_OF_SCOPE: ("◆", "dark_orange"),
    Status.OVER_VOLUME: ("■", "magenta"),
    Status.NOT_YET_EFFECTIVE: ("✕", "yellow"),
    Status.RECIPIENT_UNKNOWN: ("?", "cyan"),
    Status.UNDETERMINED: ("?", "cyan"),
    Status.CONTENT_UNSEEN: ("◌", "cyan"),
    Status.BELOW_THRESHOLD: ("○", "blue"),
    Status.COVERED: ("●", "green"),
    Status.EXEMPT: ("○", "bright_black"),
    Status.NOT_EXPORT: ("·", "bright_black"),
}
_DIRECTIONS = {
    Direction.PUSH: Speech("境内推送", "push: sent from inside"),
    Direction.PULL: Speech("境外拉取", "pull: read from outside"),
    Direction.MIRROR: Speech("镜像存储", "mirror: stored outside too"),
    Direction.UNKNOWN: Speech("发起方不明", "opened by an unknown side"),
}
_GRADES = {
    Grade.GENERAL: Speech("一般", "general"),
    Grade.SENSITIVE: Speech("敏感", "sensitive"),
    Grade.IMPORTANT: Speech("疑似重要", "suspected important"),
}
_CONTENTS = {
    Content.SEEN: Speech("未发现个人信息", "no personal information found"),
    Content.PARTIAL: Speech("仅读到一部分", "read in part only"),
    Content.UNSEEN: Speech("内容未读到（加密或来源不含内容）", "content not seen (encrypted, or not in the source)"),
}


def print_table(store: Store, registry: Registry, *, most: int, lang: str) -> None:
    """Print judged transfers, worst first; domestic ones stand in the summary only."""
    names = {each.organisation: (lang == "en" and each.name_en) or each.name for each in registry.exporters}
    titles = {each.kind: (each.title_en if lang == "en" else each.title) for each in catalogue()}
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, expand=True, pad_edge=False)
    for zh, en, share in (
        ("判定 / 时间", "Verdict / time", 16), ("主体侧 → 目的地", "Exporter side → destination", 30),
        ("协议 / 方向 / 字节", "Protocol / direction / bytes", 17), ("发现（遮盖后）", "Found (masked)", 34),
        ("理由与条文", "Reasons and articles", 44),
    ):  # fmt: skip
        table.add_column(Speech(zh, en).said(lang), ratio=share, overflow="fold")
    shown = 0
    for judged in _worst_first(store, most):
        table.add_row(*_cells(judged, names, titles, lang))
        shown += 1
    if shown:
        _console().print(table)


def print_summary(agent: Agent, store: Store, strangers: Sequence[Stranger], *, lang: str, is_aside: bool) -> None:
    """Print counts, what was looked at, and what could not be read; beside the data if those are for a machine."""
    console = Console(stderr=True, highlight=False) if is_aside else _console()
    counts = store.counts()
    said = " · ".join(
        f"{_STYLES[status][0]} {status_title(status, lang)} {counts[status]:,}"
        for status in GRAVITY
        if counts.get(status)
    )
    console.print(said or Speech("没有看到任何传输。", "No transfer was seen.").said(lang), highlight=False)
    console.print(_coverage_said(agent, lang), style="bright_black", highlight=False)
    for line in _complaints(agent, strangers, lang):
        Console(stderr=True, highlight=False).print(line, style="yellow", soft_wrap=True, markup=False)


def _console() -> Console:
    width = None if sys.stdout.isatty() else 160
    return Console(highlight=False, width=width)


def _worst_first(store: Store, most: int) -> Iterator[Judged]:
    left = most
    for status in GRAVITY:
        if status is Status.NOT_EXPORT or left <= 0:
            return
        for judged in store.transfers(Query(statuses=(status,), most=left)):
            left -= 1
            yield judged


def _cells(judged: Judged, names: dict[str, str], titles: Mapping[Kind, str], lang: str) -> list[Text]:
    event, verdict = judged.event, judged.verdict
    sign, style = _STYLES[verdict.status]
    time = moment_of(event.begun_ns).astimezone(SHANGHAI).strftime("%Y-%m-%d\n%H:%M:%S +08:00")
    volume = Speech("字节数不明", "volume unknown") if event.sent_bytes is None else Speech(
        f"{event.sent_bytes:,} 字节", f"{event.sent_bytes:,} bytes"
    )  # fmt: skip
    exporter = names.get(event.organisation, event.organisation)
    title = f"{sign} {status_title(verdict.status, lang, verdict.required_route)}"
    return [
        Text.assemble((title, style), f"\n{time}\n", (_plain(event.source), "dim")),
        Text.assemble(
            (exporter + "\n" if exporter else ""), _end_said(event.origin), "\n→ ", (_end_said(event.target), "bold"),
            f"\n{place_title(event.target.place, lang)}", f"\n{event.line}" if event.line else "",
        ),
        Text(f"{event.protocol}\n{_DIRECTIONS[event.direction].said(lang)}\n{volume.said(lang)}"),
        _found(judged, titles, lang),
        Text("\n".join(_reason_said(reason, lang) for reason in verdict.reasons)),
    ]  # fmt: skip


def _end_said(end: Endpoint) -> str:
    address = f"[{end.address}]" if ":" in end.address else end.address
    where = f"{address}:{end.port}" if end.port else address
    return " ".join(part for part in (_plain(end.host), where) if part) or "?"


def _plain(text: str) -> str:
    """Names come from the traffic: control and direction marks are shown, not obeyed."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)


def _found(judged: Judged, titles: Mapping[Kind, str], lang: str) -> Text:
    if not judged.event.tallies:
        return Text(_CONTENTS[judged.event.content].said(lang), style="bright_black")
    gravest_first = sorted(judged.event.tallies, key=lambda tally: list(Grade).index(tally.grade), reverse=True)
    return Text("\n").join(_tally_said(tally, titles, lang) for tally in gravest_first)


def _tally_said(tally: Tally, titles: Mapping[Kind, str], lang: str) -> Text:
    style = "red" if tally.grade is Grade.SENSITIVE else ""
    persons = tally.subjects.at_least
    said = Speech(
        f"{_GRADES[tally.grade].zh} {tally.hits:,} 处" + (f"，至少 {persons:,} 人" if persons else ""),
        f"{_GRADES[tally.grade].en}, {tally.hits:,} hits" + (f", at least {persons:,} persons" if persons else ""),
    ).said(lang)
    exemplar = f"\n  {_plain(tally.exemplars[0])}" if tally.exemplars else ""
    return Text.assemble((titles.get(tally.kind, tally.kind), style), f" {said}", (exemplar, "bright_black"))


def _reason_said(reason: Reason, lang: str) -> str:
    cited = f"（{reason.citation.instrument} {reason.citation.article}）" if reason.citation else ""
    return f"{reason.says_en if lang == 'en' else reason.says}{cited}"


def _coverage_said(agent: Agent, lang: str) -> str:
    coverage = agent.coverage(0)
    seen = coverage.outbound_bytes
    domestic, unknown = coverage.conversations.get("domestic", 0), coverage.conversations.get("unknown", 0)
    geo = agent.bench.geo
    return Speech(
        f"读过 {coverage.packets:,} 个包、{coverage.lines:,} 行，共 {coverage.captured_bytes:,} 字节；"
        f"境内会话 {domestic:,} 个只计数不读内容，位置不明 {unknown:,} 个。\n"
        f"出境字节：读到 {seen.get('seen', 0):,}，部分读到 {seen.get('partial', 0):,}，"
        f"未读到 {seen.get('unseen', 0):,}。"
        f"归属库 {geo.name}（{geo.built}）。",
        f"Read {coverage.packets:,} packets and {coverage.lines:,} lines, {coverage.captured_bytes:,} bytes; "
        f"{domestic:,} domestic conversations were counted, not read; {unknown:,} of unknown place.\n"
        f"Outbound bytes: seen {seen.get('seen', 0):,}, in part {seen.get('partial', 0):,}, unseen "
        f"{seen.get('unseen', 0):,}. Database {geo.name} ({geo.built}).",
    ).said(lang)


def _complaints(agent: Agent, strangers: Sequence[Stranger], lang: str) -> Iterator[str]:
    for problem in agent.problems:
        at = f" ({problem.at})" if problem.at else ""
        yield f"error: {_plain(problem.source)}{at}: {problem.what}"
    for stranger in strangers:
        if stranger.is_named:
            yield f"error: {_plain(stranger.source)}: {stranger.what}"
    passed = [stranger for stranger in strangers if not stranger.is_named]
    if passed:
        some = ", ".join(_plain(stranger.source) for stranger in passed[:3]) + (" ..." if len(passed) > 3 else "")
        yield Speech(
            f"{len(passed)} 个文件不是抓包或日志，未读：{some}",
            f"{len(passed)} files are neither capture nor log: {some}",
        ).said(lang)
    faults = agent.coverage(0).faults
    if faults:
        counted = ", ".join(f"{name} {count:,}" for name, count in sorted(faults.items()))
        yield Speech(f"未能读取：{counted}", f"Not read: {counted}").said(lang)
