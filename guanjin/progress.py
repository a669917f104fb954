"""Progress on a terminal: which file, how much of it. Nothing where nobody looks."""

from collections.abc import Sequence
import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text
from typing_extensions import override

from guanjin.command import Speech
from guanjin.inputs import Input

_READING = Speech("读取", "reading")


class Progress:
    """A line on standard error that follows the file being read."""

    def __init__(self, inputs: Sequence[Input], lang: str) -> None:
        console = Console(stderr=True)
        self._total = len(inputs)
        self._begun = 0
        self._file: Input | None = None
        self._bars = Bars(
            TextColumn(f"{_READING.said(lang)} {{task.fields[source]}}"),
            BarColumn(),
            _Share(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not (console.is_terminal and sys.stderr.isatty()),
        )
        self._task = self._bars.add_task("", total=1.0, source="", file=None, of="")

    def begin(self, each: Input) -> None:
        """Another file is being read now."""
        self._begun += 1
        self._bars.update(self._task, source=each.source, file=each.file, of=f"{self._begun}/{self._total}")

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()


class _Share(ProgressColumn):
    """Asks the file how far it is each time the line is drawn, so that readers need not report."""

    @override
    def render(self, task: Task) -> Text:
        file = task.fields["file"]
        share = min(1.0, file.position / file.size) if file is not None and file.size else 0.0
        task.completed = share
        return Text(f"{share:4.0%}  {task.fields['of']}")
