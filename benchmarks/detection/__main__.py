"""Generate the corpus, measure, and say what is missed.

python -m benchmarks.detection                       the tables
python -m benchmarks.detection --corpus FILE         the records, as JSON lines
python -m benchmarks.detection --shortcomings FILE   every failure by kind and name, with examples
"""

import argparse
import os
from pathlib import Path

from benchmarks import Result
from benchmarks.detection import corpus, measure, record, tables
from benchmarks.detection.shortcomings import shortcomings


def main() -> None:
    """Read the words and do as they say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection")
    parser.add_argument("--logs", help="JSON lines with text, to count false alarms on")
    parser.add_argument("--peers", help="the folder that peers/install.sh filled")
    parser.add_argument("--corpus", type=Path, help="only write the records here")
    parser.add_argument("--shortcomings", type=Path, help="only write here what is missed and wrongly told")
    words = parser.parse_args()
    for name, value in ((tables.LOGS, words.logs), (tables.PEERS, words.peers)):
        if value:
            os.environ[name] = value
    if words.corpus:
        record.write(corpus.generate(), words.corpus)
    elif words.shortcomings:
        words.shortcomings.write_text("\n".join(_failures()) + "\n")
    else:
        for table in (tables.systems, tables.speeds, tables.kinds, tables.formats, tables.encodings):
            _print(table())


def _failures() -> list[str]:
    lines = ["# What the scanner misses and wrongly tells", "", "Values are synthetic; ⟦⟧ marks the place.", ""]
    for result in (tables.kinds(), tables.formats()):
        lines += [" | ".join(result.columns), *(" | ".join(row) for row in result.rows), ""]
    quiet = tables.logs()
    if quiet:
        lines.append(f"Software logs: {quiet.rate:.2f} alarms/MB, e-mail apart.")
        lines += [f"- {kind} `{field}`: `{text}`" for kind, field, text in quiet.examples]
    return [*lines, *shortcomings(tables.measured().score, measure.corpus())]


def _print(result: Result) -> None:
    print(result.says, "", " | ".join(result.columns), *(" | ".join(row) for row in result.rows), "", sep="\n")


if __name__ == "__main__":
    main()
