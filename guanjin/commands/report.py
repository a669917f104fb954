"""``guanjin report``: the parts of a prescribed form that observation fills, or a letter of a case, as a file."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from guanjin.command import Command, Speech, day_of
from guanjin.kept import add_store_arguments

_FORMS = ("self-assessment", "impact-assessment", "application")
_LETTERS = ("notice", "rectification", "closing")
"""Both as ``collector.reports`` has them; a test holds them together, so that --help need not load it."""


def _arguments(parser: ArgumentParser, lang: str) -> None:
    what = Speech(
        "自评估报告、影响评估报告、申报表（按主体）；通报、整改通知、办结报告（按案件）",
        "forms of an exporter: self-assessment, impact-assessment, application; letters of a case: notice, "
        "rectification, closing",
    )
    organisation = Speech("主体（统一社会信用代码）", "exporter (credit code)")
    filing = Speech("仅某一备案的接收方", "only what goes to one filing's recipients")
    year = Speech("年度（默认报告日所在年）", "calendar year (that of the report's day by default)")
    on = Speech("报告日（北京时间，默认今天）", "day of the report (Shanghai; today by default)")
    case = Speech("案件编号", "number of the case")
    out = Speech("写入的文件：.docx 或 .xlsx", "file to write: .docx or .xlsx")
    parser.add_argument("what", choices=(*_FORMS, *_LETTERS), metavar="WHAT", help=what.said(lang))
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--organisation", default="", metavar="CODE", help=organisation.said(lang))
    whose.add_argument("--case", default="", metavar="CASE_ID", help=case.said(lang))
    parser.add_argument("--filing", default="", metavar="NUMBER", help=filing.said(lang))
    parser.add_argument("--year", type=_year, metavar="YEAR", help=year.said(lang))
    parser.add_argument("--on", type=day_of, metavar="DAY", help=on.said(lang))
    parser.add_argument("--out", type=_file, metavar="FILE", help=out.said(lang))
    add_store_arguments(parser, lang)


def _year(text: str) -> int:
    return day_of(f"{text}-01-01").year


def _file(text: str) -> Path:
    if not text.lower().endswith((".docx", ".xlsx")):
        raise ArgumentTypeError(f"{text!r}: .docx, .xlsx")
    return Path(text)


def _run(arguments: Namespace) -> int:
    from guanjin.reporting import write_report  # noqa: PLC0415  # --help must not pay for the store

    return int(write_report(arguments))


COMMAND = Command(
    "report",
    Speech(
        "报告：自评估、影响评估、申报表，通报、整改通知、办结报告（DOCX、XLSX）",
        "reports: forms that observation fills, letters of a case (DOCX, XLSX)",
    ),
    (
        "guanjin report self-assessment --organisation 91350100M000100Y43 --registry registry.yaml --out report.docx",
        "guanjin report notice --case 5f0c2b1a9d8e7f60 --state guanjin-state --out notice.docx",
        "guanjin report application --organisation 91350100M000100Y43 --filing 沪网信备2026-0142 --out form.xlsx",
    ),
    _arguments,
    _run,
)
