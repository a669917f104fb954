"""The rounds of a live agent: folders and cards in, events out, and a checkpoint that is safe to resume from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
import os
from pathlib import Path
from typing import Final

import msgspec
from typing_extensions import override

from agent.batch import PacketBatch
from agent.build import log_formats
from agent.inlets.live import LiveSource
from agent.inlets.pcap import CaptureFile
from agent.inlets.tail import CaptureReady, Checkpoint, TailFolder
from agent.pipeline import Agent
from agent.sighting import Sighting
from guanjin import config
from wire.events import TransferEvent
from wire.faults import ConfigurationError, UnavailableError

_IDLE_NS: Final = 60_000_000_000
"""A conversation in which nothing was seen for so long is over."""
_SETTLED_NS: Final = 2_000_000_000
"""A capture that has not grown for so long is complete."""


class Station:
    """What a live agent looks at.

    Args:
        agent: reads what is found.
        folders: whose logs and captures are followed.
        interface: card to read; empty for none.
        state: where the checkpoints are kept.

    Raises:
        ConfigurationError: a folder is not there, a card cannot be read, or a checkpoint is damaged.
    """

    def __init__(self, agent: Agent, folders: Sequence[Path], interface: str, state: Path) -> None:
        self._agent = agent
        self._folders = [_Followed(folder, state) for folder in folders]
        self._live = LiveSource(interface) if interface else None
        self._batches = iter(self._live) if self._live else None
        self._interface = interface
        self._dropped = 0
        self.beat: Callable[[], None] = lambda: None
        """Called whenever something was read, whether or not it becomes an event."""
        self._closed_ns = config.now_ns()

    def look(self) -> Iterator[TransferEvent]:
        """One round: everything that is new in the folders, one batch of the card, and what has ended since."""
        now_ns = config.now_ns()
        for followed in self._folders:
            yield from self._follow(followed, now_ns)
        yield from self._listen()
        if now_ns - self._closed_ns < _IDLE_NS:
            yield from self._agent.close_before(now_ns - _IDLE_NS)
        else:
            self._closed_ns = now_ns
            yield from self._agent.close()

    def save(self) -> None:
        """Keep how far the folders were read. Not while a conversation is open: its beginning must be read again."""
        if not self._agent.is_busy:
            for followed in self._folders:
                followed.save()

    def close(self) -> None:
        """Let go of the card."""
        if self._live is not None:
            self._live.close()

    def _follow(self, followed: "_Followed", now_ns: int) -> Iterator[TransferEvent]:
        try:
            for found in followed.tail.poll(now_ns):
                self.beat()
                yield from self._read(found)
        except UnavailableError as error:
            self._agent.note_lines(0, 0, {str(error): 1})
        self._agent.note_lines(*followed.news())

    def _read(self, found: Sighting | CaptureReady) -> Iterable[TransferEvent]:
        if isinstance(found, Sighting):
            return self._agent.read_sightings([found])
        return self._agent.read_capture(_Heard(found.path, self.beat), found.path.name)

    def _listen(self) -> Iterator[TransferEvent]:
        if self._live is None or self._batches is None:
            return
        batch = next(self._batches, None)
        if batch is not None:
            yield from self._agent.read_packets(batch, self._interface)
        dropped = self._live.statistics()[1]
        if dropped > self._dropped:
            self._agent.note_lines(0, 0, {"kernel_dropped_packets": dropped - self._dropped})
            self._dropped = dropped


class _Heard(CaptureFile):
    """A capture that tells of each batch: a long one may hold no transfer for minutes."""

    def __init__(self, path: Path, beat: Callable[[], None]) -> None:
        super().__init__(path)
        self._beat = beat

    @override
    def __iter__(self) -> Iterator[PacketBatch]:
        for batch in super().__iter__():
            self._beat()
            yield batch


class _Followed:
    """One folder with its checkpoint, and what of it has been counted."""

    def __init__(self, folder: Path, state: Path) -> None:
        if not folder.is_dir():
            raise ConfigurationError(f"no such folder: {folder}", cure="--watch takes a folder of logs and captures")
        name = blake2b(str(folder.resolve()).encode(), digest_size=8).hexdigest()
        self._path = state / f"checkpoint-{name}.msgpack"
        self.tail = TailFolder(folder, log_formats(), _loaded(self._path), _SETTLED_NS)
        self._saved = b""
        self._told: tuple[int, int, dict[str, int]] = (0, 0, {})

    def news(self) -> tuple[int, int, dict[str, int]]:
        """Lines, bytes and faults since the last call."""
        lines, read_bytes, faults = self._told
        self._told = (self.tail.read_lines, self.tail.read_bytes, dict(self.tail.faults))
        new = {reason: count - faults.get(reason, 0) for reason, count in self._told[2].items()}
        changed = {reason: count for reason, count in new.items() if count}
        return self._told[0] - lines, self._told[1] - read_bytes, changed

    def save(self) -> None:
        content = msgspec.msgpack.encode(self.tail.checkpoint())
        if content == self._saved:
            return
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._saved = content


def _loaded(path: Path) -> Checkpoint:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Checkpoint)
    except FileNotFoundError:
        return Checkpoint()
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationError(
            "the checkpoint cannot be read", str(path), "remove it: all is read again and nothing counted twice"
        ) from error
