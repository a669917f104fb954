"""``guanjin registry``: check, show and compare registries, bring tables in, keep every version."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path

from guanjin import config
from guanjin.command import Command, Speech

_FILE = Speech("登记文件（YAML）", "registry file (YAML)")
_STATE = Speech("保存各版本的文件夹（与 guanjin up 相同）", "folder that keeps the versions (that of guanjin up)")
_ON = Speech("以哪一天为准（北京时间，默认今天）", "as of which day (Shanghai; today by default)")


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True)
    for name, says, add in (
        ("check", Speech("核对登记文件与到期事项", "check a file, and what is overdue"), _add_check),
        (
            "show",
            Speech("查看登记：各项状态与期限", "show a registry: how each filing stands, what falls due"),
            _add_show,
        ),
        ("diff", Speech("比较两份登记", "compare two registries"), _add_diff),
        ("template", Speech("生成 CSV 或 XLSX 模板", "make CSV or XLSX templates"), _add_template),
        ("import", Speech("由 CSV 或 XLSX 导入", "bring in CSV or XLSX tables"), _add_import),
        ("commit", Speech("留存一个版本", "keep a version"), _add_commit),
        ("log", Speech("查看历次变更", "show every change"), _add_log),
    ):
        one = shelf.add_parser(name, help=says.said(lang), description=says.said(lang))
        one.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=Speech("语言", "language").said(lang))
        add(one, lang)
        machine = Speech("以 JSON 输出", "print JSON")
        one.add_argument("--json", action="store_true", help=machine.said(lang))
        one.set_defaults(run=_runner(name))


def _add_check(parser: ArgumentParser, lang: str) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=_FILE.said(lang))
    parser.add_argument("--on", type=_day, metavar="DAY", help=_ON.said(lang))


def _add_show(parser: ArgumentParser, lang: str) -> None:
    calendar = Speech("另附的工作日历（YAML：holidays、workdays）", "calendar put over it (YAML: holidays, workdays)")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("file", type=Path, nargs="?", metavar="FILE", help=_FILE.said(lang))
    which.add_argument("--state", type=Path, metavar="DIR", help=_STATE.said(lang))
    parser.add_argument("--on", type=_day, metavar="DAY", help=_ON.said(lang))
    parser.add_argument("--calendar", type=Path, metavar="FILE", help=calendar.said(lang))


def _add_diff(parser: ArgumentParser, lang: str) -> None:
    sides = Speech("登记文件，或者（给出 --state 时）版本号", "a file or, with --state, the number of a version")
    parser.add_argument("old", metavar="OLD", help=sides.said(lang))
    parser.add_argument("new", metavar="NEW", help=sides.said(lang))
    parser.add_argument("--state", type=Path, metavar="DIR", help=_STATE.said(lang))


def _add_template(parser: ArgumentParser, lang: str) -> None:
    kind = Speech("文件格式", "kind of file")
    folder = Speech("写到哪个文件夹", "folder to write to")
    source = Speech("填入这份登记的现有内容", "fill in what this registry declares")
    parser.add_argument("--format", choices=("csv", "xlsx"), default="xlsx", help=kind.said(lang))
    parser.add_argument("--registry", type=Path, metavar="FILE", help=source.said(lang))
    parser.add_argument("folder", type=Path, metavar="DIR", help=folder.said(lang))


def _add_import(parser: ArgumentParser, lang: str) -> None:
    files = Speech("CSV 或 XLSX 文件", "CSV or XLSX files")
    into = Speech("并入这份登记（没有则新建）", "registry to put them into (made if it is not there)")
    dry = Speech("只预览，不写入", "show what would be done, write nothing")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=files.said(lang))
    parser.add_argument("--into", type=Path, required=True, metavar="REGISTRY", help=into.said(lang))
    parser.add_argument("--dry-run", action="store_true", help=dry.said(lang))


def _add_commit(parser: ArgumentParser, lang: str) -> None:
    author = Speech("变更人（岗位或工号，不写个人号码）", "who changes it (a post or staff number)")
    reason = Speech("变更原因", "why")
    parser.add_argument("file", type=Path, metavar="FILE", help=_FILE.said(lang))
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help=_STATE.said(lang))
    parser.add_argument("--author", required=True, metavar="NAME", help=author.said(lang))
    parser.add_argument("--reason", required=True, metavar="TEXT", help=reason.said(lang))


def _add_log(parser: ArgumentParser, lang: str) -> None:
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help=_STATE.said(lang))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r}: YYYY-MM-DD") from None


def _runner(name: str) -> Callable[[Namespace], int]:
    def run(arguments: Namespace) -> int:
        from guanjin import registry_desk  # noqa: PLC0415  # --help must not pay for YAML and the database

        return int(registry_desk.DEEDS[name](arguments))

    return run


def _run(_: Namespace) -> int:
    raise AssertionError("every action has a run of its own")


COMMAND = Command(
    "registry",
    Speech("登记：核对、查看、比较、导入、留存版本", "registry: check, show, compare, import, keep versions"),
    (
        "guanjin registry check registry.yaml",
        "guanjin registry template --format xlsx 模板",
        "guanjin registry import 模板/registry.xlsx --into registry.yaml --dry-run",
        "guanjin registry commit registry.yaml --state guanjin-state --author 法务一组 --reason 新增标准合同",
        "guanjin registry show --state guanjin-state --on 2026-03-01",
    ),
    _arguments,
    _run,
)
