"""Many sightings of one conversation -> one event with a derived id."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from agent.evidence import Evidence, without_identifiers
from agent.geo import Located
from agent.ports import Bench
from agent.sighting import Party, Payload, Sighting
from wire.events import Content, Direction, Endpoint, TransferEvent
from wire.faults import MalformedError
from wire.legal_time import legal_day, legal_year
from wire.places import Place, Region

_MOST_OPEN: Final = 20_000
"""Conversations held open at a time; the one that was opened first is closed early beyond it."""

_ASKED: Final = frozenset({"query", "url"})
"""Parts of a request that say about whom a client asks."""


class Heading(Struct, frozen=True):
    """Which way a conversation carries data over the border, if at all."""

    direction: Direction
    is_export: bool
    """Whether what the exporting side sends may leave the mainland: the far side is outside, or nobody knows where."""


def heading_of(client: Place, server: Place) -> Heading:
    """Export is told by the direction of data, not by who called: a mainland server that answers abroad exports too."""
    if client.region.is_inside and _may_be_outside(server.region):
        return Heading(Direction.PUSH, is_export=True)
    if server.region.is_inside and _may_be_outside(client.region):
        return Heading(Direction.PULL, is_export=True)
    return Heading(Direction.PUSH, is_export=False)


def _may_be_outside(region: Region) -> bool:
    return region.is_outbound or region is Region.UNKNOWN


class Windows:
    """The open conversations. Fed sightings in any order of files, it gives each conversation's events once."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._open: dict[str, _Window] = {}

    def add(self, sighting: Sighting) -> Iterator[TransferEvent]:
        """Fold a sighting in; gives the events of windows that end with it."""
        window = self._open.get(sighting.conversation)
        if window is not None and self._is_over(window, sighting.begun_ns):
            yield from self._close(sighting.conversation)
            window = None
        if window is None:
            while len(self._open) >= _MOST_OPEN:
                yield from self._close(next(iter(self._open)))
            window = self._open[sighting.conversation] = _Window(sighting, self._bench)
        window.add(sighting)
        if sighting.is_closed:
            yield from self._close(sighting.conversation)

    def close_before(self, time_ns: int) -> Iterator[TransferEvent]:
        """Close the windows in which nothing was seen since ``time_ns``."""
        for conversation in [name for name, window in self._open.items() if window.ended_ns < time_ns]:
            yield from self._close(conversation)

    def close(self) -> Iterator[TransferEvent]:
        """Close all windows."""
        while self._open:
            yield from self._close(next(iter(self._open)))

    @property
    def is_busy(self) -> bool:
        """Whether any window is open."""
        return bool(self._open)

    def _is_over(self, window: "_Window", time_ns: int) -> bool:
        if legal_day(time_ns) != legal_day(window.begun_ns):
            return True
        return 0 < self._bench.window_ns <= time_ns - window.begun_ns

    def _close(self, conversation: str) -> Iterator[TransferEvent]:
        event = self._open.pop(conversation).event()
        if event is not None:
            yield event


