from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any, Final
import warnings

from jsonschema import Draft202012Validator
import msgspec
import psycopg
import pytest

from collector.cases import Act, Move
from collector.desk import act_on
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.stores.postgres import PostgresStore
from dashboards.board import COLOURS, Board, Panel, Prom, Sql
from dashboards.grafana import POSTGRES_UID, PROMETHEUS_UID, board_json, datasources, every_board, providers
from dashboards.rules import RECORDINGS
from dashboards.site import Site
from tests.collector.builders import COMPANY, LAB, NOWHERE, diagnoses, event, the_registry
from tests.services import postgres
from wire.coverage import Coverage
from wire.metrics import ALL, VERDICTS, Shape

ROOT = Path(__file__).parents[2]
BOARDS = every_board()
PANELS = [(board.uid, panel) for board in BOARDS for panel in board.panels]
UNITS = {"short", "percentunit", "s", "d", "Bps", "bytes", "reqps", "ops"}
_LINK: Final = {"type": "object", "required": ["title", "url"]}
_DATASOURCE: Final = {
    "type": "object",
    "required": ["type", "uid"],
    "additionalProperties": False,
    "properties": {"type": {"type": "string"}, "uid": {"enum": ["${datasource}", "${sqlsource}"]}},
}
_TARGET: Final = {
    "type": "object",
    "required": ["refId", "datasource"],
    "properties": {
        "refId": {"pattern": "^[A-F]$"}, "datasource": _DATASOURCE, "expr": {"type": "string", "minLength": 1},
        "rawSql": {"type": "string", "pattern": "^SELECT "}, "format": {"enum": ["time_series", "table", "heatmap"]},
        "instant": {"type": "boolean"}, "range": {"type": "boolean"},
    },
    "oneOf": [{"required": ["expr"]}, {"required": ["rawSql", "rawQuery"]}],
}  # fmt: skip
_PANEL: Final = {
    "type": "object",
    "required": ["id", "type", "title", "description", "gridPos", "targets", "datasource", "fieldConfig", "options"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "type": {"enum": ["timeseries", "stat", "bargauge", "barchart", "table", "heatmap", "piechart"]},
        "title": {"type": "string", "minLength": 3},
        "description": {"type": "string", "minLength": 3},
        "datasource": _DATASOURCE,
        "targets": {"type": "array", "minItems": 1, "items": _TARGET},
        "gridPos": {
            "type": "object",
            "properties": {"w": {"maximum": 24, "minimum": 1}, "h": {"minimum": 1}, "x": {"maximum": 23, "minimum": 0}},
            "required": ["x", "y", "w", "h"],
        },
        "fieldConfig": {
            "type": "object",
            "required": ["defaults", "overrides"],
            "properties": {
                "defaults": {"type": "object", "required": ["unit"], "properties": {"unit": {"enum": sorted(UNITS)}}},
                "overrides": {
                    "type": "array",
                    "items": {
                        "required": ["matcher", "properties"],
                        "properties": {"properties": {"items": {"required": ["id", "value"]}}},
                    },
                },
            },
        },
    },
}
SCHEMA: Final = {
    "type": "object",
    "required": ["uid", "title", "description", "tags", "timezone", "schemaVersion", "panels", "templating", "time"],
    "not": {"anyOf": [{"required": ["__inputs"]}, {"required": ["__requires"]}]},
    "properties": {
        "uid": {"pattern": "^guanjin-[a-z]+$"}, "editable": {"const": False}, "schemaVersion": {"const": 42},
        "timezone": {"const": "Asia/Shanghai"}, "tags": {"contains": {"const": "guanjin"}},
        "graphTooltip": {"const": 1}, "panels": {"type": "array", "minItems": 5, "items": _PANEL},
        "templating": {"type": "object", "required": ["list"]}, "links": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
"""What of Grafana's classic model we lean on, stricter than the model where the house is."""


def written(board: Board) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(board_json(board, Site()))
    return found


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_a_board_is_what_grafana_reads(board: Board) -> None:
    Draft202012Validator(SCHEMA).validate(written(board))
    ids = [panel["id"] for panel in written(board)["panels"]]
    assert len(ids) == len(set(ids))
    variables = {each["name"]: each for each in written(board)["templating"]["list"]}
    assert variables["datasource"]["current"]["value"] == PROMETHEUS_UID
    assert variables["sqlsource"]["current"]["value"] == POSTGRES_UID


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_grafanas_own_sdk_reads_a_board_and_writes_it_the_same(board: Board) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from grafana_foundation_sdk.cog.encoder import JSONEncoder  # noqa: PLC0415
        from grafana_foundation_sdk.models.dashboard import Dashboard  # noqa: PLC0415

        again = JSONEncoder(sort_keys=True).encode(Dashboard.from_json(written(board)))
    assert msgspec.json.decode(again) == written(board)


def test_panels_do_not_lie_on_each_other() -> None:
    for board in BOARDS:
        cells = [
            (panel["gridPos"]["x"] + dx, panel["gridPos"]["y"] + dy)
            for panel in written(board)["panels"]
            for dx in range(panel["gridPos"]["w"])
            for dy in range(panel["gridPos"]["h"])
        ]
        assert len(cells) == len(set(cells)), board.uid


def test_titles_and_descriptions_are_in_both_languages() -> None:
    texts = [(board.title, board.says) for board in BOARDS] + [(panel.title, panel.says) for _, panel in PANELS]
    for text in texts:
        for zh, en in text:
            assert en.isascii(), en
            assert en
            assert re.search(r"[\u4e00-\u9fff]", zh) or zh[0].isdigit(), zh


def test_nothing_is_drawn_that_is_not_on_the_list() -> None:
    known = {
        series.name + end for series in ALL for end in (("_bucket",) if series.shape is Shape.HISTOGRAM else ("",))
    }
    known |= {each.name for each in RECORDINGS} | {"up", "ALERTS", "scrape_duration_seconds"}
    for uid, panel in PANELS:
        for ask in panel.asks:
            if isinstance(ask, Prom):
                bare = re.sub(r'"[^"]*"', "", ask.expr)
                names = set(re.findall(r"\b(?:guanjin_\w+|[a-z_]+:guanjin\w*:\w+|scrape_\w+|up|ALERTS)\b", bare))
                assert names, panel.title
                assert names <= known, uid


def test_counters_are_only_looked_at_as_rates() -> None:
    for _, panel in PANELS:
        for ask in panel.asks:
            if isinstance(ask, Prom):
                raw = re.sub(r"\b\w+:guanjin\w*:\w+", "", ask.expr)
                assert not re.search(r"(?<!rate\()(?<!increase\()\bguanjin_\w+(_total|_bucket)\b", raw), ask.expr
                assert not re.search(r"rate\([^[]*\[5m\]", ask.expr), "use $__rate_interval or a recording rule"


def test_verdicts_have_the_colours_of_the_console() -> None:
    sheet = (ROOT / "dashboards" / "console" / "static" / "console.css").read_text(encoding="utf-8")
    tones = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", sheet))
    rules = dict(re.findall(r"^((?:\.[a-z_]+,? ?)+)\{ --tone: var\(--([a-z]+)\)", sheet, re.MULTILINE))
    shown = {name.strip(" .,"): tones[tone] for names, tone in rules.items() for name in names.split(",")}
    assert set(COLOURS) == set(VERDICTS)
    for verdict, colour in COLOURS.items():
        assert colour == shown.get(verdict, tones["open"]), verdict


def test_rows_lead_into_the_console() -> None:
    linked = [panel for _, panel in PANELS if panel.link[0]]
    assert len(linked) >= 6
    for panel in linked:
        path = panel.link[0]
        assert path.startswith(("/?organisation=", "/cases"))
        (sql,) = panel.asks
        assert isinstance(sql, Sql)
        assert all(field in sql.text for field in re.findall(r"data\.fields\.(\w+)", path))


def test_data_sources_and_boards_are_found_by_fixed_names() -> None:
    assert [each["uid"] for each in datasources()["datasources"]] == [PROMETHEUS_UID, POSTGRES_UID]
    assert not any(each["editable"] for each in datasources()["datasources"])
    assert providers()["providers"][0]["allowUiUpdates"] is False


STATEMENTS = [(panel, ask) for _, panel in PANELS for ask in panel.asks if isinstance(ask, Sql)]


@pytest.fixture(scope="module")
def database() -> Iterator["psycopg.Connection[Any]"]:
    """The real store with a few transfers, a closed case and an agent that was heard of."""
    url = postgres.server().database()
    store = PostgresStore(url)
    registry, routes = the_registry(), routes_of_law()
    events = [event(number, diagnoses(3), target=target) for number, target in enumerate((NOWHERE, LAB, NOWHERE))]
    handle(events, store=store, registry=registry, routes=routes)
    handle([event(9, diagnoses(5))], store=store, registry=registry, routes=routes)
    case_id = store.cases.case_of(f"{0:032x}")
    act_on(store, Act(case_id=case_id, number=0, move=Move.NOTE, at_ns=2, who="甲", note="看过"))
    store.keep_coverage(Coverage(agent="edge-01", started_ns=1, seen_ns=2, version="1"))
    out_of_scope = event(10, diagnoses(3), target=LAB, organisation=COMPANY)
    handle([out_of_scope], store=store, registry=registry, routes=routes)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '2s'")
        connection.execute("UPDATE guanjin.transfer SET status = 'over_volume' WHERE event_id = %s", [f"{2:032x}"])
        yield connection
    store.close()


@pytest.mark.parametrize(("panel", "ask"), STATEMENTS, ids=[panel.title[1] for panel, _ in STATEMENTS])
@pytest.mark.service
@pytest.mark.skipif(not (postgres.PROGRAMS / "postgres").exists(), reason="needs Debian's postgresql")
def test_every_question_to_the_store_has_an_answer(panel: Panel, ask: Sql, database: "psycopg.Connection[Any]") -> None:
    text = re.sub(r"\$__unixEpochNanoFilter\((\w+)\)", rf"(\1 BETWEEN 0 AND {2**62})", ask.text)
    text = text.replace("now()", "timestamptz '2026-03-03'")
    assert "$__" not in text
    cursor = database.execute(text)
    assert cursor.fetchall(), panel.title
    assert cursor.description
    columns = [column.name for column in cursor.description]
    assert not ask.is_series or columns == ["time", "metric", "value"]
