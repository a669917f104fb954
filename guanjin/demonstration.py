"""The demo: what ``scan`` and ``up`` do, on the input that comes with the sources."""

from argparse import Namespace
from pathlib import Path

from guanjin.command import Exit, Speech
from guanjin.scanning import scan
from guanjin.serving import serve
from wire.faults import ConfigurationError

_HELLO = Speech(
    "关津演示：不需要 root、Kafka 或外网，什么都不会离开本机。\n"
    "人员均为虚构，流量由真实程序产生（见 tests/captures/README.md）。",
    "guanjin demo: no root, no Kafka, no internet; nothing leaves this machine. The persons are\n"
    "invented, the traffic is real programs' (see tests/captures/README.md).",
)
_SUFFIXES = (".pcap", ".pcapng", ".log")
"""Of what lies beside their truths in the bundle."""
_NEXT = Speech(
    "接着试试：guanjin scan 你的.pcap --registry 你的.yaml    guanjin scan --help",
    "next: guanjin scan YOUR.pcap --registry YOUR.yaml    guanjin scan --help",
)


def demonstrate(arguments: Namespace, tests: Path) -> int:
    """Scan the bundle, then leave the console open on the same data.

    Raises:
        ConfigurationError: the sources' tests folder is not here.
    """
    folders = [tests / "captures", tests / "logs"]
    registry = tests / "captures" / "registry.yaml"
    if not registry.exists():
        raise ConfigurationError("the demo's input comes with the sources", cure="run it from a checkout: make demo")
    print(_HELLO.said(arguments.lang), flush=True)
    shared = {
        "registry": registry, "organisation": "", "profile": None, "geo": None, "rate": 1.0, "rules": [],
        "lang": arguments.lang,
    }  # fmt: skip
    inputs = sorted(path for folder in folders for path in folder.iterdir() if path.suffix in _SUFFIXES)
    scan(Namespace(**shared, paths=inputs, json=False, rows=40, keep=None))
    print(_NEXT.said(arguments.lang), flush=True)
    if arguments.once:
        return Exit.CLEAN
    kept = ("state", "host", "port", "robots")
    serving = {**{name: getattr(arguments, name) for name in kept}, "keeps_file": False}
    return serve(Namespace(**shared, **serving, watch=folders, interface=None))
