"""Behind ``guanjin whatif --columns``: what another registry makes of judge columns, with progress."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
import sys
from urllib.parse import quote

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from collector.tracing import UntraceableError
from collector.whatif import Difference, Rules
from guanjin.command import Speech
from wire.faults import ConfigurationError, GuanjinError

_READING = Speech("试判", "judging")
_UNTOLD = Speech(
    "判定列不含此前的理由和人数：不报仅理由有变的传输和门槛变化。",
    "Columns hold neither reasons nor counts of before: other reasons and limits that turn are not told.",
)


def retold(arguments: Namespace, rules: Rules) -> Iterator[Difference]:
    """The differences by exporter and year. Columns hold no counts of before, so no limit is said to turn.

    Raises:
        ConfigurationError: no columns are there, or they are asked for beside another comparison.
        GuanjinError: a year cannot be judged from columns.
    """
    from collector.batch.retold import retell_all  # noqa: PLC0415  # heavy: only who asks pays for it

    if arguments.against:
        raise ConfigurationError(
            "--columns compares with what was kept", cure="leave --against out, or judge from the store"
        )
    paths = _files(arguments)
    with _bars() as bars:
        task = bars.add_task(_READING.said(arguments.lang), total=len(paths))
        try:
            workers = min(arguments.workers, len(paths))
            told = retell_all(paths, rules, workers, arguments.most, lambda: bars.advance(task))
        except UntraceableError as error:
            raise GuanjinError(
                f"a year has to be judged from the store: {error}\n  help: guanjin whatif without --columns"
            ) from error
    print(_UNTOLD.said(arguments.lang), file=sys.stderr)
    for each in told:
        if arguments.organisation in (None, each.organisation) and arguments.year in (None, each.year):
            yield Difference(
                organisation=each.organisation,
                year=each.year,
                events=each.events,
                before=each.before,
                after=each.after,
                changed=each.changed,
                reworded=0,
                first=each.first,
                limits=(),
            )


def _files(arguments: Namespace) -> list[Path]:
    from collector.batch.from_archive import column_files  # noqa: PLC0415  # heavy

    found = [path for path in column_files(arguments.columns) if _is_wanted(path, arguments)]
    if not found:
        raise ConfigurationError("no such judge columns there", at=str(arguments.columns), cure="guanjin store columns")
    return found


def _is_wanted(path: Path, arguments: Namespace) -> bool:
    """By the names that ``guanjin store columns`` gives; of a file with another name what it holds decides."""
    organisation = None if arguments.organisation is None else quote(arguments.organisation, safe="")
    named = (("organisation=", path.stem, organisation), ("year=", path.parent.name, arguments.year))
    return all(wanted is None or not name.startswith(key) or name == f"{key}{wanted}" for key, name, wanted in named)


def _bars() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip
