"""What ``guanjin registry`` shows: filings and how they stand, what falls due, what was changed."""

from collections.abc import Sequence
from datetime import date
import sys
from typing import Any, Final

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from collector.book import Registry
from collector.clocks import Deadline, standing_on
from collector.declarations import Filing
from collector.filings import STATE_TITLES, Standing
from collector.law.terms import Party
from collector.law.wording import FILING_TITLES
from collector.registry_diff import SECTIONS, SINGLES, Change, Deed, Difference
from collector.registry_diff import plain as entry_record
from collector.registry_history import Entry
from collector.registry_import import Plan
from collector.registry_table import RowFault
from collector.registry_titles import KEYS
from collector.registry_titles import SECTIONS as TITLES
from guanjin.clerk import plain
from guanjin.command import Speech
from wire.legal_time import SHANGHAI, moment_of, rfc3339

_MOST: Final = 200
"""Lines of one kind; JSON has them all."""
_WIDE: Final = 200
_MARKS: Final = {Deed.ADDED: "+", Deed.CHANGED: "~", Deed.REMOVED: "-"}
_STANDINGS: Final = {
    Standing.IN_FORCE: Speech("有效", "in force"),
    Standing.NOT_YET: Speech("尚未生效", "not yet"),
    Standing.EXPIRED: Speech("已到期", "expired"),
    Standing.WITHDRAWN: Speech("不再有效", "ended"),
    Standing.OVERDUE: Speech("逾期未备案", "filing overdue"),
}
_MORE: Final = Speech("……另有 {0} 条", "... and {0} more")


def record_of(registry: Registry, deadlines: Sequence[Deadline], entry: Entry | None, on: date) -> dict[str, Any]:
    """The registry on a day, for a machine."""
    sections: dict[str, Any] = {name: entry_record(getattr(registry, name)) for name in SINGLES}
    for name in SECTIONS:
        sections[name] = [entry_record(each) for each in getattr(registry, name)]
    for said, filing in zip(sections["filings"], registry.filings, strict=True):
        said["standing"] = standing_on(filing, on, registry.workdays).name.lower()
    return {"on": on, "version": record_of_entry(entry), **sections, "deadlines": deadlines}


def record_of_entry(entry: Entry | None) -> dict[str, Any] | None:
    """One line of the log, for a machine."""
    return {**msgspec.structs.asdict(entry), "recorded": rfc3339(entry.recorded_ns)} if entry else None


def print_check(registry: Registry, late: Sequence[Deadline], on: date, lang: str) -> None:
    """Print that a registry is sound, and what is overdue."""
    counted = " · ".join(f"{_section(name, lang)} {len(getattr(registry, name)):,}" for name in SECTIONS)
    print(Speech(f"登记无误：{counted}", f"sound: {counted}").said(lang))
    for each in late[:_MOST]:
        print(f"▲ {_deadline(each, lang)}")
    _print_more(len(late), lang)
    if not late:
        print(Speech(f"截至 {on} 没有逾期事项。", f"Nothing is overdue on {on}.").said(lang))


def print_registry(registry: Registry, deadlines: Sequence[Deadline], entry: Entry | None, on: date, lang: str) -> None:
    """Print filings with their standing, then what falls due."""
    if entry:
        print(_entry(entry, lang))
    names = {each.organisation: (lang == "en" and each.name_en) or each.name for each in registry.exporters}
    heads = (
        Speech("主体", "exporter"), Speech("文号", "number"), Speech("路径", "route"), Speech("有效期", "days"),
        Speech("办理状态", "state"), Speech(f"{on} 的状态", f"on {on}"),
    )  # fmt: skip
    table = Table(*(head.said(lang) for head in heads), box=box.SIMPLE_HEAD, pad_edge=False)
    for filing in registry.filings:
        table.add_row(*map(plain, _row(filing, names, registry, on, lang)))
    _console().print(table)
    print(Speech("期限：", "What falls due:").said(lang) if deadlines else _no_deadline(lang))
    for each in deadlines[:_MOST]:
        print(f"{'▲' if each.is_overdue else '·'} {_deadline(each, lang)}")
    _print_more(len(deadlines), lang)


