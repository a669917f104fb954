"""The catalogue of series as a page for people."""

from collections.abc import Iterator

from dashboards.rules import RECORDINGS
from wire.metrics import AGENT, COLLECTOR, Open, Series


def metrics_page() -> str:
    """The whole page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# 指标 · Metrics\n"
    yield "由 `guanjin monitoring render` 从 `wire/metrics.py` 生成，请勿手工修改。\n"
    yield (
        "Every series that guanjin emits. No label holds a person, an entity, an address, a URL or a file; every "
        "closed label value exists at 0 from the start. 最多 most: samples of one process at the very most.\n"
    )
    for title, some in (("探针 Agent", AGENT), ("研判端 Collector", COLLECTOR)):
        yield f"## {title}\n"
        yield f"共至多 at most {sum(series.most for series in some):,} samples.\n"
        yield "| series | type | labels | 最多 most | meaning |\n| --- | --- | --- | --- | --- |"
        yield from (_row(series) for series in some)
        yield ""
    yield "## 预计算 Recording rules\n\n| series | 说明 | meaning | query |\n| --- | --- | --- | --- |"
    yield from (f"| `{each.name}` | {each.says[0]} | {each.says[1]} | {_code(each.expr)} |" for each in RECORDINGS)
    yield ""


def _row(series: Series) -> str:
    labels = "<br>".join(f"{name}: {_values(values)}" for name, values in series.labels.items()) or "–"
    return f"| `{series.name}` | {series.shape} | {labels} | {series.most:,} | {series.help} |"


def _values(values: tuple[str, ...] | Open) -> str:
    return f"≤ {values.most}" if isinstance(values, Open) else ", ".join(values)


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"
