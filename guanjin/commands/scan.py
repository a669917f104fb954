"""``guanjin scan``: the offline main job, files in and judged transfers out."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech


def add_rules_argument(parser: ArgumentParser, lang: str) -> None:
    """The argument by which an enterprise's own detectors come in."""
    rules = Speech("自定义识别规则（TOML，可多次给出）", "detectors of your own (TOML, repeatable)")
    parser.add_argument("--rules", type=Path, action="append", default=[], metavar="FILE", help=rules.said(lang))


def add_reading_arguments(parser: ArgumentParser, lang: str) -> None:
    """The arguments that ``scan`` and ``up`` share: how transfers are read and judged."""
    registry = Speech("申报登记（YAML）：主体、网络、备案、豁免、专线", "registry of exporters and filings (YAML)")
    organisation = Speech("登记未载明时的主体（统一社会信用代码）", "exporter where the registry has none")
    profile = Speech("敏感个人信息的认定标准", "standard that says what is sensitive")
    geo = Speech("IP 归属库（任何 MMDB；默认内置）", "IP-to-country database (any MMDB; one is embedded)")
    rate = Speech("抽样率：按连接抽读内容，字节数始终精确", "share of conversations that are read")
    parser.add_argument("--registry", type=Path, metavar="FILE", help=registry.said(lang))
    parser.add_argument("--organisation", default="", metavar="CODE", help=organisation.said(lang))
    parser.add_argument("--profile", choices=("gbt45574_2025", "strict_35273"), help=profile.said(lang))
    parser.add_argument("--geo", type=Path, metavar="FILE", help=geo.said(lang))
    add_rules_argument(parser, lang)
    parser.add_argument("--rate", type=float, default=1.0, metavar="P", help=rate.said(lang))


def _arguments(parser: ArgumentParser, lang: str) -> None:
    paths = Speech("抓包文件、日志文件，或它们所在的文件夹", "captures, logs, or folders of them")
    machine = Speech("每行一个 JSON 对象，标准输出只有它们", "one JSON object a line, and nothing else on stdout")
    rows = Speech("表中最多几行", "rows of the table at most")
    keep = Speech("把判定保存到这个 SQLite 文件", "keep the verdicts in this SQLite file")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=paths.said(lang))
    parser.add_argument("--json", action="store_true", help=machine.said(lang))
    parser.add_argument("--rows", type=int, default=40, metavar="N", help=rows.said(lang))
    parser.add_argument("--keep", type=Path, metavar="FILE", help=keep.said(lang))
    add_reading_arguments(parser, lang)


def _run(arguments: Namespace) -> int:
    from guanjin.scanning import scan  # noqa: PLC0415  # the readers are heavy: --help must not pay for them

    return scan(arguments)


COMMAND = Command(
    "scan",
    Speech("扫描抓包与日志，逐条判定出境传输", "scan captures and logs, judge each transfer"),
    (
        "guanjin scan gateway.pcap --registry registry.yaml",
        "guanjin scan /var/log/nginx --organisation 91350100M000100Y43 --json",
    ),
    _arguments,
    _run,
)
