# ruff: noqa: INP001  # a script for spark-submit, in no package
"""Judge columns retold under another registry by a Spark cluster: a JSON line for each exporter's year (README.md)."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
import sys
import time

from collector.batch.from_archive import column_files
from collector.batch.retold import Retold, retell_all
from collector.batch.spread import answers, merged, packed, shares
from collector.law.shelf import routes_of_law
from collector.whatif import Rules
from guanjin.settings import registry_of
from wire.codec import json_line
from wire.faults import ConfigurationError, GuanjinError

TASKS_PER_CORE = 4
"""So many that a slow core or a lost machine costs little."""


def by_spark(paths: list[Path], rules: Rules) -> list[Retold]:
    """What ``retell_all`` says, told by the executors of the session that spark-submit describes."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  # so that --help answers where Spark is not installed

    with SparkSession.builder.appName("guanjin-retell").getOrCreate() as session:
        context = session.sparkContext
        orders = context.broadcast(packed(rules))
        parts = shares(paths, TASKS_PER_CORE * context.defaultParallelism)
        told = context.parallelize(parts, max(1, len(parts))).flatMap(lambda part: answers(orders.value, part))
        return merged(told.collect())


def main(words: list[str]) -> int:
    """Retell, and write down what was told."""
    arguments = _arguments(words)
    paths = column_files(arguments.columns)
    if not paths:
        raise ConfigurationError("no judge columns there", at=str(arguments.columns), cure="guanjin store columns")
    rules = Rules(registry_of(arguments), routes_of_law())
    begun = time.perf_counter()
    told = by_spark(paths, rules)
    say(told, "Spark", begun)
    arguments.out.write_bytes(b"".join(json_line(each) + b"\n" for each in told))
    return 0 if not arguments.check or is_same_here(told, paths, rules, arguments.check) else 1


def is_same_here(told: list[Retold], paths: list[Path], rules: Rules, workers: int) -> bool:
    """Whether so many processes of this machine tell the same; says so."""
    begun = time.perf_counter()
    here = retell_all(paths, rules, workers)
    say(here, f"retell_all, {workers} processes", begun)
    sys.stderr.write("the same\n" if here == told else "NOT the same\n")
    return here == told


def _arguments(words: list[str]) -> Namespace:
    parser = ArgumentParser("retell.py", description=__doc__)
    parser.add_argument("--columns", type=Path, required=True, help="folder that guanjin store columns wrote")
    parser.add_argument("--registry", type=Path, required=True, help="registry to judge by (YAML)")
    parser.add_argument("--out", type=Path, required=True, help="file for the answers, on the driver")
    parser.add_argument("--check", type=int, default=0, metavar="N", help="retell here by N processes, and compare")
    return parser.parse_args(words)


def say(told: list[Retold], how: str, begun: float) -> None:
    """What was told, and in how many seconds."""
    seconds = time.perf_counter() - begun
    events, changed = sum(each.events for each in told), sum(each.changed for each in told)
    sys.stderr.write(f"{how}: {events:,} transfers, {changed:,} told otherwise, {seconds:.1f} s\n")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except GuanjinError as error:
        sys.stderr.write(f"guanjin: {error}\n")
        sys.exit(2)
