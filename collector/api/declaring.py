"""The registry: what is declared, on any day; changes with a dry run; tables in and out; what if; policy pages."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from collector.accounts import Right
from collector.api.endpoint import EXPORTER, LANG, LIMIT, MOST_UPLOAD, Answer, Call, Endpoint, MissingError
from collector.book import Registry
from collector.clocks import all_deadlines
from collector.deeds import Deeds
from collector.law.unverified import unverified_terms
from collector.policies import PolicyPage
from collector.registry import read_registry
from collector.registry_diff import entry_name, named_entries, plain
from collector.registry_edit import Draft, cells_of, draft_of_drop, draft_of_entry, draft_of_single, fields_of
from collector.registry_history import Entry
from collector.registry_import import RECORDS
from collector.registry_sheets import csv_files, xlsx_file
from collector.registry_table import grids_of
from collector.tenant import registry_of_tenant
from collector.whatif import Difference
from wire.faults import ConfigurationError, MalformedError
from wire.legal_time import legal_day, rfc3339

_MOST_VERSIONS: Final = 100
Reason = Annotated[str, Meta(max_length=500, description="why; needed unless it is a dry run")]


class ChangesBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries to put in or change, entries to take out, settings, calendar: one version."""

    put: dict[str, tuple[dict[str, Any], ...]] = {}
    drop: dict[str, tuple[str, ...]] = {}
    settings: dict[str, Any] | None = None
    calendar: dict[str, Any] | None = None
    reason: Reason = ""


class PolicyBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An edition of a policy page."""

    page: PolicyPage
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


def record_of_difference(difference: Difference, language: int) -> dict[str, Any]:
    """An exporter's year before and after, as ``guanjin whatif --json`` has it."""
    return {
        "organisation": difference.organisation,
        "year": difference.year,
        "events": difference.events,
        "before": difference.before,
        "after": difference.after,
        "changed": difference.changed,
        "reworded": difference.reworded,
        "changes": [
            {
                "event_id": each.event_id,
                "begun": rfc3339(each.begun_ns),
                "target": each.target,
                "before": each.before.status,
                "after": each.after.status,
                "reasons": [reason.says_en if language else reason.says for reason in each.after.reasons],
            }
            for each in difference.first
        ],
        "thresholds": [
            {
                "sensitive": each.sensitive,
                "persons": each.persons,
                "before": each.before,
                "after": each.after,
                "crossed_before": each.was_crossed,
                "crossed_after": each.is_crossed,
            }
            for each in difference.limits
        ],
    }


def _registry(call: Call) -> Answer:
    entry, registry = _standing(call)
    on = call.day("on") or legal_day(call.bench.now_ns())
    return {
        "version": _record(entry) if entry else None,
        "registry": {
            name: [plain(each) for each in value] if isinstance(value, tuple) else plain(value)
            for name, value in ((field, getattr(registry, field)) for field in Registry.__struct_fields__)
        },
        "deadlines": all_deadlines(registry, on, unverified_terms()),
    }, 200


def _section(call: Call) -> Answer:
    section = call.path["section"]
    if section not in RECORDS:
        raise MissingError(f"no such section; there are {', '.join(RECORDS)}")
    _, registry = _standing(call)
    items = [{"name": name, "entry": plain(entry)} for name, entry in named_entries(registry, section).items()]
    return {"items": items}, 200


def _standing(call: Call) -> tuple[Entry | None, Registry]:
    """The registry as it stands, or as it stood on the day that is asked for."""
    day = call.day("on")
    if day is None:
        return None, call.bench.registry
    found = call.office.keeper.as_of(day)
    if found is None:
        raise MissingError(f"no version was kept by {day}")
    entry, registry = found
    who = call.visit.who
    return entry, registry_of_tenant(registry, who.organisation) if who.organisation else registry


def _versions(call: Call) -> Answer:
    if call.visit.who.organisation:
        raise MissingError("the log of versions is the regulator's")
    most = call.number("limit", _MOST_VERSIONS, range(1, _MOST_VERSIONS + 1))
    found = call.office.keeper.history(most)
    return {"items": [{"version": _record(entry), "changes": changes} for entry, changes in found]}, 200


def _change(call: Call) -> Answer:
    body = call.said(ChangesBody)
    return _planned(call, _draft(body, call.bench.registry), body.reason)


def _import(call: Call) -> Answer:
    try:
        grids = grids_of(call.body, call.query.get("name", "table.csv"))
    except ConfigurationError as error:
        raise MalformedError(error.what) from error
    return _planned(call, Draft(grids=grids), call.query.get("reason", ""))


def _planned(call: Call, draft: Draft, reason: str) -> Answer:
    """The differences; saved if that is asked for and nothing is wrong."""
    deeds, is_dry = call.deeds, call.is_on("dry_run")
    plan = deeds.plan(draft)
    said: dict[str, Any] = {
        "changes": plan.changes,
        "same": plan.unchanged,
        "faults": plan.faults,
        "verdicts": None,
        "version": None,
    }
    if plan.faults:
        return said, 200 if is_dry else 409
    if is_dry:
        said["verdicts"] = _differences(deeds, plan.registry, call)
        return said, 200
    version = deeds.save(draft, reason)
    said["version"] = _record(version.entry) if version else None
    return said, 201 if version else 200


def _draft(body: ChangesBody, registry: Registry) -> Draft:
    draft = Draft()
    for step in _steps(body, registry):
        draft = draft.and_then(step)
    return draft


