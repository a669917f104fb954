"""Boards in Grafana's classic JSON, through Grafana's own SDK, and the files that provision them."""

from collections.abc import Callable, Iterator
from typing import Any, Final
import warnings

from dashboards import boards
from dashboards.board import COLOURS, Board, Look, Panel, Prom, Sql
from dashboards.rules import of_site
from dashboards.site import INTERVAL_S, Site
from wire.shelf import collect

with warnings.catch_warnings():
    # Said once, when the classic model is imported; why it is the classic one stands in ADR 0029.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import (
        barchart,
        bargauge,
        dashboard,
        heatmap,
        piechart,
        prometheus,
        stat,
        table,
        timeseries,
    )
    from grafana_foundation_sdk.builders import (
        common as common_builders,
    )
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.variants import Dataquery
    from grafana_foundation_sdk.models import common
    from grafana_foundation_sdk.models import dashboard as models
    from grafana_foundation_sdk.models.dashboard import DynamicConfigValue, GridPos, Threshold
    from grafana_foundation_sdk.models.prometheus import PromQueryFormat

PROMETHEUS_UID: Final = "guanjin-prom"
POSTGRES_UID: Final = "guanjin-pg"
_POSTGRES: Final = "grafana-postgresql-datasource"
_METRICS: Final = common.DataSourceRef(type_val="prometheus", uid="${datasource}")
_STORE: Final = common.DataSourceRef(type_val=_POSTGRES, uid="${sqlsource}")
_COLUMNS: Final = 24
_BUILDERS: Final[dict[Look, Callable[[], Any]]] = {
    Look.TIMESERIES: timeseries.Panel,
    Look.STAT: stat.Panel,
    Look.BARGAUGE: bargauge.Panel,
    Look.BARCHART: barchart.Panel,
    Look.TABLE: table.Panel,
    Look.HEATMAP: heatmap.Panel,
    Look.PIE: piechart.Panel,
}
_REDUCED: Final = (Look.STAT, Look.BARGAUGE, Look.PIE)
"""Panels that show one value a line: they are asked for now, not for a stretch of time."""


def every_board() -> tuple[Board, ...]:
    """Every board."""
    return collect(boards, "BOARD", Board)


def board_json(board: Board, site: Site) -> str:
    """The board as Grafana reads it from a file."""
    text: str = JSONEncoder(sort_keys=True, indent=1, ensure_ascii=False).encode(_dashboard(board, site).build())
    return text + "\n"


def datasources(*, password: str = "$GUANJIN_READER_PASSWORD") -> dict[str, Any]:  # noqa: S107  # a variable's name
    """Grafana's file of data sources: fixed uids, so that a board finds them wherever it is loaded."""
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "guanjin Prometheus", "uid": PROMETHEUS_UID, "type": "prometheus", "access": "proxy",
                "url": "$GUANJIN_PROMETHEUS_URL", "isDefault": True, "editable": False,
                "jsonData": {"timeInterval": f"{INTERVAL_S}s", "httpMethod": "POST"},
            },
            {
                "name": "guanjin PostgreSQL", "uid": POSTGRES_UID, "type": _POSTGRES, "access": "proxy",
                "url": "$GUANJIN_POSTGRES_ADDRESS", "user": "$GUANJIN_READER", "editable": False,
                "jsonData": {"database": "guanjin", "sslmode": "disable", "postgresVersion": 1500},
                "secureJsonData": {"password": password},
            },
        ],
    }  # fmt: skip


def providers() -> dict[str, Any]:
    """Grafana's file that says where the boards lie."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "guanjin", "folder": "关津", "folderUid": "guanjin", "type": "file", "allowUiUpdates": False,
                "disableDeletion": True, "options": {"path": "/etc/grafana/boards"},
            }
        ],
    }  # fmt: skip


class _SqlQuery(Dataquery):
    """A question to PostgreSQL, which the SDK has no model for."""

    def __init__(self, ask: Sql, ref: str) -> None:
        self._ask, self._ref = ask, ref

    def to_json(self) -> dict[str, object]:
        """As Grafana's plug-in wants it."""
        return {
            "refId": self._ref, "datasource": _STORE.to_json(), "rawSql": self._ask.text, "rawQuery": True,
            "editorMode": "code", "format": "time_series" if self._ask.is_series else "table",
        }  # fmt: skip

    def build(self) -> "_SqlQuery":
        """The SDK asks a builder for it; it is its own."""
        return self


