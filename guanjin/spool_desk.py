"""``guanjin agent spool``: how much waits, since when, and what was lost."""

from argparse import Namespace

from rich import box
from rich.console import Console
from rich.table import Table

from agent.outlets.survey import Survey, survey
from guanjin import config
from guanjin.command import Exit, Speech
from wire.codec import json_line

_HEADINGS = (
    Speech("内容", "content"), Speech("信封", "envelopes"), Speech("记录", "records"), Speech("字节", "bytes"),
    Speech("最早", "oldest"),
)  # fmt: skip
_LOST = Speech("丢失的信封：{0}", "envelopes lost: {0}")
_UNTOLD = Speech("尚未上报的缺口：{0} 段", "gaps not told yet: {0}")
_DEAD = Speech("研判端拒收、已另存：{0} 封", "refused by the collector and set aside: {0}")


def show(arguments: Namespace) -> int:
    """Print a spool; the exit code says whether anything was lost."""
    seen = survey(arguments.state / "spool")
    if arguments.json:
        print(json_line(seen).decode())
    else:
        _print(seen, arguments.lang)
    return Exit.FLAGGED if seen.dropped or seen.untold else Exit.CLEAN


def _print(seen: Survey, lang: str) -> None:
    table = Table(*(heading.said(lang) for heading in _HEADINGS), box=box.SIMPLE_HEAD)
    now_ns = config.now_ns()
    for lane in seen.lanes:
        title = lane.title_en if lang == "en" else lane.title
        age = f"{max(0, now_ns - lane.oldest_ns) // 1_000_000_000:,} s" if lane.oldest_ns else ""
        table.add_row(title, f"{lane.records:,}", f"{lane.items:,}", f"{lane.size:,}", age)
    console = Console()
    console.print(table)
    dropped = "  ".join(f"{reason} {count:,}" for reason, count in sorted(seen.dropped.items())) or "0"
    for line, value in ((_LOST, dropped), (_UNTOLD, len(seen.untold)), (_DEAD, seen.dead)):
        console.print(line.said(lang).format(value))
