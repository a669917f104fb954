"""After a change to the registry what it concerns is judged again, in a thread of its own, exporter by exporter."""

from collections.abc import Callable
import logging
from threading import Condition, Thread
from typing import Final

from typing_extensions import override

from collector.book import Registry
from collector.law.shelf import routes_of_law
from collector.ports import Store
from collector.registry_edit import organisations_touched
from collector.registry_edit_keeper import Judge, Rejudging
from collector.rejudge import rejudge
from collector.whatif import Rules, Scope
from wire.faults import GuanjinError

_RUNNING: Final = "running"
_FAILED: Final = "failed"
_IDLE: Final = "idle"

log = logging.getLogger(__name__)


class Rejudger(Judge):
    """One thread; changes that come while it is at work are taken together.

    Args:
        store: where the transfers are.
        now_ns: the clock.
    """

    def __init__(self, store: Store, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._now_ns = now_ns
        self._turn = Condition()
        self._registry: Registry | None = None
        self._wanted: set[str] = set()
        self._is_everybody = False
        self._is_stopping = False
        self._state = Rejudging()
        self._thread = Thread(target=self._run, name="rejudge", daemon=True)

    def start(self) -> None:
        """Begin to wait for changes."""
        self._thread.start()

    def stop(self) -> None:
        """End; the exporter's year under way is finished, what was not begun is left."""
        with self._turn:
            self._is_stopping = True
            self._turn.notify()
        self._thread.join()

    @override
    def rejudge(self, before: Registry, after: Registry) -> None:
        touched = organisations_touched(before, after)
        with self._turn:
            self._registry = after
            self._is_everybody |= touched is None
            self._wanted |= touched or frozenset()
            self._state = Rejudging(_RUNNING, ended_ns=self._state.ended_ns)
            self._turn.notify()

    @property
    @override
    def state(self) -> Rejudging:
        return self._state

    def _run(self) -> None:
        while (work := self._next()) is not None:
            registry, scopes = work
            try:
                changed = sum(self._judged(registry, scope) for scope in scopes)
            except GuanjinError as error:
                log.warning("rejudge_failed", exc_info=error)
                self._finish(Rejudging(_FAILED, ended_ns=self._now_ns()))
            else:
                self._finish(Rejudging(_IDLE, changed, self._now_ns()))

    def _judged(self, registry: Registry, scope: Scope) -> int:
        rules = Rules(registry, routes_of_law())
        return sum(each.changed for each in rejudge(self._store, rules, scope, self._now_ns(), 0))

    def _next(self) -> tuple[Registry, list[Scope]] | None:
        with self._turn:
            self._turn.wait_for(lambda: self._is_stopping or self._registry is not None)
            if self._is_stopping or self._registry is None:
                return None
            scopes = [Scope()] if self._is_everybody else [Scope(each) for each in sorted(self._wanted)]
            work = self._registry, scopes
            self._registry, self._is_everybody = None, False
            self._wanted.clear()
            return work

    def _finish(self, state: Rejudging) -> None:
        with self._turn:
            if self._registry is None:
                self._state = state
