"""Reports: the forms of an exporter, the letters of a case."""

from collections.abc import Iterable
from typing import Any, Final

from collector.api.endpoint import EXPORTER, Answer, Call, Endpoint
from collector.case_ports import CaseQuery
from collector.reports.forms import FORMS
from collector.reports.letters import LETTERS, usual_letter
from collector.reports.making import Format, file_of, form_of, letter_of, request_of
from wire.legal_time import legal_day

_MOST: Final = 100


def _named(some: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in some)


_AS: Final = ("as", f"{_named(Format)}; `{Format.DOCX}` by default")


def _reports(call: Call) -> Answer:
    waiting = call.bench.store.cases.cases(CaseQuery(at_work=True, most=_MOST))
    letters: list[dict[str, Any]] = [{"case": each.case_id, "usual": usual_letter(each)} for each in waiting]
    return {"forms": list(FORMS), "letters": list(LETTERS), "formats": list(Format), "cases": letters}, 200


def _form(call: Call) -> Answer:
    name = call.path["form"]
    request = request_of(call.query, call.visit.who.organisation, legal_day(call.bench.now_ns()))
    report = form_of(call.bench.store, call.bench.registry, name, request)
    return file_of(report, f"{name}-{request.organisation}-{request.year}", call.query.get("as", "")), 200


def _letter(call: Call) -> Answer:
    case_id, name = call.path["case_id"], call.path["letter"]
    report = letter_of(call.bench.store, call.bench.registry, name, case_id)
    return file_of(report, f"{name}-{case_id}", call.query.get("as", "")), 200


ENDPOINTS: Final = (
    Endpoint(
        path="/api/v1/reports",
        says="What can be made: forms, letters, formats, and the letter that is usual now of each case that waits.",
        answer=_reports,
    ),
    Endpoint(
        path="/api/v1/reports/{form}",
        says=f"A form of an exporter's year, filled as far as observation goes: {_named(FORMS)}.",
        answer=_form,
        parameters=(
            (EXPORTER[0], f"{EXPORTER[1]}; an officer's own by default"),
            ("year", "calendar year in Shanghai; this one by default"),
            ("filing", "only what goes to this filing's recipients"),
            _AS,
        ),
        example="/api/v1/reports/self-assessment?organisation=91350100M000100Y43&year=2026&as=docx",
    ),
    Endpoint(
        path="/api/v1/cases/{case_id}/letters/{letter}",
        says=f"A letter of a case, for a person to complete and sign: {_named(LETTERS)}.",
        answer=_letter,
        parameters=(_AS,),
    ),
)
