"""Behind ``guanjin spotcheck``: the day is read from the store, drawn from, and checked transfer by transfer."""

from argparse import Namespace
from collections.abc import Iterable
import sys
from typing import Any

from collector.book import Registry
from collector.case_words import title
from collector.checks import draw_of_day
from collector.desk import conclude
from collector.draws import Draw, Outcome, Result
from collector.ports import Judged, Store
from collector.spotcheck import Item, differences, protocol
from guanjin import config
from guanjin.clerk import anonymous, digest_of, plain
from guanjin.command import Exit, Speech
from guanjin.kept import kept_store
from guanjin.settings import registry_of
from wire.codec import json_line
from wire.faults import GuanjinError
from wire.titles import EN

_AGREES = {
    True: Speech("一致", "agrees"),
    False: Speech("不一致", "differs"),
    None: Speech("待核实", "to be asked"),
}


def draw_day(arguments: Namespace) -> Exit:
    """Draw, keep the draw, print it."""
    registry = registry_of(arguments)
    with kept_store(arguments) as store:
        drawn = _draw(store, registry, arguments)
        with store.begin() as transaction:
            transaction.cases.keep_draw(drawn)
    _print_draw(drawn, arguments)
    return Exit.CLEAN


def verify_draw(arguments: Namespace) -> Exit:
    """Draw again and hold it against what was kept: 0 the same, 1 something differs."""
    registry = registry_of(arguments)
    with kept_store(arguments) as store:
        now = _draw(store, registry, arguments)
        asked = (now.day, now.seed, now.rate)
        kept = [each for each in store.cases.draws() if (each.day, each.seed, each.rate) == asked]
    if not kept:
        raise GuanjinError("no such draw is kept here\n  help: guanjin spotcheck draw makes it")
    found = {each.draw_id: list(differences(each, now)) for each in kept}
    for draw_id, some in found.items():
        _say(arguments, {"draw_id": draw_id, "same": not some, "differences": some}, _verdict(draw_id, some, arguments))
    return Exit.FLAGGED if any(found.values()) else Exit.CLEAN


def show_protocol(arguments: Namespace) -> Exit:
    """Print the protocol of every transfer drawn, or of one."""
    registry = registry_of(arguments)
    with kept_store(arguments) as store:
        kept = _kept(store, arguments.draw_id)
        wanted = [name for name in kept.drawn if arguments.event in ("", name)]
        results = store.cases.results(kept.draw_id)
        for name in wanted:
            judged = store.transfer(name)
            if judged is not None:
                some = [each for each in results if each.event_id == name]
                _print_protocol(judged, registry, some, arguments)
    if not wanted:
        raise GuanjinError(f"{arguments.event!r} was not drawn")
    return Exit.CLEAN


def keep_result(arguments: Namespace) -> Exit:
    """Keep what a check found; where it is inconsistent a case follows."""
    registry = registry_of(arguments)
    outcome = Outcome(arguments.outcome)
    note, who = anonymous(arguments.note), anonymous(arguments.by)
    attachments = tuple(digest_of(path) for path in arguments.attach)
    with kept_store(arguments) as store:
        judged = store.transfer(arguments.event) if arguments.event in _kept(store, arguments.draw_id).drawn else None
        if judged is None:
            raise GuanjinError(f"{arguments.event!r} was not drawn")
        result = Result(
            draw_id=arguments.draw_id,
            event_id=arguments.event,
            at_ns=config.now_ns(),
            who=who,
            outcome=outcome,
            note=note,
            attachments=attachments,
        )
        result = conclude(store, result, judged, registry)
    case_id = result.case_id
    follows = Speech(f"，案件 {case_id}", f", case {case_id}").said(arguments.lang) if case_id else ""
    _say(arguments, result, [title("outcome", outcome, arguments.lang) + follows])
    return Exit.FLAGGED if case_id else Exit.CLEAN


