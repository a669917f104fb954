"""The runbook page of an alert (值班手册): Chinese first, English complete, the same headings on each."""

from collections.abc import Iterator
from typing import Final

from dashboards.alert import Alert, Both, Severity, Team
from dashboards.rules import every_alert, of_site, runbook_name
from dashboards.site import Site

_SEVERITIES: Final[dict[Severity, Both]] = {
    Severity.CRITICAL: ("严重：立即处理，夜间也叫醒", "critical: now, at night too"),
    Severity.WARNING: ("警告：当天处理", "warning: today"),
    Severity.INFO: ("提示：列入日程", "info: put it on the calendar"),
    Severity.NONE: ("始终触发", "always firing"),
}
_TEAMS: Final[dict[Team, Both]] = {
    Team.OPS: ("运维", "operations"),
    Team.PRIVACY: ("个人信息保护", "privacy"),
    Team.COMPLIANCE: ("监管处置", "compliance"),
}
_ESCALATE: Final[dict[Team, Both]] = {
    Team.OPS: (
        "半小时内未恢复，或影响两条以上链路：报运维负责人，并告知监管处置值班。",
        "Not mended within half an hour, or more than two links: tell the head of operations and the compliance duty.",
    ),
    Team.PRIVACY: (
        "立即报个人信息保护负责人；怀疑有人冒充探针时同时报网络安全负责人。",
        "Tell the privacy officer at once; if somebody may pose as an agent, the head of security too.",
    ),
    Team.COMPLIANCE: (
        "本班不能判断，或主体不配合：报监管处置负责人。",
        "The shift cannot decide, or the entity does not cooperate: tell the head of compliance.",
    ),
}
_RECORD: Final[dict[Team, Both]] = {
    Team.OPS: (
        "起止时间、受影响的链路、原因；在该时段的案件中注明计数是否为下限。",
        "Begin, end, links, cause; write into the cases of the period whether their counts are lower bounds.",
    ),
    Team.PRIVACY: (
        "时间、探针、规则编号、处理结果；绝不记录数据本身。",
        "Time, agent, id of the rule, what was done; never the data themselves.",
    ),
    Team.COMPLIANCE: (
        "谁在何时确认了什么、依据哪一条、给主体的期限；用 guanjin cases act 写入案件。",
        "Who confirmed what and when, by which article, the entity's deadline; enter it with guanjin cases act.",
    ),
}


def runbooks(site: Site) -> dict[str, str]:
    """Every page by the name of its file, and the index."""
    pages = {runbook_name(alert): page(alert, site) for alert in every_alert()}
    return {"README.md": "\n".join(_index()), **pages}


def page(alert: Alert, site: Site) -> str:
    """The page of one alert."""
    return "\n".join(_lines(alert, site)).rstrip() + "\n"


def _lines(alert: Alert, site: Site) -> Iterator[str]:
    yield f"# {alert.name}\n"
    yield f"{alert.title[0]} · {alert.title[1]}\n"
    level, team = _SEVERITIES[alert.severity], _TEAMS[alert.team]
    yield f"- 级别 severity: {level[0]} · {level[1]}"
    yield f"- 负责 team: {team[0]} · {team[1]}"
    yield f"- 面板 board: `{alert.board}`\n"
    yield "## 含义 Meaning\n"
    held = "立即" if alert.lasts == "0s" else f"持续 {alert.lasts}"
    yield f"{alert.title[0]}。下式成立（{held}）即触发。\n"
    yield f"{alert.title[1]}. It fires when this holds{'' if alert.lasts == '0s' else ' for ' + alert.lasts}:\n"
    yield f"```promql\n{of_site(alert.expr, site)}\n```\n"
    yield from _both("影响 Impact", alert.impact)
    yield "## 先看什么 Diagnosis\n"
    yield from (f"{number}. {_shown(what, site)}" for number, what in enumerate(alert.look, 1))
    yield "\n## 怎么办 Mitigation\n"
    yield from (f"{number}. {_zh(zh)}<br>{_en(en)}" for number, (zh, en) in enumerate(alert.act, 1))
    yield ""
    yield from _both("何时上报 Escalation", _ESCALATE[alert.team])
    yield from _both("记录 Record", _RECORD[alert.team])


def _both(heading: str, text: Both) -> Iterator[str]:
    yield f"## {heading}\n\n{_zh(text[0])}\n\n{_en(text[1])}\n"


def _zh(text: str) -> str:
    return text if text.endswith("。") else f"{text}。"


def _en(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _shown(what: str, site: Site) -> str:
    if what.startswith("/"):
        return f"控制台 console: <{site.console}{what}>"
    kind = "命令 command" if what.startswith(("guanjin ", "amtool ", "promtool ")) else "PromQL"
    return f"{kind}: `{of_site(what, site)}`"


def _index() -> Iterator[str]:
    yield "# 值班手册 · Runbooks\n"
    yield "由 `guanjin monitoring render` 从 `dashboards/alerts` 生成，请勿手工修改。"
    yield "Generated from `dashboards/alerts`; do not edit by hand.\n"
    yield "| 告警 Alert | 说明 | What | 级别 severity | 负责 team |\n| --- | --- | --- | --- | --- |"
    for alert in every_alert():
        name = f"[{alert.name}]({runbook_name(alert)})"
        yield f"| {name} | {alert.title[0]} | {alert.title[1]} | {alert.severity} | {alert.team} |"
    yield ""
