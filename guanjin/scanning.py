"""The offline main job behind ``guanjin scan``: read, judge, show."""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from agent.build import build_agent, log_formats
from agent.inlets.pcap import CaptureFile
from agent.pipeline import Agent, Problem
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ports import Judged, Store
from collector.precedents import Precedents
from collector.registry import Registry
from collector.report import record_of
from collector.stores.sqlite import SqliteStore
from guanjin import config
from guanjin.command import Exit
from guanjin.inputs import Input, Stranger, inputs_of
from guanjin.progress import Progress
from guanjin.settings import agent_config, registry_of
from guanjin.tables import print_summary, print_table
from wire.codec import json_line
from wire.events import TransferEvent
from wire.faults import UnavailableError

_BATCH = 64
"""Events judged in one transaction."""
_MOST_DOMESTIC = 1_000


def scan(arguments: Namespace) -> Exit:
    """Read the paths, judge what leaves, print it; gives the exit code."""
    registry = registry_of(arguments)
    key = config.kept_key(arguments.keep.with_suffix(".key")) if arguments.keep else config.fresh_key()
    settings = agent_config(arguments, registry, name="scan", key=key)
    agent = build_agent(replace(settings, most_domestic=_MOST_DOMESTIC), started_ns=config.now_ns())
    found = list(inputs_of(arguments.paths, log_formats()))
    inputs = [each for each in found if isinstance(each, Input)]
    strangers = [each for each in found if isinstance(each, Stranger)]
    is_flagged = False
    with _store(arguments.keep) as store:
        with Progress(inputs, arguments.lang) as progress:
            for judged in _judge(_events(agent, inputs, progress), store, registry):
                is_flagged |= judged.verdict.status.is_flagged
                if arguments.json:
                    sys.stdout.buffer.write(json_line(record_of(judged, arguments.lang)) + b"\n")
        if not arguments.json:
            print_table(store, registry, most=arguments.rows, lang=arguments.lang)
        print_summary(agent, store, strangers, lang=arguments.lang, is_aside=arguments.json)
    return _exit_code(agent.problems, strangers, is_flagged=is_flagged)


def _events(agent: Agent, inputs: Iterable[Input], progress: Progress) -> Iterator[TransferEvent]:
    for each in inputs:
        progress.begin(each)
        try:
            if isinstance(each.file, CaptureFile):
                yield from agent.read_capture(each.file, each.source)
            else:
                yield from agent.read_log(each.file, each.source)
        except UnavailableError as error:
            agent.problems.append(Problem(each.source, "", str(error)))
    yield from agent.close()


def _judge(events: Iterator[TransferEvent], store: Store, registry: Registry) -> Iterator[Judged]:
    routes = routes_of_law()
    said = Precedents(registry, routes)
    while batch := list(islice(events, _BATCH)):
        new = handle(batch, store=store, registry=registry, routes=routes, precedents=said)
        fresh = {judged.event.event_id: judged for judged in new}
        for event in batch:
            judged = fresh.get(event.event_id) or store.transfer(event.event_id)
            if judged is not None:
                yield judged


@contextmanager
def _store(keep: Path | None) -> Iterator[Store]:
    """The store that the person asked to keep, or one on disk that goes when the scan ends: memory stays bounded."""
    with TemporaryDirectory(prefix="guanjin-") as folder:
        store = SqliteStore(keep or Path(folder) / "scan.sqlite")
        try:
            yield store
        finally:
            store.close()


def _exit_code(problems: Iterable[Problem], strangers: Iterable[Stranger], *, is_flagged: bool) -> Exit:
    """A flag stands even if something else could not be read; nothing flagged and something unread is an error."""
    if is_flagged:
        return Exit.FLAGGED
    return Exit.ERROR if list(problems) or any(each.is_named for each in strangers) else Exit.CLEAN
