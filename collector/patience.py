"""One envelope that cannot be kept holds nobody up: where the store itself is well, it is set aside whole."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from collector.intake import Delivery, Rules, Taken, put_aside, take_in
from collector.ports import Store
from wire.faults import UnavailableError

TRIES: Final = 3
"""How often all of a batch is tried, and then each envelope by itself."""
_UNKEPT: Final = "malformed"
"""As which it is counted (``wire.metrics``)."""


class Taker:
    """``take_in`` that ends: what fails by itself again and again, while the store answers, is set aside.

    Nothing is lost by that: ``guanjin collector reread`` takes it in once its cause is mended. One thread uses it.

    Args:
        store: where all is kept.
        rules: what is judged by.
    """

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store = store
        self._rules = rules
        self._failures = 0

    def take(self, deliveries: Sequence[Delivery], now_ns: int) -> Taken:
        """Keep what came; once this returns it is durable and may be acknowledged.

        Raises:
            UnavailableError: the store is away, or failed for the first few times; all may come again.
        """
        try:
            taken = take_in(deliveries, self._store, self._rules, now_ns)
        except UnavailableError:
            self._failures += 1
            if self._failures < TRIES:
                raise
            taken = self._apart(deliveries, now_ns)
        except Exception:  # noqa: BLE001  # a fault of our own: it is told with the envelope that brings it about
            taken = self._apart(deliveries, now_ns)
        self._failures = 0
        return taken

    def _apart(self, deliveries: Sequence[Delivery], now_ns: int) -> Taken:
        return sum_of([self._one(each, now_ns) for each in deliveries])

    def _one(self, delivery: Delivery, now_ns: int) -> Taken:
        trouble = ""
        for _ in range(TRIES):
            try:
                return take_in([delivery], self._store, self._rules, now_ns)
            except Exception as error:  # noqa: BLE001  # of the class only: a message may hold what came
                trouble = type(error).__name__
                self._store.intake.asides(most=1)  # raises where the store is away: then nothing is anybody's fault
        put_aside(delivery, f"could not be kept: {trouble}", self._store, now_ns)
        return Taken(set_aside=1, refused={_UNKEPT: 1})


def sum_of(parts: Sequence[Taken]) -> Taken:
    """What became of all of them."""
    return Taken(
        judged=tuple(judged for part in parts for judged in part.judged),
        events=sum(part.events for part in parts),
        envelopes=sum(part.envelopes for part in parts),
        repeated=sum(part.repeated for part in parts),
        set_aside=sum(part.set_aside for part in parts),
        refused=sum((Counter(part.refused) for part in parts), Counter()),
    )
