"""Behind ``guanjin doctor`` and ``guanjin check``: one line for each thing looked at."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
import sys
from typing import Any, Final

from collector.registry import read_registry
from guanjin import config
from guanjin.clerk import plain
from guanjin.command import Exit, Speech
from guanjin.layers import FILE
from guanjin.probes import Seen, State, probes
from guanjin.rules_files import rules_of
from wire.codec import json_line
from wire.faults import GuanjinError

_MARKS: Final = {State.WELL: "✓", State.DOUBTFUL: "!", State.BROKEN: "✕", State.SKIPPED: "·"}


def doctor(arguments: Namespace) -> Exit:
    """Look at this machine; 0 if nothing is broken or in doubt, 1 in doubt, 2 broken."""
    return _told(probes(arguments), arguments)


def check(arguments: Namespace) -> Exit:
    """Read settings, registry and rules; 0 if all can be used, 2 if not."""
    return _told(_files(arguments), arguments)


def _files(arguments: Namespace) -> Iterator[Seen]:
    named = config.settings_file() or Path(FILE)
    known = Speech(f"{named.name} 可用", f"{named.name} can be used")
    none = Speech(f"没有 {FILE}，全部为默认值", f"no {FILE}: everything has its default")
    # The front door has read the settings already; a faulty file does not come so far.
    yield Seen("settings", State.WELL if named.is_file() else State.SKIPPED, known if named.is_file() else none)
    for path in arguments.registry:
        yield _registry(path)
    for path in arguments.rules:
        yield _rules(path)
    if not (arguments.registry or arguments.rules):
        said = Speech("未给出登记或规则文件", "no registry and no rules were named")
        yield Seen(
            "files", State.SKIPPED, said, Speech("--registry 文件、--rules 文件", "--registry FILE, --rules FILE")
        )


def _registry(path: Path) -> Seen:
    try:
        found = read_registry(path.read_bytes(), str(path))
    except OSError as error:
        return _broken("registry", f"{path}: {error.strerror}")
    except GuanjinError as error:
        return _broken("registry", str(error))
    counts = f"{len(found.exporters)} / {len(found.recipients)} / {len(found.filings)}"
    says = Speech(f"{path.name}：主体/接收方/备案 {counts}", f"{path.name}: exporters/recipients/filings {counts}")
    return Seen("registry", State.WELL, says)


def _rules(path: Path) -> Seen:
    try:
        found = rules_of([path])
    except (GuanjinError, OSError) as error:
        return _broken("rules", str(error))
    return Seen("rules", State.WELL, Speech(f"{path.name}：{len(found)} 类", f"{path.name}: {len(found)} kinds"))


def _broken(name: str, text: str) -> Seen:
    return Seen(name, State.BROKEN, Speech(text, text))


def _told(lines: Iterator[Seen], arguments: Namespace) -> Exit:
    states = set()
    for seen in lines:
        states.add(seen.state)
        if arguments.json:
            sys.stdout.buffer.write(json_line(_record(seen, arguments.lang)) + b"\n")
            sys.stdout.buffer.flush()
        else:
            print(_line(seen, arguments.lang), flush=True)
    if State.BROKEN in states:
        return Exit.ERROR
    return Exit.FLAGGED if State.DOUBTFUL in states else Exit.CLEAN


def _line(seen: Seen, lang: str) -> str:
    what = "\n    ".join(plain(line) for line in seen.what.said(lang).splitlines())
    line = f"{_MARKS[seen.state]} {seen.name:<12} {what}"
    cure = seen.cure.said(lang)
    return f"{line}\n    → {plain(cure)}" if cure and seen.state is not State.WELL else line


def _record(seen: Seen, lang: str) -> dict[str, Any]:
    cure = "" if seen.state is State.WELL else seen.cure.said(lang)
    return {"name": seen.name, "state": seen.state, "seen": seen.what.said(lang), "do": cure}
