"""What a person who signed in does: the same for the console and the API, with the same refusals.

Whoever asks sees a store and a registry of its own (``collector.tenant``); what is not in them is not there to be
written either. Every text is looked at before it is kept: nobody is named by number.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import BoundedSemaphore
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from collector.accounts import Principal, Right, Role
from collector.book import Registry
from collector.cases import Act, Case, Move
from collector.checks import draw_of_day
from collector.desk import act_on, conclude, open_incident
from collector.draws import Draw, Outcome, Result
from collector.incidents import Incident
from collector.law.shelf import routes_of_law
from collector.office import DeniedError, Office, see_right
from collector.policies import Edition, PolicyPage
from collector.ports import Judged, Store
from collector.registry_edit import (
    Draft,
    RegistryEditError,
    plan_draft,
    see_allowed,
)
from collector.registry_history import Version
from collector.registry_import import Plan
from collector.registry_table import RowFault, key_of
from collector.tenant import ForeignError, registry_of_tenant
from collector.whatif import Difference, Rules, Scope, what_if
from wire.faults import MalformedError, UnavailableError
from wire.legal_time import SHANGHAI

OFFICERS_MOVES: Final = (Move.NOTE, Move.RECTIFY)
"""What the exporter itself does in a case; the rest is whoever handles it."""
_LONGEST_REASON: Final = 500
_TURN: Final = BoundedSemaphore(1)
"""What-if reads every transfer there is: one at a time, or a few readers would keep every core."""
_PATIENCE_S: Final = 30.0
_YEARS: Final = range(2001, 2100)
_NS: Final = 1_000_000_000


class Step(Struct, frozen=True, kw_only=True):
    """A step in a case as it was asked for."""

    move: Move
    note: str = ""
    owner: str = ""
    due_ns: int | None = None
    passed: bool | None = None
    attachments: tuple[str, ...] = ()


class Finding(Struct, frozen=True, kw_only=True):
    """What a check found, as it was handed in."""

    outcome: Outcome
    note: str = ""
    attachments: tuple[str, ...] = ()


class Deeds:
    """The deeds of one person.

    Args:
        office: what is written with.
        store: what the person sees of the store.
        who: the person.
        now_ns: the time.
    """

    def __init__(self, office: Office, store: Store, who: Principal, now_ns: int) -> None:
        self._office = office
        self._store = store
        self._who = who
        self._now_ns = now_ns

    def act(self, case_id: str, step: Step) -> Case:
        """Take a step in a case, signed with the name of the account.

        Raises:
            ForeignError: there is no such case for this person.
            DeniedError: the step is not this person's.
            RefusedError: the case takes no such step now.
        """
        see_right(self._who, Right.HANDLE)
        if self._store.cases.case(case_id) is None:
            raise ForeignError("there is no such case")
        if self._who.role is Role.OFFICER and step.move not in OFFICERS_MOVES:
            raise DeniedError("an exporter comments and rectifies; the rest is whoever handles the case")
        act = Act(
            case_id=case_id,
            number=0,
            move=step.move,
            at_ns=self._now_ns,
            who=self._who.name,
            note=self._vetted(step.note),
            owner=self._vetted(step.owner),
            due_ns=step.due_ns,
            passed=step.passed,
            attachments=step.attachments,
        )
        return act_on(self._office.store, act)

    def report(self, organisation: str, incident: Incident) -> Case:
        """Open the case of an incident."""
        see_right(self._who, Right.HANDLE)
        if self._who.organisation not in ("", organisation):
            raise ForeignError("there is no such exporter")
        return open_incident(self._office.store, organisation, replace(incident, what=self._vetted(incident.what)))

    def draw(self, terms: tuple[str, str, str]) -> Draw:
        """Draw from a day and keep the draw."""
        see_right(self._who, Right.CHECK)
        day, seed, rate = terms
        drawn = draw_of_day(self._store, self._office.keeper.registry, (day, self._vetted(seed), rate), self._now_ns)
        with self._office.store.begin() as transaction:
            transaction.cases.keep_draw(drawn)
        return drawn

    def conclude(self, draw_id: str, event_id: str, finding: Finding) -> Result:
        """Keep what a check found, signed with the name of the account; a case follows where it is inconsistent.

        Raises:
            ForeignError: that transfer was not drawn.
        """
        see_right(self._who, Right.CHECK)
        judged = self.drawn(draw_id, event_id)
        result = Result(
            draw_id=draw_id,
            event_id=event_id,
            at_ns=self._now_ns,
            who=self._who.name,
            outcome=finding.outcome,
            note=self._vetted(finding.note),
            attachments=finding.attachments,
        )
        return conclude(self._office.store, result, judged, self._office.keeper.registry)

    def drawn(self, draw_id: str, event_id: str) -> Judged:
        """A transfer that was drawn.

        Raises:
            ForeignError: it was not.
        """
        found = next((each for each in self._store.cases.draws() if each.draw_id == draw_id), None)
        judged = self._store.transfer(event_id) if found and event_id in found.drawn else None
        if judged is None:
            raise ForeignError("that transfer was not drawn")
        return judged

    def plan(self, draft: Draft) -> Plan:
        """What a draft would change. What does not fit with others' entries is said without naming them."""
        see_right(self._who, Right.DECLARE)
        whole = self._office.keeper.registry
        if self._who.role is not Role.OFFICER:
            return plan_draft(whole, draft)
        own = plan_draft(registry_of_tenant(whole, self._who.organisation), draft)
        if own.faults:
            return own
        plan = plan_draft(whole, draft)
        fault = _objection(lambda: see_allowed(self._who, whole, plan.registry))
        if plan.faults or fault:
            return replace(own, faults=(fault or _CLASH,))
        return replace(own, registry=plan.registry)

    def differences(self, registry: Registry, organisation: str = "", most: int = 20) -> list[Difference]:
        """What would be judged otherwise under that registry, of all that this person sees; nothing is written."""
        see_right(self._who, Right.READ)
        scope = Scope(self._who.organisation or organisation or None)
        rules = Rules(registry, routes_of_law())
        if not _TURN.acquire(timeout=_PATIENCE_S):
            raise UnavailableError("others are trying a registry: try again in a moment")
        try:
            return list(what_if(self._store, rules, scope, most=most))
        finally:
            _TURN.release()

    def save(self, draft: Draft, reason: str) -> Version | None:
        """Make a draft the registry; None if it changes nothing.

        Raises:
            RegistryEditError: there is a fault in it, or no reason is given.
        """
        see_right(self._who, Right.DECLARE)
        reason = self._reason(reason)

        def made(registry: Registry) -> Registry:
            plan = plan_draft(registry, draft)
            if plan.faults:
                raise RegistryEditError("the draft does not fit the registry: look at it again")
            see_allowed(self._who, registry, plan.registry)
            return plan.registry

        keeper = self._office.keeper
        for text in _texts(draft):
            self._vetted(text)
        return keeper.save(made, author=self._who.name, reason=reason, now_ns=self._now_ns)

    def publish(self, page: PolicyPage, reason: str) -> Edition:
        """Keep an edition of a policy page."""
        see_right(self._who, Right.DECLARE)
        if self._who.role is Role.OFFICER:
            raise DeniedError("policy pages are the regulator's")
        for text in (page.title, page.title_en, page.text, page.text_en, *page.citations):
            self._vetted(text)
        return self._office.policies.put(page, self._who.name, self._reason(reason), self._now_ns)

    def _reason(self, text: str) -> str:
        reason = " ".join(text.split())
        if not reason or len(reason) > _LONGEST_REASON:
            raise RegistryEditError(f"a change needs a reason of 1 to {_LONGEST_REASON} characters")
        return self._vetted(reason)

    def _vetted(self, text: str) -> str:
        return self._office.vet(text) if text else text


