"""After a change to the registry what it concerns is judged again, in a thread of its own, exporter by exporter."""

from collections.abc import Callable
from hashlib import blake2b
import logging
from pathlib import Path
from threading import Condition, Thread
from typing import Final

from typing_extensions import override

from collector.book import Registry
from collector.law.shelf import routes_of_law
from collector.ports import Store
from collector.registry_diff import changes_between
from collector.registry_edit import organisations_touched
from collector.registry_edit_file import write_whole
from collector.registry_edit_keeper import Judge, Rejudging
from collector.registry_text import registry_text
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
        mark: the file that says by which registry everything is judged; None: nothing is known after a restart.
    """

    def __init__(self, store: Store, now_ns: Callable[[], int], mark: Path | None = None) -> None:
        self._store = store
        self._now_ns = now_ns
        self._mark = mark
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

    def resume(self, before: Registry, registry: Registry) -> None:
        """Judge again what the last run did not come to, and what was changed while nothing ran.

        Args:
            before: as the last run left the registry.
            registry: as it stands.
        """
        judged_by = self._mark.read_text() if self._mark and self._mark.is_file() else ""
        if judged_by not in ("", _digest(before), _digest(registry)):
            self._ask(registry, None)
        elif judged_by != _digest(registry) and changes_between(before, registry):
            self.rejudge(before, registry)
        else:
            self._note(registry)

    def stop(self) -> None:
        """End; the exporter's year under way is finished, what was not begun is left."""
        with self._turn:
            self._is_stopping = True
            self._turn.notify()
        self._thread.join()

    @override
    def rejudge(self, before: Registry, after: Registry) -> None:
        self._ask(after, organisations_touched(before, after))

    def _ask(self, registry: Registry, touched: frozenset[str] | None) -> None:
        with self._turn:
            self._registry = registry
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
                self._note(registry)
            except GuanjinError as error:
                log.warning("rejudge_failed", exc_info=error)
                self._owe(scopes)
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

    def _owe(self, scopes: list[Scope]) -> None:
        """Not done: the next change takes it along."""
        with self._turn:
            self._is_everybody |= any(each.organisation is None for each in scopes)
            self._wanted |= {each.organisation for each in scopes if each.organisation is not None}

    def _note(self, registry: Registry) -> None:
        if self._mark is not None:
            write_whole(self._mark, _digest(registry).encode())

    def _finish(self, state: Rejudging) -> None:
        with self._turn:
            if self._registry is None:
                self._state = state


def _digest(registry: Registry) -> str:
    return blake2b(registry_text(registry), digest_size=16).hexdigest()
