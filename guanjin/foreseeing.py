"""Behind ``guanjin outlook``: warnings as lines or JSON."""

from argparse import Namespace
from collections.abc import Iterator
import sys
from typing import Any, Final

import msgspec
import numpy as np

from collector.law.shelf import routes_of_law
from collector.outlook import Alert, Horizon, outlook
from collector.splitting import suspect
from collector.whatif import Rules
from guanjin import config
from guanjin.clerk import plain
from guanjin.command import Exit, Speech
from guanjin.kept import kept_store
from guanjin.settings import registry_of
from wire.codec import json_line
from wire.legal_time import legal_day
from wire.titles import EN

_HEADS: Final = (
    (True, Speech("需要处理：", "To be acted on:")),
    (False, Speech("供参考：", "For information:")),
)
_NOTHING: Final = Speech("没有需要提示的事项。", "There is nothing to tell.")
_MOST: Final = 200
_MORE: Final = Speech("……另有 {0} 条（--json 全部输出）", "... and {0} more (--json prints all)")


def show_outlook(arguments: Namespace) -> Exit:
    """Print what lies ahead; 1 when something has to be acted on soon."""
    rules = Rules(registry_of(arguments), routes_of_law())
    horizon = Horizon(arguments.on or legal_day(config.now_ns()), arguments.within, arguments.recent)
    with kept_store(arguments) as store:
        alerts = outlook(store, rules, horizon, np.random.default_rng(arguments.seed))
        if arguments.open_cases:
            suspect(store, rules.registry, horizon.on, config.now_ns())
    if arguments.json:
        for alert in alerts:
            sys.stdout.buffer.write(json_line(_record(alert)) + b"\n")
    else:
        names = {
            each.organisation: (arguments.lang == EN and each.name_en) or each.name for each in rules.registry.exporters
        }
        print("\n".join(_lines(alerts, names, arguments.lang)) or _NOTHING.said(arguments.lang))
    return Exit.FLAGGED if any(each.is_soon for each in alerts) else Exit.CLEAN


def _record(alert: Alert) -> dict[str, Any]:
    return msgspec.structs.asdict(alert)


def _lines(alerts: tuple[Alert, ...], names: dict[str, str], lang: str) -> Iterator[str]:
    for is_soon, head in _HEADS:
        some = [each for each in alerts if each.is_soon is is_soon]
        if some:
            yield head.said(lang)
        for alert in some[:_MOST]:
            yield plain(_line(alert, names, lang))
        if len(some) > _MOST:
            yield _MORE.said(lang).format(f"{len(some) - _MOST:,}")


def _line(alert: Alert, names: dict[str, str], lang: str) -> str:
    day = f"{alert.due}" if alert.due else "          "
    sign = "▲" if alert.is_soon else "·"
    says, cited = alert.what_en if lang == EN else alert.what, alert.citation
    who = names.get(alert.organisation, alert.organisation) or Speech("未识别的主体", "unknown exporter").said(lang)
    law = f"（{cited.instrument} {cited.article}）" if cited else ""
    return f"{sign} {day}  {who}  {says}{law}"