def _draw(store: Store, registry: Registry, arguments: Namespace) -> Draw:
    drawn = draw_of_day(store, registry, (arguments.day, arguments.seed, arguments.rate), config.now_ns())
    if arguments.digest and arguments.digest.lower() != drawn.digest:
        raise GuanjinError(
            f"the day's digest is {drawn.digest}, not the one that was published\n"
            "  help: transfers of that day came later, or this is another store"
        )
    return drawn


def _kept(store: Store, draw_id: str) -> Draw:
    found = next((each for each in store.cases.draws() if each.draw_id == draw_id), None)
    if found is None:
        raise GuanjinError(f"no draw {draw_id!r} is kept here\n  help: guanjin spotcheck draw makes one")
    return found


def _say(arguments: Namespace, record: Any, lines: Iterable[str]) -> None:
    if arguments.json:
        sys.stdout.buffer.write(json_line(record) + b"\n")
    else:
        print("\n".join(map(plain, lines)))


def _print_draw(drawn: Draw, arguments: Namespace) -> None:
    lang = arguments.lang
    head = Speech(
        f"抽验 {drawn.draw_id}：{drawn.day} 共 {drawn.events:,} 次传输，出境 {drawn.exports:,} 次，"
        f"抽中 {len(drawn.drawn):,} 次",
        f"draw {drawn.draw_id}: {drawn.events:,} transfers on {drawn.day}, {drawn.exports:,} left the mainland, "
        f"{len(drawn.drawn):,} drawn",
    )
    lines = [
        head.said(lang),
        Speech(f"当日摘要 {drawn.digest}", f"the day's digest {drawn.digest}").said(lang),
        Speech(f"种子 {drawn.seed}，抽样率 {drawn.rate}", f"seed {drawn.seed}, rate {drawn.rate}").said(lang),
    ]
    for one in drawn.strata:
        sector = one.sector or Speech("未登记行业", "no sector").said(lang)
        risk = title("risk", one.risk, lang)
        lines.append(f"{sector} · {one.route} · {risk}: {len(one.drawn):,} / {one.size:,}")
        lines += [f"  {name}" for name in one.drawn]
    _say(arguments, drawn, lines)


def _verdict(draw_id: str, some: list[str], arguments: Namespace) -> list[str]:
    same = Speech(f"{draw_id}：重复抽取，结果一致", f"{draw_id}: drawn again, the same").said(arguments.lang)
    differs = Speech(f"{draw_id}：重复抽取，结果不一致", f"{draw_id}: drawn again, it differs").said(arguments.lang)
    return [differs, *(f"  {each}" for each in some)] if some else [same]


def _print_protocol(judged: Judged, registry: Registry, results: list[Result], arguments: Namespace) -> None:
    items = protocol(judged, registry)
    event_id = judged.event.event_id
    record = {"event_id": event_id, "items": items, "results": results, "signature": None}
    lines = [Speech(f"一致性抽验记录  {event_id}", f"consistency check  {event_id}").said(arguments.lang)]
    for number, item in enumerate(items, 1):
        lines += _item(number, item, arguments.lang)
    lines += [_result(each, arguments.lang) for each in results]
    lines.append(
        Speech(
            "结论：□ 一致  □ 不一致  □ 待补充材料    检查人：________  被检查单位：________  日期：________",
            "result: [ ] consistent  [ ] inconsistent  [ ] unclear    checked by: ______  unit: ______  on: ______",
        ).said(arguments.lang)
    )
    _say(arguments, record, [*lines, ""])


def _item(number: int, item: Item, lang: str) -> list[str]:
    is_english = lang == EN
    return [
        f"{number}. {item.question_en if is_english else item.question}",
        f"   {Speech('观测', 'observed').said(lang)}: {item.observed_en if is_english else item.observed}",
        f"   {Speech('申报', 'declared').said(lang)}: {item.declared_en if is_english else item.declared}",
        f"   {_AGREES[item.agrees].said(lang)}    {Speech('说明', 'answer').said(lang)}: ____________________",
    ]


def _result(result: Result, lang: str) -> str:
    details = [result.who, title("outcome", result.outcome, lang), result.note, *result.attachments, result.case_id]
    return f"   = {'  '.join(part for part in details if part)}"
