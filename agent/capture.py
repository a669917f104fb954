"""Packets -> sightings: columns until a conversation is chosen, records from there on."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
import numpy as np
from numpy.typing import NDArray

from agent.batch import Fault, PacketBatch
from agent.decoder import Message
from agent.dissect import Dissector
from agent.flow_row import End, endpoints
from agent.flows import Fate, FlowTable, FlowUpdate
from agent.geo import Located
from agent.headers import UDP, parse_headers
from agent.names import Names
from agent.sampling import choose, keys_of
from agent.sighting import Party, Sighting, named, turned
from agent.streams import Reassembler, Segment
from agent.window import heading_of
from wire.places import Region

_DOMESTIC: Final = 3
"""Fate of a conversation that stays inside: its bytes are counted and that is all."""
_DNS: Final = 53
_IDLE_NS: Final = 120_000_000_000
_REPORT_NS: Final = 20_000_000_000

Locate = Callable[[Party], Located]


class Known(Struct):
    """What is kept of a conversation that may carry data out, or that carries names."""

    conversation: str
    client: Party
    server: Party
    is_udp: bool
    is_export: bool
    is_read: bool
    """Whether its content was chosen to be read."""
    told_ns: int = 0
    """Up to when its bytes have been told; 0 while none were."""
    heard_ns: int = 0
    """When the last of its content that was read was sent."""
    is_over: bool = False
    """Whether nothing more is to be read of it."""
    is_swapped: bool = False
    """Whether what was said shows that client and server are the other way round than the packets seemed to tell."""


class Totals(Struct):
    """What a reader has looked at."""

    packets: int = 0
    captured_bytes: int = 0
    conversations: dict[str, int] = {}
    faults: dict[str, int] = {}


class CaptureReader:
    """Feeds on batches in order, gives sightings; one for each network card or file.

    Args:
        locate: where an endpoint stands.
        dissector: the decoders at work.
        names: where DNS answers are remembered.
        rate: probability with which a conversation is read.
        most_domestic: how many domestic conversations are told; the others are only counted.
        seed: makes flow hashing and sampling unforeseeable.
    """

    def __init__(  # noqa: PLR0913  # the composition's one call; each is a tool of its own
        self, locate: Locate, dissector: Dissector, names: Names, *, rate: float, most_domestic: int, seed: int
    ) -> None:
        self._locate = locate
        self._dissector = dissector
        self._names = names
        self._rate = rate
        self._most_domestic = most_domestic
        self._seed = seed
        self._table = FlowTable(seed=seed)
        self._streams = Reassembler()
        self._known: dict[int, Known] = {}
        self._reported_ns = 0
        self.totals = Totals()

    def read(self, batch: PacketBatch, source: str) -> Iterator[Sighting]:
        """Take a batch in; gives what it taught."""
        if not len(batch):
            return
        headers = parse_headers(batch)
        self._note(batch, headers)
        update = self._table.update(batch.time_ns, headers)
        self._decide(update, headers)
        tracked = np.flatnonzero(update.flow >= 0)
        chosen = tracked[self._table.fates(update.flow[tracked]) == Fate.READ]
        for segment in self._streams.feed(batch, headers, update, chosen):
            yield from self._hear(segment, source)
        yield from self._make_room(source)
        now_ns = int(batch.time_ns[-1])
        yield from self._end(self._table.expire(now_ns, _IDLE_NS), source)
        yield from self._report(now_ns, source)

    def finish(self, source: str) -> Iterator[Sighting]:
        """The capture is over: gives what is still held."""
        yield from self._end(self._table.expire(0, -1 << 62), source)

    @property
    def faults(self) -> dict[str, int]:
        """Everything that was not read, by reason."""
        own = {"flow_table_full": self._table.evicted, "flow_untracked_packets": self._table.untracked[0]}
        return {
            reason: count
            for reason, count in {**self.totals.faults, **self._streams.faults, **self._dissector.faults, **own}.items()
            if count
        }

    def _note(self, batch: PacketBatch, headers: NDArray[np.void]) -> None:
        self.totals.packets += len(batch)
        self.totals.captured_bytes += int(batch.length.sum())
        counts = np.bincount(headers["fault"], minlength=len(Fault))
        for fault in Fault:
            if fault is not Fault.NONE and fault is not Fault.NOT_IP and counts[fault]:
                reason = f"packet_{fault.name.lower()}"
                self.totals.faults[reason] = self.totals.faults.get(reason, 0) + int(counts[fault])

    def _decide(self, update: FlowUpdate, headers: NDArray[np.void]) -> None:
        """Locate each new conversation once and settle what becomes of it."""
        if not len(update.fresh):
            return
        is_sampled = self._sampled(update, headers)
        rows = self._table.rows(update.fresh)
        fates = np.fromiter(
            (self._fate(row, is_chosen=bool(chosen)) for row, chosen in zip(rows, is_sampled, strict=True)),
            np.uint8,
            len(rows),
        )
        self._table.decide(update.fresh, fates)

    def _sampled(self, update: FlowUpdate, headers: NDArray[np.void]) -> NDArray[np.bool_]:
        if self._rate >= 1.0:
            return np.ones(len(update.fresh), np.bool_)
        slots, first = np.unique(update.flow, return_index=True)
        packets = first[np.searchsorted(slots, update.fresh)]
        return choose(keys_of(headers[packets], self._seed), self._rate)

    def _fate(self, row: np.void, *, is_chosen: bool) -> int:
        addresses = endpoints(row)
        client, server = (
            Party(address, int(port))
            for address, port in zip(addresses, (row["client_port"], row["server_port"]), strict=True)
        )
        places = self._locate(client).place, self._locate(server).place
        is_export = heading_of(*places).is_export
        scope = _scope(is_export=is_export, is_known=Region.UNKNOWN not in (places[0].region, places[1].region))
        self.totals.conversations[scope] = self.totals.conversations.get(scope, 0) + 1
        is_udp = bool(row["protocol"] == UDP)
        carries_names = is_udp and _DNS in (client.port, server.port)
        if not is_export and not carries_names:
            return _DOMESTIC
        is_read = is_chosen or carries_names
        conversation = _conversation(row, client, server)
        self._known[int(row["slot"])] = Known(conversation, client, server, is_udp, is_export, is_read)
        return Fate.READ if is_read else Fate.COUNT

    def _hear(self, segment: Segment, source: str) -> Iterator[Sighting]:
        known = self._known[segment.flow]
        if known.is_over:
            return
        known.heard_ns = segment.time_ns
        ports = known.server.port, known.client.port
        for message in self._dissector.feed(segment, is_udp=known.is_udp, port=ports[0], client_port=ports[1]):
            yield from self._tell(segment.flow, known, message, segment.time_ns, source)
        if known.is_udp and _DNS in ports:
            self._dissector.drop(segment.flow)  # each datagram is a message of its own: nothing to wait for

    def _tell(self, slot: int, known: Known, message: Message, time_ns: int, source: str) -> Iterator[Sighting]:
        for address, name in message.names:
            self._names.learn(address, name)
        known.is_swapped |= message.is_swapped and not known.told_ns
        if message.is_last:
            known.is_over = True
            self._table.decide(np.array([slot], np.int32), int(Fate.COUNT))
            self._streams.drop(slot)
            self._dissector.drop(slot)
        if known.is_export:
            said = Sighting(
                conversation=known.conversation,
                client=known.client,
                server=known.server,
                protocol=message.protocol,
                begun_ns=time_ns,
                ended_ns=time_ns,
                payloads=message.payloads,
                unseen_client=message.unseen_client,
                unseen_server=message.unseen_server,
                source=source,
            )
            yield named(turned(said) if known.is_swapped else said, message.host)

    def _make_room(self, source: str) -> Iterator[Sighting]:
        """Close what is finished before its time where many are read at once, so that none stays unread for them."""
        if not self._dissector.is_crowded:
            return
        read = np.array([slot for slot, known in self._known.items() if known.is_read and not known.is_over], np.int32)
        for slot in read[self._table.are_finished(read)].tolist():
            known = self._known[slot]
            yield from self._close(slot, known, known.told_ns, source)
            known.is_over = True
            self._table.decide(np.array([slot], np.int32), int(Fate.COUNT))

    def _close(self, slot: int, known: Known, time_ns: int, source: str) -> Iterator[Sighting]:
        """Hear out what is still held of a conversation."""
        for segment in self._streams.close(slot):
            yield from self._hear(segment, source)
        for message in self._dissector.close(slot):
            yield from self._tell(slot, known, message, known.heard_ns or time_ns, source)

    def _report(self, now_ns: int, source: str) -> Iterator[Sighting]:
        """Tell now and then what the long conversations have sent, so that none is silent until its end."""
        if now_ns - self._reported_ns < _REPORT_NS:
            return
        self._reported_ns = now_ns
        slots = np.array([slot for slot, known in self._known.items() if known.is_export], np.int32)
        for row in self._table.report(slots):
            if row["client_bytes"] or row["server_bytes"]:
                yield self._counted(row, self._known[int(row["slot"])], source)

    def _end(self, rows: NDArray[np.void], source: str) -> Iterator[Sighting]:
        for row in rows[rows["fate"] != _DOMESTIC]:
            slot = int(row["slot"])
            known = self._known[slot]
            yield from self._close(slot, known, int(row["last_ns"]), source)
            del self._known[slot]
            if known.is_export:
                yield self._counted(row, known, source)
        yield from self._domestic(rows[rows["fate"] == _DOMESTIC], source)

    def _domestic(self, rows: NDArray[np.void], source: str) -> Iterator[Sighting]:
        told = rows[: self._most_domestic]
        self._most_domestic -= len(told)
        for row in told:
            client, server = endpoints(row)
            parties = Party(client, int(row["client_port"])), Party(server, int(row["server_port"]))
            known = Known(
                _conversation(row, *parties), *parties, bool(row["protocol"] == UDP), is_export=False, is_read=False
            )
            yield self._counted(row, known, source)

    def _counted(self, row: np.void, known: Known, source: str) -> Sighting:
        begun_ns, known.told_ns = known.told_ns or int(row["first_ns"]), int(row["last_ns"])
        counted = Sighting(
            conversation=known.conversation,
            client=known.client,
            server=known.server,
            protocol="udp" if known.is_udp else "tcp",
            begun_ns=begun_ns,
            ended_ns=known.told_ns,
            client_bytes=int(row["client_bytes"]),
            server_bytes=int(row["server_bytes"]),
            is_total=True,
            unseen_client=not known.is_read,
            unseen_server=not known.is_read,
            is_closed=bool(row["end"] != End.OPEN),
            source=source,
        )
        return turned(counted) if known.is_swapped else counted


def _conversation(row: np.void, client: Party, server: Party) -> str:
    ends = f"{client.address}:{client.port}-{server.address}:{server.port}"
    return f"{ends}/{row['protocol']}/{row['vlan']}@{row['first_ns']}"


def _scope(*, is_export: bool, is_known: bool) -> str:
    if not is_known:
        return "unknown"
    return "outbound" if is_export else "domestic"
