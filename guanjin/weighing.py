"""Behind ``guanjin rejudge`` and ``guanjin whatif``: differences as words, tables or JSON."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
import sys
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from collector.book import Registry
from collector.law.shelf import routes_of_law
from collector.law.wording import persons_en, persons_zh
from collector.registry import read_registry
from collector.rejudge import rejudge
from collector.verdicts import GRAVITY, Reason, Verdict
from collector.whatif import Change, Difference, Limit, Rules, Scope, what_if
from guanjin import config
from guanjin.clerk import plain
from guanjin.command import Exit, Speech
from guanjin.kept import kept_store
from guanjin.retelling import retold
from wire.codec import json_line
from wire.faults import ConfigurationError
from wire.legal_time import SHANGHAI, moment_of, rfc3339
from wire.titles import EN, status_title

_WIDE: Final = 160
_WRITTEN: Final = Speech("已重新判定", "judged again")
_TOLD: Final = Speech("如按此登记判定（未写入）", "as it would be judged (nothing was written)")
_SAME: Final = Speech("无改判的主体年度：{0}", "exporter years without a change: {0}")
_REASONS: Final = Speech("依据：", "reasons: ")


def judge_again(arguments: Namespace) -> Exit:
    """Judge stored transfers again and keep the result, or only show it."""
    rules = _rules(arguments.registry)
    with kept_store(arguments) as store:
        found = (
            what_if(store, rules, _scope(arguments), most=arguments.most)
            if arguments.dry_run
            else rejudge(store, rules, _scope(arguments), config.now_ns(), arguments.most)
        )
        return _say(found, arguments, rules.registry, _TOLD if arguments.dry_run else _WRITTEN)


def show_what_if(arguments: Namespace) -> Exit:
    """Show what another registry would change."""
    rules = _rules(arguments.registry)
    if arguments.columns:
        return _say(retold(arguments, rules), arguments, rules.registry, _TOLD)
    against = _rules(arguments.against) if arguments.against else None
    with kept_store(arguments) as store:
        found = what_if(store, rules, _scope(arguments), against=against, most=arguments.most)
        return _say(found, arguments, rules.registry, _TOLD)


def record_of(difference: Difference, lang: str) -> dict[str, Any]:
    """An exporter's year, for a machine."""
    return {
        "organisation": difference.organisation,
        "year": difference.year,
        "events": difference.events,
        "before": difference.before,
        "after": difference.after,
        "changed": difference.changed,
        "reworded": difference.reworded,
        "changes": [_change_record(each, lang) for each in difference.first],
        "thresholds": [_limit_record(each) for each in difference.limits],
    }


def _say(found: Iterator[Difference], arguments: Namespace, registry: Registry, head: Speech) -> Exit:
    changed = same = 0
    for difference in found:
        is_changed = bool(difference.changed or difference.turned)
        changed += is_changed
        same += not is_changed
        if arguments.json:
            sys.stdout.buffer.write(json_line(record_of(difference, arguments.lang)) + b"\n")
        elif is_changed:
            _print(difference, registry, head, arguments.lang)
    if not arguments.json:
        print(_SAME.said(arguments.lang).format(same))
    return Exit.FLAGGED if changed else Exit.CLEAN


def _print(difference: Difference, registry: Registry, head: Speech, lang: str) -> None:
    exporter = registry.exporter(difference.organisation)
    name = ((lang == EN and exporter.name_en) or exporter.name) if exporter else difference.organisation
    stranger = Speech("未识别的主体", "unknown exporter").said(lang)
    counted = Speech(
        f"{difference.events:,} 次传输，改判 {difference.changed:,} 次，仅理由有变 {difference.reworded:,} 次",
        f"{difference.events:,} transfers, {difference.changed:,} judged otherwise, "
        f"{difference.reworded:,} with other reasons only",
    )
    print(plain(f"{name or stranger} · {difference.year} · {head.said(lang)}"))
    print(f"  {counted.said(lang)}")
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    console.print(_counts(difference, lang))
    for each in difference.turned:
        print(f"  ▲ {_limit_said(each).said(lang)}")
    for change in difference.first:
        print("\n".join(f"  {plain(line)}" for line in _change_lines(change, lang)))
    if difference.changed > len(difference.first):
        left = difference.changed - len(difference.first)
        print(Speech(f"  ……另有 {left:,} 次", f"  ... and {left:,} more").said(lang))


