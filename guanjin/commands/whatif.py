"""``guanjin whatif``: what another registry would change, without changing anything."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from guanjin.command import Command, Speech
from guanjin.kept import add_store_arguments

_MOST_WORKERS = 256


def add_scope_arguments(parser: ArgumentParser, lang: str) -> None:
    """The arguments that ``rejudge`` and ``whatif`` share: which transfers are judged again, and by what."""
    organisation = Speech("仅某一主体（统一社会信用代码）", "of one exporter only (credit code)")
    year = Speech("仅某一年（北京时间；默认所有年份）", "of one year only (Shanghai; every year by default)")
    most = Speech("每个主体每年最多详列几次改判", "changed transfers shown in full, per exporter and year")
    add_store_arguments(parser, lang)
    parser.add_argument("--organisation", metavar="CODE", help=organisation.said(lang))
    parser.add_argument("--year", type=_year, metavar="Y", help=year.said(lang))
    parser.add_argument("--most", type=_count, default=20, metavar="N", help=most.said(lang))


def _arguments(parser: ArgumentParser, lang: str) -> None:
    against = Speech(
        "与这份登记下的判定比较（默认与已保存的判定比较）", "compare with this registry (with what was kept by default)"
    )
    add_scope_arguments(parser, lang)
    columns = Speech(
        "从判定列文件夹推演（guanjin store columns 写出；不报门槛变化）",
        "from a folder of judge columns (guanjin store columns); tells of no limit",
    )
    workers = Speech("推演判定列的进程数", "processes that judge columns")
    parser.add_argument("--against", type=Path, metavar="FILE", help=against.said(lang))
    parser.add_argument("--columns", type=Path, metavar="DIR", help=columns.said(lang))
    parser.add_argument("--workers", type=_workers, default=2, metavar="N", help=workers.said(lang))


def _year(text: str) -> int:
    if not text.isdecimal() or not 2000 <= int(text[:5]) <= 2200:
        raise ArgumentTypeError(f"{text!r}: YYYY")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text[:9]) > 100_000:
        raise ArgumentTypeError(f"{text!r}: 0 - 100000")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= _MOST_WORKERS:
        raise ArgumentTypeError(f"{text!r}: 1 - {_MOST_WORKERS}")
    return int(text)


def _run(arguments: Namespace) -> int:
    from guanjin.weighing import show_what_if  # noqa: PLC0415  # --help must not pay for the store

    return int(show_what_if(arguments))


COMMAND = Command(
    "whatif",
    Speech("推演：换一份登记，判定会怎样变化（不写入）", "what another registry would change (writes nothing)"),
    (
        "guanjin whatif --state guanjin-state --registry changed.yaml",
        "guanjin whatif --state guanjin-state --registry changed.yaml --against registry.yaml --year 2026 --json",
        "guanjin whatif --columns columns --registry changed.yaml --workers 8",
    ),
    _arguments,
    _run,
)