_CLASH: Final = RowFault(
    "registry", "", 0, "", "与登记库中其他条目冲突，请联系监管人员",
    "it does not fit with other entries of the registry: ask the regulator",
)  # fmt: skip
_PLAIN_KEYS: Final = frozenset(
    {"organisation", "kinds", "networks", "far_networks", "hosts", "country", "far_country", "asns", "route", "state",
     "basis", "most_persons", "bandwidth_mbps", "at_least", "below", "metric", "tag"}
)  # fmt: skip
"""Keys of entries that hold codes, networks and numbers; every other one may hold words."""


def _texts(draft: Draft) -> Sequence[str]:
    """The words of a draft, each column at once."""
    found: list[str] = []
    for grid in draft.grids:
        heads = [key_of(cell) if isinstance(cell, str) else "" for cell in grid.rows[0][1]] if grid.rows else []
        for place, key in enumerate(heads):
            if key and key not in _PLAIN_KEYS:
                cells = [row[place] for _, row in grid.rows[1:] if place < len(row)]
                found.append("\n".join(cell for cell in cells if isinstance(cell, str)))
    return found


def _objection(see: Callable[[], None]) -> RowFault | None:
    try:
        see()
    except RegistryEditError as error:
        return RowFault(
            "registry",
            "",
            0,
            "",
            "企业只能申报本单位的豁免情形、起草本单位的备案，且接收方须已登记在本单位名下",
            str(error),
        )
    return None


def time_of(text: str) -> int:
    """Nanoseconds since 1970 of a time as people write it: of Shanghai where no zone is named, the end of a bare day.

    Raises:
        MalformedError: no time of this century.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise MalformedError(f"{text[:40]!r} is no time: it is written 2026-11-30 or 2026-11-30T17:00")
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    whole_day_s = 86_400 if len(text) == len("2026-11-30") else 0
    return int(zoned.timestamp() + whole_day_s) * _NS - (1 if whole_day_s else 0)
