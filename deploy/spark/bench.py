# ruff: noqa: INP001  # a script for spark-submit, in no package
"""Invented transfers retold by Spark and by two processes: ``bench.py 1000000``."""

from pathlib import Path
import sys
from tempfile import TemporaryDirectory
import time

from pyspark.sql import SparkSession
from retell import by_spark, is_same_here, say

from benchmarks.judge_world import the_registry, write_world
from collector.law.shelf import routes_of_law
from collector.whatif import Rules

_FILES = 20


def main(events: int) -> int:
    """Make them, retell them, compare."""
    rules = Rules(the_registry(), routes_of_law())
    with TemporaryDirectory() as folder:
        paths = write_world(Path(folder), events, _FILES)
        begun = time.perf_counter()
        SparkSession.builder.getOrCreate()
        say([], "Spark has started", begun)
        begun = time.perf_counter()
        told = by_spark(paths, rules)
        say(told, "Spark", begun)
        return 0 if is_same_here(told, paths, rules, 2) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
