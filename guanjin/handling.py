"""Behind ``guanjin cases``: what a person says at the terminal becomes acts, cases become text."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime, timedelta
import sys

from collector.book import Registry
from collector.case_ports import CaseQuery
from collector.case_words import destination_title, exporter_title, title
from collector.cases import Act, Case, Move, State
from collector.desk import CaseRecord, act_on, dossier, open_incident, record_of_case
from collector.incidents import Incident, IncidentGrade, Operator
from collector.ports import Store
from collector.risk import own_factors
from guanjin import config
from guanjin.clerk import anonymous, digest_of, plain, time_of
from guanjin.command import Exit, Speech
from guanjin.kept import kept_store
from guanjin.settings import registry_of
from wire.codec import json_line
from wire.faults import GuanjinError
from wire.legal_time import SHANGHAI, moment_of
from wire.titles import kind_title

_NS = 1_000_000_000


def list_cases(arguments: Namespace) -> Exit:
    """Print cases, the one with the newest transfer first."""
    registry, lang = registry_of(arguments), arguments.lang
    states = (State(arguments.stage),) if arguments.stage else ()
    query = CaseQuery(
        states, at_work=not (arguments.all or states), organisation=arguments.organisation, most=arguments.most
    )
    with kept_store(arguments) as store:
        records = [_record(store, case, registry, lang) for case in store.cases.cases(query)]
    if arguments.json:
        for record in records:
            sys.stdout.buffer.write(json_line(record) + b"\n")
        return Exit.FLAGGED if records else Exit.CLEAN
    for record in records:
        _print_line(record, lang)
    counted = Speech(f"共 {len(records)} 件", f"cases: {len(records)}").said(lang)
    print(counted if records else Speech("没有待办案件。", "No case is waiting.").said(lang))
    return Exit.FLAGGED if records else Exit.CLEAN


def show_case(arguments: Namespace) -> Exit:
    """Print one case file."""
    registry, lang = registry_of(arguments), arguments.lang
    with kept_store(arguments) as store:
        case = store.cases.case(arguments.case_id.lower())
        if case is None:
            raise _unknown(arguments.case_id)
        record = _record(store, case, registry, lang)
    if arguments.json:
        sys.stdout.buffer.write(json_line(record) + b"\n")
    else:
        print("\n".join(_page(case, record, registry, lang)))
    return Exit.FLAGGED if case.state.is_open or case.recurs else Exit.CLEAN


def act_on_case(arguments: Namespace) -> Exit:
    """Append an act and print how the case stands."""
    note = anonymous(arguments.note)
    act = Act(
        case_id=arguments.case_id.lower(),
        number=0,
        move=Move(arguments.move),
        at_ns=config.now_ns(),
        who=anonymous(arguments.by),
        note=note,
        owner=anonymous(arguments.owner),
        due_ns=_end_of(arguments.due) if arguments.due else None,
        passed=arguments.passed,
        attachments=tuple(digest_of(path) for path in arguments.attach),
    )
    registry = registry_of(arguments)
    with kept_store(arguments) as store:
        record = _record(store, act_on(store, act), registry, arguments.lang)
    _print_one(record, arguments)
    return Exit.CLEAN


def open_case(arguments: Namespace) -> Exit:
    """Open the case of an incident."""
    now_ns = config.now_ns()
    known_ns = time_of(arguments.known) if arguments.known else now_ns
    if known_ns > now_ns:
        raise GuanjinError(f"{arguments.known} is still to come: give the time at which it became known")
    incident = Incident(
        known_ns=known_ns,
        what=anonymous(arguments.what),
        operator=Operator(arguments.operator),
        persons=arguments.persons,
        loss_yuan=arguments.loss,
        at_least=IncidentGrade(arguments.grade),
    )
    registry = registry_of(arguments)
    with kept_store(arguments) as store:
        record = _record(store, open_incident(store, arguments.organisation, incident), registry, arguments.lang)
    _print_one(record, arguments)
    return Exit.CLEAN


def _record(store: Store, case: Case, registry: Registry, lang: str) -> CaseRecord:
    return record_of_case(dossier(store, case, registry, own_factors()), registry, config.now_ns(), lang)


def _print_one(record: CaseRecord, arguments: Namespace) -> None:
    if arguments.json:
        sys.stdout.buffer.write(json_line(record) + b"\n")
    else:
        _print_line(record, arguments.lang)


def _print_line(record: CaseRecord, lang: str) -> None:
    level = title("risk", record.risk_level, lang)
    where = f" → {record.destination}" if record.destination else ""
    late = [clock.says for clock in record.clocks if clock.is_late]
    print(plain(f"{record.case_id}  {record.title}{_recurs(record, lang)}  {record.exporter}{where}"))
    last = _shown(record.last)
    said = Speech(
        f"{record.events:,} 次传输，最近 {last}，风险 {record.risk}（{level}）",
        f"transfers: {record.events:,}, last {last}, risk {record.risk} ({level})",
    ).said(lang)
    owner = Speech(f"，承办：{record.owner}", f", owner: {record.owner}").said(lang) if record.owner else ""
    print(plain(f"    {said}{owner}"))
    for says in late:
        print(plain(f"    ! {Speech('已逾期', 'late').said(lang)}: {says}"))


def _page(case: Case, record: CaseRecord, registry: Registry, lang: str) -> Iterator[str]:
    cause, incident = case.opening.cause, case.opening.incident
    yield plain(f"{record.title}{_recurs(record, lang)}  {record.case_id}")
    exporter = exporter_title(cause.organisation, registry, lang)
    pairs: list[tuple[Speech, str]] = [(Speech("主体", "exporter"), f"{exporter} {cause.organisation}".strip())]
    if incident:
        pairs += [
            (Speech("事件", "incident"), incident.what),
            (Speech("级别", "grade"), title("grade", record.grade, lang)),
            (Speech("知悉时间", "known"), _shown_ns(incident.known_ns)),
            (Speech("涉及人数至少", "persons at least"), f"{incident.persons:,}"),
        ]
    else:
        pairs += [
            (Speech("接收方", "recipient"), destination_title(case, registry, lang)),
            (Speech("数据类型", "kinds"), ", ".join(kind_title(kind, lang) for kind in cause.kinds)),
            (Speech("传输", "transfers"), f"{case.events:,}  {_shown_ns(case.first_ns)} – {_shown_ns(case.last_ns)}"),
        ]
    pairs += [
        (Speech("承办", "owner"), record.owner or "-"),
        (Speech("风险", "risk"), f"{record.risk} ({title('risk', record.risk_level, lang)})"),
        (Speech("记录保存至", "keep until"), record.keep_until),
    ]
    yield from (plain(f"  {name.said(lang)}: {value}") for name, value in pairs)
    yield from _lists(record, lang)


def _lists(record: CaseRecord, lang: str) -> Iterator[str]:
    yield Speech("风险因素（权重为关津自定，非法律规定）", "risk factors (weights are guanjin's own, not law)").said(
        lang
    )
    for part in record.risk_parts:
        yield plain(f"  +{part.points:<3} {part.title}: {part.measure}  {part.because}")
    yield Speech("时限", "clocks").said(lang)
    for clock in record.clocks:
        due = _shown(clock.due) if clock.due else Speech("未定", "not set").said(lang)
        state = Speech("已逾期", "late").said(lang) if clock.is_late else ""
        met = Speech("已完成", "met").said(lang) + f" {_shown(clock.met)}" if clock.met else ""
        yield plain(f"  {due}  {clock.says}  《{clock.instrument}》{clock.article} {state} {met}".rstrip())
    yield Speech("办理记录", "history").said(lang)
    for act in record.acts:
        passed = "" if act.passed is None else title("passed", act.passed, lang)
        details = [act.owner, passed, _shown(act.due) if act.due else "", act.note.replace("\n", " "), *act.attachments]
        yield plain(f"  {act.number}. {_shown(act.at)}  {act.who}  {act.title}  {'  '.join(filter(None, details))}")
    yield Speech("传输（最近的）", "transfers (newest)").said(lang)
    yield from (f"  {event_id}" for event_id in record.members)
    yield Speech(f"下一步可以：{' '.join(record.possible)}", f"possible now: {' '.join(record.possible)}").said(lang)


def _recurs(record: CaseRecord, lang: str) -> str:
    return Speech(" · 已复发", " · recurs").said(lang) if record.recurs else ""


def _unknown(case_id: str) -> GuanjinError:
    return GuanjinError(f"no case {case_id!r} is kept here\n  help: guanjin cases list --all")


def _shown(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _shown_ns(time_ns: int) -> str:
    return moment_of(time_ns).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _end_of(text: str) -> int:
    """A deadline: the end of the day if only a day is named."""
    is_day = len(text) == len("2026-11-30")
    return time_of(text) + (int(timedelta(days=1).total_seconds()) * _NS - 1 if is_day else 0)