def _counts(difference: Difference, lang: str) -> Table:
    heads = (Speech("判定", "verdict"), Speech("之前", "before"), Speech("之后", "after"), Speech("增减", "change"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, each in enumerate(heads):
        table.add_column(each.said(lang), justify="right" if number else "left")
    for status in GRAVITY:
        before, after = difference.before.get(status, 0), difference.after.get(status, 0)
        if before or after:
            step = f"{after - before:+,}" if after != before else ""
            table.add_row(status_title(status, lang), f"{before:,}", f"{after:,}", step)
    return table


def _limit_said(limit: Limit) -> Speech:
    what = Speech("敏感个人信息", "sensitive data: ") if limit.sensitive else Speech("", "")
    now = (
        Speech("将达到", "reached now, not before")
        if limit.is_crossed
        else Speech("不再达到", "reached before, not now")
    )
    return Speech(
        f"{what.zh}{now.zh} {limit.persons:,} 人：之前{persons_zh(limit.before)}，之后{persons_zh(limit.after)}",
        f"{what.en}{limit.persons:,} {now.en}: before {persons_en(limit.before)}, after {persons_en(limit.after)}",
    )


def _change_lines(change: Change, lang: str) -> Iterator[str]:
    time = moment_of(change.begun_ns).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    before, after = (status_title(each.status, lang, each.required_route) for each in (change.before, change.after))
    filing = f"（{change.after.filing}）" if lang != EN else f" ({change.after.filing})"
    yield f"{time} → {change.target}  {before} ⇒ {after}{filing if change.after.filing else ''}  {change.event_id}"
    for each in _lead(change.after):
        yield f"    {_REASONS.said(lang)}{_cited(each, lang)}"


def _lead(verdict: Verdict) -> Sequence[Reason]:
    """The first reason is the one that decides; ``guanjin explain`` prints all."""
    return verdict.reasons[:1]


def _cited(reason: Reason, lang: str) -> str:
    cited = f"（{reason.citation.instrument} {reason.citation.article}）" if reason.citation else ""
    return f"{reason.says_en if lang == EN else reason.says}{cited}"


def _change_record(change: Change, lang: str) -> dict[str, Any]:
    return {
        "event_id": change.event_id,
        "begun": rfc3339(change.begun_ns),
        "target": change.target,
        "before": _verdict_record(change.before, lang),
        "after": _verdict_record(change.after, lang),
    }


def _verdict_record(verdict: Verdict, lang: str) -> dict[str, Any]:
    return {
        "status": verdict.status,
        "route": verdict.route,
        "required_route": verdict.required_route,
        "filing": verdict.filing,
        "reasons": [
            {
                "says": each.says_en if lang == EN else each.says,
                "instrument": each.citation.instrument if each.citation else "",
                "article": each.citation.article if each.citation else "",
            }
            for each in verdict.reasons
        ],
    }


def _limit_record(limit: Limit) -> dict[str, Any]:
    return {
        "persons": limit.persons,
        "sensitive": limit.sensitive,
        "before": limit.before,
        "after": limit.after,
        "was_crossed": limit.was_crossed,
        "is_crossed": limit.is_crossed,
    }


def _scope(arguments: Namespace) -> Scope:
    return Scope(arguments.organisation, arguments.year)


def _rules(path: Path | None) -> Rules:
    if path is None:
        raise ConfigurationError("no registry was named", cure="--registry FILE says what is judged by")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read the registry: {error.strerror}", at=str(path)) from error
    return Rules(read_registry(content, str(path)), routes_of_law())