class _Window:
    """One conversation within one window, as far as it was seen."""

    def __init__(self, first: Sighting, bench: Bench) -> None:
        self._bench = bench
        self.begun_ns = first.begun_ns
        self.ended_ns = first.ended_ns
        self._conversation = first.conversation
        self._client, self._server = first.client, first.server
        self._source = first.source
        self._protocol = ""
        self._located: tuple[Located, Located] = (bench.locate(first.client), bench.locate(first.server))
        self._heading = heading_of(self._located[0].place, self._located[1].place)
        self._totals: list[int | None] = [None, None]
        self._messages: list[int | None] = [None, None]
        self._has_read = False
        self._has_unseen = False
        tokeniser = bench.tokeniser(self._organisation, legal_year(first.begun_ns))
        self._evidence = Evidence(bench.detectors, tokeniser, bench.profile)
        self._asked = Evidence(bench.detectors, tokeniser, bench.profile)

    def add(self, sighting: Sighting) -> None:
        self.begun_ns = min(self.begun_ns, sighting.begun_ns)
        self.ended_ns = max(self.ended_ns, sighting.ended_ns)
        self._client = _fuller(self._client, sighting.client)
        self._server = _fuller(self._server, sighting.server)
        self._protocol = _more_telling(self._protocol, sighting.protocol)
        self._count(sighting)
        if self._heading.is_export:
            self._read(sighting)

    @property
    def _pushes(self) -> bool:
        return self._heading.direction is Direction.PUSH

    @property
    def _organisation(self) -> str:
        located = self._located[0] if self._pushes else self._located[1]
        return located.organisation or self._bench.organisation

    def _count(self, sighting: Sighting) -> None:
        counts = self._totals if sighting.is_total else self._messages
        for side, sent_bytes in enumerate((sighting.client_bytes, sighting.server_bytes)):
            if sent_bytes is not None:
                counts[side] = (counts[side] or 0) + sent_bytes

    def _read(self, sighting: Sighting) -> None:
        self._has_unseen |= sighting.unseen_client if self._pushes else sighting.unseen_server
        for payload in sighting.payloads:
            if payload.by_client == self._pushes:
                self._has_read = True
                self._scan(payload, self._evidence, sighting.begun_ns)
            elif payload.where in _ASKED:
                self._scan(payload, self._asked, sighting.begun_ns)

    def _scan(self, payload: Payload, evidence: Evidence, time_ns: int) -> None:
        try:
            evidence.add(self._bench.scan(payload, legal_day(time_ns)))
        except MalformedError:
            self._has_unseen = True  # its reason is counted where it failed

    def event(self) -> TransferEvent | None:
        """The window's event; None where nothing was sent, or it is domestic and the bench wants none."""
        sent_bytes = self._sent_bytes()
        if sent_bytes == 0 and not self._has_read:
            return None
        if not self._heading.is_export and not self._bench.wants_domestic():
            return None
        origin, target = self._endpoint(0, self._client), self._endpoint(1, self._server)
        if not self._pushes:
            origin, target = target, origin
        far = self._located[1] if self._pushes else self._located[0]
        evidence, content = self._seen()
        return TransferEvent(
            event_id=self._event_id(origin, target),
            agent=self._bench.agent,
            organisation=self._organisation,
            begun_ns=self.begun_ns,
            ended_ns=self.ended_ns,
            direction=self._heading.direction,
            protocol=self._protocol or "tcp",
            origin=origin,
            target=target,
            sent_bytes=sent_bytes,
            sampled=self._bench.rate if self._heading.is_export else 0.0,
            content=content,
            tallies=evidence.tallies(),
            line=far.line,
            profile=self._bench.profile,
            geo=self._bench.geo,
            ruleset=self._bench.ruleset,
            source=without_identifiers(self._source),
        )

    def _seen(self) -> tuple[Evidence, Content]:
        """What was found, and how much was read.

        Where the answers of a mainland server are not in view (an access log), the requests from abroad still say
        about whom data were asked for; where the answers are in view, the requests prove nothing.
        """
        if self._has_read:
            return self._evidence, Content.PARTIAL if self._has_unseen else Content.SEEN
        return self._asked, Content.PARTIAL if self._asked else Content.UNSEEN

    def _sent_bytes(self) -> int | None:
        side = 0 if self._pushes else 1
        total = self._totals[side]
        return self._messages[side] if total is None else total

    def _endpoint(self, side: int, party: Party) -> Endpoint:
        host = party.host or (self._bench.name_of(party.address) if side == 1 else "")
        return Endpoint(party.address, party.port, without_identifiers(host), self._located[side].place)

    def _event_id(self, origin: Endpoint, target: Endpoint) -> str:
        parts = (
            self._bench.agent, self._conversation, str(self.begun_ns), self._heading.direction,
            origin.address, str(origin.port), target.address, str(target.port),
        )  # fmt: skip
        return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _fuller(old: Party, new: Party) -> Party:
    return Party(old.address or new.address, old.port or new.port, old.host or new.host)


_TELLING: Final = {"": 0, "tcp": 1, "udp": 1}


def _more_telling(old: str, new: str) -> str:
    return new if _TELLING.get(new, 2) > _TELLING.get(old, 2) else old
