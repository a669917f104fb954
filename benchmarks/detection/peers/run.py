"""Runs in a peer's environment: texts as JSON lines in, spans as JSON lines out, until the time is up.

    python run.py PEER TABLES SECONDS < texts > spans

A line in is a text as a JSON string; a line out is ``[seconds, [[kind, start, end], ...]]``.
"""

from collections.abc import Callable
from importlib import import_module
import json
from pathlib import Path
import sys
import time

Spans = list[tuple[str, int, int]]
Finder = Callable[[str], Spans]


def main(peer: str, tables: str, seconds: str) -> None:
    """Read texts and print what the peer finds in each."""
    out, sys.stdout = sys.stdout, sys.stderr  # some greet their users
    find: Finder = import_module(peer).finder(json.loads(Path(tables).read_text()))
    find("您好，我的手机号是13800000000，身份证11010519491231002X。")
    spent = 0.0
    for line in sys.stdin:
        if spent >= float(seconds):
            break
        text = json.loads(line)
        begun = time.process_time()
        spans = find(text)
        taken = time.process_time() - begun
        spent += taken
        print(json.dumps([taken, spans]), file=out)


if __name__ == "__main__":
    main(*sys.argv[1:])
