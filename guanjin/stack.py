"""``make stack``: every part as a local process, until a flagged transfer is a firing alert.

Agent, Kafka, collector, PostgreSQL, Prometheus and Alertmanager on free loopback ports, with the files that
``deploy/compose.yaml`` uses, rendered for these ports. Grafana is not packaged for Debian: its boards are written and
not shown. ``--one`` runs ``guanjin up`` in the place of agent, broker, collector and database.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
import ctypes
from pathlib import Path
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any, Final
from urllib.parse import quote

import httpx

from dashboards.site import CHATS, INTERVAL_S, Site
from guanjin import config
from guanjin.command import Exit, Speech
from guanjin.rendering import write_files
from guanjin.stack_parts import ROOT, Part, Places, parts, places_in
from wire.faults import GuanjinError, UnavailableError

ALERT: Final = "GuanjinImportantDataExport"
FLAGGED: Final = ROOT / "deploy" / "demo" / "pipes-us-important.pcap"
_WATCHED: Final = 'guanjin_important_data_transfers_total{verdict="unfiled"}'
_PATIENCE_S: Final = 120
_PDEATHSIG: Final = 1


@contextmanager
def running(
    folder: Path,
    *,
    is_whole: bool = True,
    robots: Path | None = None,
    chats: tuple[str, ...] = (),
    interval_s: int = INTERVAL_S,
) -> Iterator[Places]:
    """The parts, each ready, as long as the block lasts.

    Args:
        folder: for files, state and logs; an old state is gone on with.
        is_whole: with Kafka and PostgreSQL, or one process in their place.
        robots: the chat robots that alerts are passed on to.
        chats: which of them Alertmanager calls.
        interval_s: of scraping and of evaluating; other than the one that is shipped for tests only.

    Raises:
        ConfigurationError: a program is not installed.
        UnavailableError: a part does not become ready; its log is named.
    """
    places = places_in(folder, is_whole=is_whole)
    places.inbox.mkdir(parents=True, exist_ok=True)
    write_files(folder / "monitoring", _site(places, chats, interval_s))
    with ExitStack() as stack:
        for part in parts(places, robots):
            stack.enter_context(_process(part, folder))
            _until(part.is_ready, part.name, folder)
            part.once_ready()
        yield places


def raise_alert(places: Places) -> float:
    """Let a flagged transfer happen and wait until its alert has reached Alertmanager; gives the seconds it took.

    Raises:
        UnavailableError: it did not.
    """
    # An increase needs a sample before it: wait until Prometheus has seen the counter at 0.
    _until(lambda: bool(asked(places, _WATCHED)), "prometheus", places.folder)
    begun = time.monotonic()
    shutil.copyfile(FLAGGED, places.inbox / FLAGGED.name)
    _until(lambda: ALERT in firing(places), "alertmanager", places.folder)
    return time.monotonic() - begun


def asked(places: Places, query: str) -> list[dict[str, Any]]:
    """What Prometheus answers to a query now."""
    answer = httpx.get(f"{places.prometheus}/api/v1/query?query={quote(query)}").json()
    found: list[dict[str, Any]] = answer["data"]["result"]
    return found


def firing(places: Places) -> set[str]:
    """The names of the alerts that Alertmanager holds."""
    return {alert["labels"]["alertname"] for alert in httpx.get(f"{places.alertmanager}/api/v2/alerts").json()}


def _site(places: Places, chats: tuple[str, ...], interval_s: int) -> Site:
    return Site(
        agents=(places.agent.removeprefix("http://"),),
        collectors=(places.collector.removeprefix("http://"),),
        alertmanager=places.alertmanager.removeprefix("http://"),
        prometheus=places.prometheus,
        console=places.console or places.collector,
        runbook_base=f"{places.collector}/runbooks",
        bridge=places.collector,
        chats=chats,
        interval_s=interval_s,
    )


@contextmanager
def _process(part: Part, folder: Path) -> Iterator[None]:
    with (folder / f"{part.name}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # programs of Debian and our own, by our own arguments
            [str(word) for word in part.command], stdout=log, stderr=subprocess.STDOUT, cwd=ROOT,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # one call into the kernel, no lock is taken
        )  # fmt: skip
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT if part.name == "postgres" else signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


def _until(is_so: Callable[[], bool], name: str, folder: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError, ValueError, KeyError):
            if is_so():
                return
        time.sleep(0.25)
    raise UnavailableError(f"{name} did not come so far within {_PATIENCE_S} s\n  at: {folder / name}.log")


_READY: Final = Speech("各部分已就绪：", "the parts are ready:")
_WAITS: Final = Speech("等待一条存疑传输变成告警……", "waiting for a flagged transfer to become an alert ...")
_CAME: Final = Speech("{0} 已到 Alertmanager，用时 {1:.0f} 秒", "{0} reached Alertmanager after {1:.0f} s")
_BOARDS: Final = Speech(
    "Grafana 面板（Debian 没有 Grafana 软件包，此处不启动）", "Grafana's boards (no Debian package; not started here)"
)
_STOP: Final = Speech("停止：Ctrl+C", "stop: Ctrl+C")


def _told(places: Places, lang: str) -> Iterator[str]:
    yield _READY.said(lang)
    rows = {
        "console": places.console,
        "agent": f"{places.agent}/metrics",
        "Kafka": places.kafka,
        "collector": f"{places.collector}/metrics",
        "PostgreSQL": places.postgres,
        "Prometheus": f"{places.prometheus}/alerts",
        "Alertmanager": places.alertmanager,
        "inbox": places.inbox,
        "files, logs": places.folder,
        _BOARDS.said(lang): places.folder / "monitoring" / "grafana" / "boards",
    }
    yield from (f"  {name}: {place}" for name, place in rows.items() if place)


def _run(arguments: Namespace) -> int:
    lang = config.language()
    with ExitStack() as stack:
        folder = arguments.state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guanjin-stack-")))
        chats = tuple(arguments.chat)
        places = stack.enter_context(
            running(folder.resolve(), is_whole=not arguments.one, robots=arguments.robots, chats=chats)
        )
        print("\n".join((*_told(places, lang), _WAITS.said(lang))), flush=True)
        print(_CAME.said(lang).format(ALERT, raise_alert(places)), flush=True)
        if not arguments.once:
            print(_STOP.said(lang), flush=True)
            signal.pause()
    return Exit.CLEAN


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = ArgumentParser(prog="make stack", description=__doc__)
    parser.add_argument("--one", action="store_true", help="one guanjin process; no Kafka, no PostgreSQL")
    parser.add_argument("--once", action="store_true", help="stop when the alert has come")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep files here (default: a folder that goes)")
    parser.add_argument("--robots", type=Path, metavar="FILE", help="chat robots that alerts are passed on to")
    parser.add_argument("--chat", action="append", default=[], choices=CHATS)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(parser.parse_args(words))
    except KeyboardInterrupt:
        return Exit.CLEAN
    except GuanjinError as error:
        print(f"error: {error}", file=sys.stderr)
        return Exit.ERROR


if __name__ == "__main__":
    sys.exit(main())
