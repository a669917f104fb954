"""Run the benchmarks named, or all of them, and rewrite their sections of docs/benchmarks.md."""

import datetime as dt
import importlib
from pathlib import Path
import platform
import re
import sys
from typing import Final

from benchmarks import Result

_PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_HEAD: Final = """# Benchmarks

Ratios between programs measured in one run on one machine, in CPU time; speeds alone would tell more of the machine.
Each section is rewritten by the command below it.
"""


def main(names: list[str]) -> None:
    """Run them one after the other, so that an error in one leaves the sections of those before."""
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        module = importlib.import_module(f"benchmarks.{path.stem}")
        if not names or module.NAME in names:
            section = _section(module.NAME, module.TITLE, module.run())
            print(section)
            _write(module.NAME, section)


def _section(name: str, title: str, result: Result) -> str:
    lines = [result.columns, tuple("---" for _ in result.columns), *result.rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    day = dt.datetime.now(tz=dt.UTC).date()
    made = f"`python -m benchmarks {name}`, {day}, Python {platform.python_version()}"
    return f"<!-- {name} -->\n## {title}\n\n{result.says}\n\n{table}\n\n{made}\n<!-- /{name} -->\n"


def _write(name: str, section: str) -> None:
    page = _PAGE.read_text() if _PAGE.exists() else _HEAD
    old = re.compile(f"<!-- {name} -->\n.*<!-- /{name} -->\n", re.DOTALL)
    page = old.sub(lambda _: section, page) if old.search(page) else f"{page}\n{section}"
    _PAGE.write_text(page)


if __name__ == "__main__":
    main(sys.argv[1:])