def print_changes(changes: Sequence[Change], lang: str) -> None:
    """Print every entry that was added, changed or taken out, with before and after."""
    for change in changes[:_MOST]:
        said = "; ".join(_difference(each, lang) for each in change.differences) if change.deed is Deed.CHANGED else ""
        print(plain(f"{_MARKS[change.deed]} {_section(change.section, lang)} {change.entry} {said}".rstrip()))
    _print_more(len(changes), lang)
    if not changes:
        print(Speech("没有不同。", "No difference.").said(lang))


def print_plan(plan: Plan, lang: str) -> None:
    """Print what an import would do, and why rows are refused."""
    if plan.changes:
        print_changes(plan.changes, lang)
    for fault in plan.faults[:_MOST]:
        print(plain(f"✕ {_fault(fault, lang)}"))
    _print_more(len(plan.faults), lang)
    deeds = [change.deed for change in plan.changes]
    added, changed, faults = deeds.count(Deed.ADDED), deeds.count(Deed.CHANGED), len(plan.faults)
    print(Speech(
        f"新增 {added}，修改 {changed}，相同 {plan.unchanged}，错误 {faults}。",
        f"{added} added, {changed} changed, {plan.unchanged} the same, {faults} faults.",
    ).said(lang))  # fmt: skip


def print_entry(entry: Entry, changes: Sequence[Change], lang: str) -> None:
    """Print one version and what it changed."""
    print(_entry(entry, lang))
    print_changes(changes, lang)


def _row(filing: Filing, names: dict[str, str], registry: Registry, on: date, lang: str) -> tuple[str, ...]:
    is_en = lang == "en"
    return (
        names.get(filing.organisation, filing.organisation),
        filing.number,
        FILING_TITLES[filing.route][is_en],
        f"{filing.valid_from} – {filing.valid_until}",
        STATE_TITLES[filing.state][is_en],
        _STANDINGS[standing_on(filing, on, registry.workdays)].said(lang),
    )


def _deadline(deadline: Deadline, lang: str) -> str:
    notes = [
        deadline.opens and Speech(f"{deadline.opens} 起可办", f"from {deadline.opens} on").said(lang),
        deadline.estimated and Speech("工作日为估算", "working days estimated").said(lang),
        deadline.is_overdue and Speech("已逾期", "overdue").said(lang),
        not deadline.is_verified and Speech("依据未核对", "not verified").said(lang),
        deadline.party is Party.AUTHORITY and Speech("主管部门办理", "the authority's turn").said(lang),
    ]
    citation = deadline.citation
    law = f"（{citation.instrument} {citation.article}）" if citation else ""
    said = "".join(f" [{note}]" for note in notes if note)
    what = deadline.what_en if lang == "en" else deadline.what
    return plain(f"{deadline.due} {deadline.filing or deadline.organisation}: {what}{law}{said}")


def _entry(entry: Entry, lang: str) -> str:
    moment = moment_of(entry.recorded_ns).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    head = Speech(f"版本 {entry.number}", f"version {entry.number}").said(lang)
    return plain(f"{head} · {moment} · {entry.author} · {entry.reason} · {entry.seal}")


def _difference(difference: Difference, lang: str) -> str:
    name = difference.key if lang == "en" else KEYS.get(difference.key, difference.key)
    return f"{name}: {_value(difference.before)} → {_value(difference.after)}"


def _value(value: Any) -> str:
    return "∅" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _fault(fault: RowFault, lang: str) -> str:
    sheet = f" {fault.sheet}" if fault.sheet else ""
    row = Speech(f" 第 {fault.row} 行", f" row {fault.row}").said(lang) if fault.row else ""
    column = f" {fault.column if lang == 'en' else KEYS.get(fault.column, fault.column)}" if fault.column else ""
    return f"{fault.file}{sheet}{row}{column}: {fault.reason_en if lang == 'en' else fault.reason}"


def _console() -> Console:
    """Wide where it is not a terminal: a line that is read by a program is not folded."""
    is_terminal = sys.stdout.isatty()
    return Console(highlight=False, markup=False, width=None if is_terminal else _WIDE)


def _section(name: str, lang: str) -> str:
    return TITLES[name][lang == "en"]


def _no_deadline(lang: str) -> str:
    return Speech("没有到期事项。", "Nothing falls due.").said(lang)


def _print_more(count: int, lang: str) -> None:
    if count > _MOST:
        print(_MORE.said(lang).format(f"{count - _MOST:,}"))