def _dashboard(board: Board, site: Site) -> Any:
    built = (
        dashboard.Dashboard(" ".join(board.title))
        .uid(board.uid)
        .description(" · ".join(board.says))
        .tags(["guanjin"])
        .readonly()
        .timezone("Asia/Shanghai")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .time(board.since, "now")
        .refresh("1m")
        .with_variable(_source("datasource", "指标 metrics", "prometheus", PROMETHEUS_UID))
        .with_variable(_source("sqlsource", "案件库 store", _POSTGRES, POSTGRES_UID))
        .with_variable(dashboard.ConstantVariable("console").value(site.console))
        .link(_siblings())
        .annotation(_alerts())
    )
    for number, (panel, place) in enumerate(_placed(board), 1):
        built = built.with_panel(_panel(panel, site).id(number).grid_pos(place))
    return built


def _siblings() -> Any:
    link = dashboard.DashboardLink("关津 guanjin").type(models.DashboardLinkType.DASHBOARDS).tags(["guanjin"])
    return link.as_dropdown(as_dropdown=True).include_vars(include_vars=True).keep_time(keep_time=True)


def _alerts() -> Any:
    return (
        dashboard.AnnotationQuery()
        .name("告警 alerts")
        .datasource(_METRICS)
        .enable(enable=True)
        .icon_color("red")
        .expr('ALERTS{alertname=~"Guanjin.*", alertname!="GuanjinWatchdog", alertstate="firing"}')
    )


def _source(name: str, label: str, kind: str, uid: str) -> Any:
    current = models.VariableOption(text=uid, value=uid)
    return dashboard.DatasourceVariable(name).label(label).type(kind).current(current)


def _placed(board: Board) -> Iterator[tuple[Panel, GridPos]]:
    """From left to right, a new row where the width is used up."""
    left = top = height = 0
    for panel in board.panels:
        if left + panel.width > _COLUMNS:
            left, top, height = 0, top + height, 0
        yield panel, GridPos(x=left, y=top, w=panel.width, h=panel.height)
        left, height = left + panel.width, max(height, panel.height)


def _panel(panel: Panel, site: Site) -> Any:
    built = _BUILDERS[panel.look]().title(" ".join(panel.title)).description(" · ".join(panel.says)).unit(panel.unit)
    built = built.datasource(_METRICS if isinstance(panel.asks[0], Prom) else _STORE)
    for ref, ask in zip("ABCDEF", panel.asks, strict=False):
        built = built.with_target(_target(ask, ref, panel.look, site))
    if panel.steps:
        steps = [Threshold(value=value, color=colour) for colour, value in panel.steps]
        built = built.thresholds(dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    if panel.link[0]:
        built = built.override_by_name(panel.link[1], [_links(panel.link[0])])
    for verdict, colour in COLOURS.items() if _shows_verdicts(panel) else ():
        colouring = DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})
        built = built.override_by_name(verdict, [colouring])
    return _looked(built, panel.look)


def _looked(built: Any, look: Look) -> Any:
    if look is Look.TIMESERIES:
        return built.legend(_legend())
    if look in (Look.STAT, Look.BARGAUGE):
        built = built.reduce_options(common_builders.ReduceDataOptions().calcs(["lastNotNull"]).values(values=False))
    return built.orientation(common.VizOrientation.HORIZONTAL) if look is Look.BARGAUGE else built


def _legend() -> Any:
    shown = common_builders.VizLegendOptions().show_legend(show_legend=True).placement(common.LegendPlacement.BOTTOM)
    return shown.display_mode(common.LegendDisplayMode.LIST)


def _shows_verdicts(panel: Panel) -> bool:
    return any(isinstance(ask, Prom) and ask.legend == "{{verdict}}" for ask in panel.asks) or any(
        isinstance(ask, Sql) and ask.is_series for ask in panel.asks
    )


def _links(path: str) -> DynamicConfigValue:
    link = {"title": "控制台 console", "url": "${console}" + path, "targetBlank": True}
    return DynamicConfigValue(id_val="links", value=[link])


def _target(ask: Prom | Sql, ref: str, look: Look, site: Site) -> Any:
    if isinstance(ask, Sql):
        return _SqlQuery(ask, ref)
    query = prometheus.Dataquery().expr(of_site(ask.expr, site)).legend_format(ask.legend).ref_id(ref)
    query = query.datasource(_METRICS)
    query = query.instant() if look in _REDUCED else query.range()
    return query.format(PromQueryFormat.HEATMAP if look is Look.HEATMAP else PromQueryFormat.TIME_SERIES)