def _steps(body: ChangesBody, registry: Registry) -> Iterator[Draft]:
    for section, names in body.drop.items():
        yield from (draft_of_drop(registry, section, name) for name in names)
    for section, entries in body.put.items():
        yield from (_put(registry, section, each) for each in entries)
    for single, values in (("settings", body.settings), ("calendar", body.calendar)):
        if values is not None:
            yield draft_of_single(registry, single, values)


def _put(registry: Registry, section: str, values: dict[str, Any]) -> Draft:
    fields_of(section)
    try:
        entry = msgspec.convert(values, RECORDS[section])
    except msgspec.ValidationError as error:
        raise MalformedError(f"{section}: {error}") from None
    name = entry_name(section, entry)
    before = name if name in named_entries(registry, section) else ""
    return draft_of_entry(registry, section, before, cells_of(entry, section))


def _what_if(call: Call) -> Answer:
    try:
        registry = read_registry(call.body, "registry.yaml")
    except ConfigurationError as error:
        raise MalformedError(error.what) from error
    return {"items": _differences(call.deeds, registry, call)}, 200


def _differences(deeds: Deeds, registry: Registry, call: Call) -> list[dict[str, Any]]:
    found = deeds.differences(registry, call.query.get("organisation", ""))
    return [record_of_difference(each, int(call.language == "en")) for each in found]


def _template(call: Call) -> Answer:
    registry = call.bench.registry if call.is_on("filled") else Registry()
    kind = call.query.get("format", "xlsx")
    if kind == "xlsx":
        return xlsx_file(registry), 200
    files = dict(csv_files(registry))
    if kind not in files:
        raise MalformedError(f"format must be xlsx or one of {', '.join(files)}")
    return files[kind], 200


def _policies(call: Call) -> Answer:
    on, known = call.day("on"), call.day("known")
    found = [each for each in call.office.policies.all(known) if on is None or each.page.holds(on)]
    return {"items": [_edition(each) for each in found]}, 200


def _policy(call: Call) -> Answer:
    found = call.office.policies.history(call.path["slug"])
    if not found:
        raise MissingError("no such page")
    return {"items": [_edition(each) for each in found]}, 200


def _publish(call: Call) -> Answer:
    body = call.said(PolicyBody)
    return _edition(call.deeds.publish(body.page, body.reason)), 201


def _edition(each: Any) -> dict[str, Any]:
    return {
        "number": each.number, "recorded": rfc3339(each.recorded_ns), "author": each.author, "reason": each.reason,
        "page": each.page,
    }  # fmt: skip


def _record(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number, "recorded": rfc3339(entry.recorded_ns), "author": entry.author,
        "reason": entry.reason, "seal": entry.seal,
    }  # fmt: skip


_ON: Final = ("on", "as it stood at the end of that day in Shanghai")
_DRY: Final = ("dry_run", "`true`: say what would change, write nothing")
ENDPOINTS: Final = (
    Endpoint(
        path="/api/v1/registry", says="The registry as it stands, with what falls due; or as it stood on a day.",
        answer=_registry, parameters=(_ON,),
    ),
    Endpoint(
        path="/api/v1/registry/versions", says="Who changed what, when and why, newest first.", answer=_versions,
        parameters=(LIMIT,),
    ),
    Endpoint(
        path="/api/v1/registry/template", says="Tables to fill in, empty or with what is declared.", answer=_template,
        parameters=(("format", "`xlsx` (default), or `exporters.csv` and the like"), ("filled", "`true` or `false`")),
        media_type="application/octet-stream",
    ),
    Endpoint(
        path="/api/v1/registry/sections/{section}", says="The entries of one section.", answer=_section,
        parameters=(_ON,),
    ),
    Endpoint(
        method="POST", path="/api/v1/registry/changes",
        says="Put entries in, change them, take them out: one version, and what it concerns is judged again.",
        answer=_change, right=Right.DECLARE, body=ChangesBody, parameters=(_DRY, EXPORTER, LANG),
        example='{"put": {"recipients": [{"id": "us-lab", "name": "US Lab Inc.", "country": "US"}]}, '
        '"drop": {"exemptions": []}, "reason": "新增接收方"}',
    ),
    Endpoint(
        method="POST", path="/api/v1/registry/import", says="Bring in a CSV or XLSX table; it is the body.",
        answer=_import, right=Right.DECLARE, most=MOST_UPLOAD,
        parameters=(("name", "the file's name: `filings.csv`"), ("reason", "why"), _DRY, EXPORTER, LANG),
    ),
    Endpoint(
        method="POST", path="/api/v1/whatif",
        says="What would be judged otherwise under the registry (YAML) in the body; nothing is written.",
        answer=_what_if, parameters=(EXPORTER, LANG), most=MOST_UPLOAD,
    ),
    Endpoint(
        path="/api/v1/policies", says="Policy and FAQ pages, the newest edition of each.", answer=_policies,
        parameters=(("on", "those that hold on that day"), ("known", "as they were known at the end of that day")),
    ),
    Endpoint(path="/api/v1/policies/{slug}", says="Every edition of one page, newest first.", answer=_policy),
    Endpoint(
        method="POST", path="/api/v1/policies", says="Publish an edition of a page.", answer=_publish,
        right=Right.DECLARE, body=PolicyBody,
    ),
)  # fmt: skip
