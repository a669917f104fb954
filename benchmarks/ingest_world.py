"""A day's envelopes of invented agents, made fast enough that making them is not what is measured."""

from collections.abc import Iterator
from hashlib import blake2b
from random import Random
from typing import Final

from msgspec.structs import replace

from benchmarks.judge_world import EXPORTERS, flows_of
from collector.intake import Delivery
from wire.envelopes import Envelope, encode
from wire.events import Tally, TransferEvent
from wire.subjects import Subjects

ITEMS: Final = 200
_POOL: Final = 400
_BEGIN_NS: Final = 1_772_416_800_000_000_000
_STEP_NS: Final = 1_000_000


def deliveries(envelopes: int) -> Iterator[Delivery]:
    """Each agent speaks for one exporter; few exporters have most of the transfers."""
    chance = Random(7)  # noqa: S311  # reproducible, not secret
    shares = [1 / (n + 10) for n in range(EXPORTERS)]
    sorts = [Sorts(exporter) for exporter in range(EXPORTERS)]
    sequences = [0] * EXPORTERS
    for number in range(envelopes):
        (exporter,) = chance.choices(range(EXPORTERS), shares)
        sequences[exporter] += 1
        begun_ns = _BEGIN_NS + number * ITEMS * _STEP_NS
        items = tuple(sorts[exporter].event(chance, begun_ns + at * _STEP_NS) for at in range(ITEMS))
        frame = encode(Envelope(agent=f"agent-{exporter}", epoch="e", sequence=sequences[exporter], items=items))
        yield Delivery(frame, "bench", 0, number)


class Sorts:
    """The transfers of one exporter: some sorts, and some persons who come again and again."""

    def __init__(self, exporter: int) -> None:
        chance = Random(exporter)  # noqa: S311  # reproducible, not secret
        self._agent = f"agent-{exporter}"
        persons = [[chance.getrandbits(64) for _ in range(chance.choice((1, 1, 2, 3, 8)))] for _ in range(_POOL)]
        subjects = [Subjects.of({"cn.mobile": some}) for some in persons]
        self._events = [
            replace(
                flow, agent=self._agent, sent_bytes=4_096, tallies=tuple(_with(tally, some) for tally in flow.tallies)
            )
            for flow in flows_of(exporter)
            for some in chance.sample(subjects, 20)
        ]

    def event(self, chance: Random, begun_ns: int) -> TransferEvent:
        """One more; ids are hashes, as the agent's are."""
        name = blake2b(f"{self._agent}/{begun_ns}".encode(), digest_size=16).hexdigest()
        return replace(chance.choice(self._events), event_id=name, begun_ns=begun_ns, ended_ns=begun_ns + 60 * 10**9)


def _with(tally: Tally, subjects: Subjects) -> Tally:
    return replace(tally, subjects=subjects, exemplars=("138****0000",), fields=("body:mobile",))
