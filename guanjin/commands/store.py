"""``guanjin store``: backup, restore, archive, retention, legal holds, and seats in PostgreSQL."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from guanjin import config
from guanjin.command import Command, Speech

_ACTIONS = (
    ("backup", Speech("备份到一个空文件夹", "back up into an empty folder")),
    ("restore", Speech("从备份恢复到一个空存储", "restore a backup into an empty store")),
    (
        "verify",
        Speech("逐类列出行数与摘要；给出归档时一并核对", "rows and digest of each kind; checks the archive too"),
    ),
    ("archive", Speech("把已结束的日子写成 Parquet", "write closed days as Parquet")),
    ("query", Speech("用 SQL 查询归档（DuckDB，视图 transfer）", "ask the archive in SQL (DuckDB, view transfer)")),
    ("columns", Speech("把归档写成判定列，供大批重判", "write the archive as judge columns, to retell very many")),
    ("retain", Speech("删除超过保存期限的记录", "delete what is past its time")),
    ("hold", Speech("封存一个主体：其记录不因到期而删除", "hold an exporter: nothing of it is deleted")),
    ("lift", Speech("解除封存", "end a hold")),
    ("holds", Speech("列出封存", "list the holds")),
    ("seat", Speech("PostgreSQL：给一个角色分配租户", "PostgreSQL: give a role its tenant")),
    ("migrate", Speech("PostgreSQL：升级或回退表结构", "PostgreSQL: bring the schema forth or back")),
)


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    for name, says in _ACTIONS:
        one = shelf.add_parser(name, help=says.said(lang), description=says.said(lang))
        one.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=Speech("语言", "language").said(lang))
        store = Speech(
            "存储：SQLite 文件，或 postgresql://角色@主机/库", "SQLite file or postgresql://role@host/database"
        )
        one.add_argument("--store", default="guanjin-state/guanjin.sqlite", metavar="ADDRESS", help=store.said(lang))
        _ADDITIONS.get(name, _nothing)(one, lang)
        one.set_defaults(action=name)


def _nothing(_: ArgumentParser, __: str) -> None:
    """Nothing more to say."""


def _add_folder(parser: ArgumentParser, lang: str) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help=Speech("备份文件夹", "folder of the backup").said(lang)
    )


def _add_archive(parser: ArgumentParser, lang: str) -> None:
    archive = Speech("归档文件夹", "folder of the archive")
    parser.add_argument("--archive", type=Path, required=True, metavar="DIR", help=archive.said(lang))


def _add_maybe_archive(parser: ArgumentParser, lang: str) -> None:
    archive = Speech("归档文件夹", "folder of the archive")
    parser.add_argument("--archive", type=Path, metavar="DIR", help=archive.said(lang))


def _add_query(parser: ArgumentParser, lang: str) -> None:
    _add_archive(parser, lang)
    parser.add_argument("sql", metavar="SQL", help=Speech("查询语句", "the query").said(lang))


def _add_columns(parser: ArgumentParser, lang: str) -> None:
    _add_archive(parser, lang)
    out = Speech("判定列文件夹", "folder for the judge columns")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=out.said(lang))


def _add_retain(parser: ArgumentParser, lang: str) -> None:
    _add_maybe_archive(parser, lang)
    days = Speech("传输与判定保存的天数（默认三年）", "days to keep transfers and verdicts (three years)")
    rest = Speech("覆盖、缺口、计数保存的天数（默认三年）", "days to keep totals, gaps and counts (three years)")
    parser.add_argument("--days", type=int, default=1096, metavar="N", help=days.said(lang))
    parser.add_argument("--rest-days", type=int, default=1096, metavar="N", help=rest.said(lang))


def _add_hold(parser: ArgumentParser, lang: str) -> None:
    _add_lift(parser, lang)
    reason = Speech("依据（案号、文号）", "on what ground (a case or document number)")
    by = Speech("由谁决定（岗位或工号）", "who decided (a post or staff number)")
    parser.add_argument("--reason", required=True, metavar="TEXT", help=reason.said(lang))
    parser.add_argument("--by", required=True, metavar="NAME", help=by.said(lang))


def _add_lift(parser: ArgumentParser, lang: str) -> None:
    organisation = Speech("主体（统一社会信用代码）", "exporter (credit code)")
    parser.add_argument("organisation", metavar="CODE", help=organisation.said(lang))


def _add_seat(parser: ArgumentParser, lang: str) -> None:
    organisation = Speech("只读这一个主体", "to read this exporter only")
    parser.add_argument("--role", required=True, metavar="ROLE", help=Speech("数据库角色", "role").said(lang))
    parser.add_argument("--tenant", default="default", metavar="NAME", help=Speech("租户", "tenant").said(lang))
    parser.add_argument("--organisation", default="", metavar="CODE", help=organisation.said(lang))


def _add_migrate(parser: ArgumentParser, lang: str) -> None:
    to = Speech("表结构版本（默认最新；0 为全部撤除）", "version of the schema (newest; 0 takes all away)")
    parser.add_argument("--to", type=int, metavar="N", help=to.said(lang))


_ADDITIONS: dict[str, Callable[[ArgumentParser, str], None]] = {
    "backup": _add_folder,
    "restore": _add_folder,
    "verify": _add_maybe_archive,
    "archive": _add_archive,
    "query": _add_query,
    "columns": _add_columns,
    "retain": _add_retain,
    "hold": _add_hold,
    "lift": _add_lift,
    "seat": _add_seat,
    "migrate": _add_migrate,
}


def _run(arguments: Namespace) -> int:
    from guanjin import keeping  # noqa: PLC0415  # --help must not pay for the store

    return int(keeping.DEEDS[arguments.action](arguments))


COMMAND = Command(
    "store",
    Speech("存储：备份、恢复、归档、保存期限、封存", "the store: backup, restore, archive, retention, holds"),
    (
        "guanjin store backup backup-2026-12-01 --store guanjin-state/guanjin.sqlite",
        "guanjin store restore backup-2026-12-01 --store postgresql://guanjin@db/guanjin",
        "guanjin store archive --archive archive --store guanjin-state/guanjin.sqlite",
        'guanjin store query --archive archive "SELECT country, count(*) FROM transfer GROUP BY 1"',
        "guanjin store columns --archive archive --out columns",
        "guanjin store retain --archive archive --days 1096",
        "guanjin store hold 91350100M000100Y43 --reason 闽网信〔2026〕1号 --by 值班一组",
    ),
    _arguments,
    _run,
)
