"""What a case's words are called, Chinese and English."""

from typing import Final

from collector.book import Registry
from collector.cases import Case, CaseType, Move, State
from collector.causes import INCONSISTENT
from collector.draws import Outcome
from collector.incidents import IncidentGrade, Operator
from collector.risk import HIGH, LOW, MEDIUM
from collector.splitting import SPLITTING
from wire.titles import EN, STATUS_TITLES

TITLES: Final[dict[str, tuple[str, str]]] = {
    **{f"ground.{slug}": both for slug, both in STATUS_TITLES.items()},
    f"ground.{INCONSISTENT}": ("抽验不一致", "Inconsistent on a spot check"),
    f"ground.{SPLITTING}": ("疑似数量拆分", "Splitting suspected"),
    "ground.incident": ("安全事件", "Incident"),
    f"type.{CaseType.UNFILED_EXPORT}": ("出境与申报不符", "Export against what was filed"),
    f"type.{CaseType.INCIDENT}": ("安全事件", "Security incident"),
    f"state.{State.FOUND}": ("发现", "Found"),
    f"state.{State.JUDGED}": ("已研判", "Judged"),
    f"state.{State.NOTIFIED}": ("已通报", "Notified"),
    f"state.{State.RECTIFYING}": ("整改中", "Rectifying"),
    f"state.{State.RECHECKED}": ("复核通过", "Rechecked"),
    f"state.{State.CLOSED}": ("已办结", "Closed"),
    f"state.{State.DISMISSED}": ("不予处理", "Dismissed"),
    f"move.{Move.ASSIGN}": ("分派", "Assigned"),
    f"move.{Move.ACCEPT}": ("研判属实", "Accepted"),
    f"move.{Move.NOTIFY}": ("通报", "Notified"),
    f"move.{Move.RECTIFY}": ("整改", "Rectification"),
    f"move.{Move.RECHECK}": ("复核", "Recheck"),
    f"move.{Move.CLOSE}": ("办结", "Closed"),
    f"move.{Move.DISMISS}": ("不予处理", "Dismissed"),
    f"move.{Move.REOPEN}": ("重新开启", "Reopened"),
    f"move.{Move.NOTE}": ("备注", "Note"),
    f"risk.{HIGH}": ("高", "High"),
    f"risk.{MEDIUM}": ("中", "Medium"),
    f"risk.{LOW}": ("低", "Low"),
    f"grade.{IncidentGrade.EXTREME}": ("特别重大", "Extremely serious"),
    f"grade.{IncidentGrade.MAJOR}": ("重大", "Major"),
    f"grade.{IncidentGrade.CONSIDERABLE}": ("较大", "Considerable"),
    f"grade.{IncidentGrade.GENERAL}": ("一般", "General"),
    f"operator.{Operator.CII}": ("关键信息基础设施运营者", "CII operator"),
    f"operator.{Operator.CENTRAL}": ("中央和国家机关", "Central or state organ"),
    f"operator.{Operator.OTHER}": ("其他网络运营者", "Other operator"),
    f"outcome.{Outcome.CONSISTENT}": ("一致", "Consistent"),
    f"outcome.{Outcome.INCONSISTENT}": ("不一致", "Inconsistent"),
    f"outcome.{Outcome.UNCLEAR}": ("待补充材料", "Unclear"),
    "passed.True": ("通过", "passed"),
    "passed.False": ("未通过", "failed"),
}


def title(group: str, slug: object, lang: str) -> str:
    """The name of a state, a move, a level ...; the slug itself if it is new."""
    both = TITLES.get(f"{group}.{slug}", (str(slug), str(slug)))
    return both[1] if lang == EN else both[0]


def destination_title(case: Case, registry: Registry, lang: str) -> str:
    """Who receives: the registered name, else the host name or address."""
    kind, _, name = case.opening.cause.destination.partition(":")
    if kind == "server":
        return f"readers of {name} from outside" if lang == EN else f"读取 {name} 的境外来访者"
    found = next((each for each in registry.recipients if kind == "recipient" and each.id == name), None)
    return ((lang == EN and found.name_en) or found.name) if found else name


def exporter_title(organisation: str, registry: Registry, lang: str) -> str:
    """The exporter's name in the registry, else its code."""
    found = registry.exporter(organisation)
    return ((lang == EN and found.name_en) or found.name) if found else organisation
