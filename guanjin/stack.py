"""``make stack``: guanjin, Prometheus and Alertmanager as local processes, until a flagged transfer is a firing alert.

The same files that ``deploy/compose.yaml`` uses, rendered with loopback addresses; Grafana is not packaged for Debian,
so its boards are written and not shown.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
import ctypes
from functools import partial
from pathlib import Path
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any, Final
from urllib.parse import quote

import httpx
from msgspec import Struct

from dashboards.site import INTERVAL_S, Site
from guanjin import config
from guanjin.command import Exit, Speech
from guanjin.rendering import write_files
from wire.faults import ConfigurationError, GuanjinError, UnavailableError

ROOT: Final = Path(__file__).parents[1]
ALERT: Final = "GuanjinImportantDataExport"
FLAGGED: Final = ROOT / "deploy" / "demo" / "pipes-us-important.pcap"
REGISTRY: Final = ROOT / "tests" / "captures" / "registry.yaml"
_WATCHED: Final = 'guanjin_important_data_transfers_total{verdict="unfiled"}'
_PATIENCE_S: Final = 120
_DEBIAN: Final = {"prometheus": "prometheus", "prometheus-alertmanager": "prometheus-alertmanager"}
_PDEATHSIG: Final = 1


class Places(Struct, frozen=True):
    """Where each part answers, and the folder of its files."""

    console: str
    prometheus: str
    alertmanager: str
    folder: Path

    @property
    def inbox(self) -> Path:
        """What guanjin watches."""
        return self.folder / "inbox"


@contextmanager
def running(
    folder: Path, *, robots: Path | None = None, chats: tuple[str, ...] = (), interval_s: int = INTERVAL_S
) -> Iterator[Places]:
    """The parts, each ready, as long as the block lasts.

    Args:
        folder: for files, state and logs; an old state is gone on with.
        robots: the chat robots that alerts are passed on to.
        chats: which of them Alertmanager calls.
        interval_s: of scraping and of evaluating; other than the one that is shipped for tests only.

    Raises:
        ConfigurationError: a program is not installed.
        UnavailableError: a part does not become ready; its log is named.
    """
    _see_programs()
    console, prometheus, alertmanager = _free_ports(3)
    at = "http://127.0.0.1:"
    places = Places(f"{at}{console}", f"{at}{prometheus}", f"{at}{alertmanager}", folder)
    places.inbox.mkdir(parents=True, exist_ok=True)
    _write(places, chats, interval_s)
    with ExitStack() as stack:
        # One after the other: what Prometheus sends before Alertmanager listens comes again after a minute only.
        for name, (command, health) in _commands(places, robots).items():
            stack.enter_context(_process(name, command, folder))
            _until(partial(_is_ok, health), name, folder)
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
    _until(lambda: ALERT in firing(places), "prometheus-alertmanager", places.folder)
    return time.monotonic() - begun


def asked(places: Places, query: str) -> list[dict[str, Any]]:
    """What Prometheus answers to a query now."""
    answer = httpx.get(f"{places.prometheus}/api/v1/query?query={quote(query)}").json()
    found: list[dict[str, Any]] = answer["data"]["result"]
    return found


def firing(places: Places) -> set[str]:
    """The names of the alerts that Alertmanager holds."""
    return {alert["labels"]["alertname"] for alert in httpx.get(f"{places.alertmanager}/api/v2/alerts").json()}


def _commands(places: Places, robots: Path | None) -> dict[str, tuple[list[str], str]]:
    """By name: the command, and the address that says when it is ready."""
    folder = places.folder
    made = folder / "monitoring"
    spoken = [] if robots is None else ["--robots", str(robots)]
    guanjin = [
        sys.executable, "-m", "guanjin", "up", "--watch", str(places.inbox), "--registry", str(REGISTRY),
        "--state", str(folder / "state"), "--port", _port(places.console), *spoken,
    ]  # fmt: skip
    alertmanager = [
        "prometheus-alertmanager", f"--config.file={made / 'alertmanager' / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alertmanager'}", "--cluster.listen-address=",
        f"--web.listen-address=127.0.0.1:{_port(places.alertmanager)}",
    ]  # fmt: skip
    prometheus = [
        "prometheus", f"--config.file={made / 'prometheus' / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{_port(places.prometheus)}",
        # What is sent before Alertmanager is found is lost; a minute is long to wait for the next time.
        "--rules.alert.resend-delay=15s",
    ]  # fmt: skip
    return {
        "guanjin": (guanjin, f"{places.console}/healthz"),
        "prometheus-alertmanager": (alertmanager, f"{places.alertmanager}/-/ready"),
        "prometheus": (prometheus, f"{places.prometheus}/-/ready"),
    }


def _write(places: Places, chats: tuple[str, ...], interval_s: int) -> None:
    own = f"127.0.0.1:{_port(places.console)}"
    site = Site(
        agents=(own,),
        collectors=(own,),
        alertmanager=f"127.0.0.1:{_port(places.alertmanager)}",
        prometheus=places.prometheus,
        console=places.console,
        runbook_base=f"{places.console}/runbooks",
        bridge=places.console,
        chats=chats,
        interval_s=interval_s,
    )
    write_files(places.folder / "monitoring", site)


@contextmanager
def _process(name: str, command: Sequence[str], folder: Path) -> Iterator[None]:
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # programs of Debian and our own, by our own arguments
            command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # one call into the kernel, no lock is taken
        )  # fmt: skip
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
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


def _is_ok(address: str) -> bool:
    return httpx.get(address).status_code == httpx.codes.OK


def _free_ports(count: int) -> list[int]:
    """Held together for a moment, so that none comes twice."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _port(address: str) -> str:
    return address.rpartition(":")[2]


def _see_programs() -> None:
    missing = [package for program, package in _DEBIAN.items() if shutil.which(program) is None]
    if missing:
        raise ConfigurationError(
            f"not installed: {', '.join(missing)}", cure=f"sudo apt-get install -y {' '.join(missing)}"
        )


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
        "metrics": f"{places.console}/metrics",
        "Prometheus": f"{places.prometheus}/alerts",
        "Alertmanager": places.alertmanager,
        "inbox": places.inbox,
        "files, logs": places.folder,
        _BOARDS.said(lang): places.folder / "monitoring" / "grafana" / "boards",
    }
    yield from (f"  {name}: {place}" for name, place in rows.items())


def _run(arguments: Namespace) -> int:
    lang = config.language()
    with ExitStack() as stack:
        folder = arguments.state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guanjin-stack-")))
        places = stack.enter_context(running(folder, robots=arguments.robots, chats=tuple(arguments.chat)))
        print("\n".join((*_told(places, lang), _WAITS.said(lang))), flush=True)
        print(_CAME.said(lang).format(ALERT, raise_alert(places)), flush=True)
        if not arguments.once:
            print(_STOP.said(lang), flush=True)
            signal.pause()
    return Exit.CLEAN


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = ArgumentParser(prog="make stack", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop when the alert has come")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep files here (default: a folder that goes)")
    parser.add_argument("--robots", type=Path, metavar="FILE", help="chat robots that alerts are passed on to")
    parser.add_argument("--chat", action="append", default=[], choices=("wecom", "dingtalk", "feishu"))
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
