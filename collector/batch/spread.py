"""Retelling spread over other machines: what is sent to them, what they answer, and how it is put together again.

Nothing here knows the engine. Rules hold functions, so only the registry is sent; each machine takes the law from its
own installation, which must be the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heapreplace
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from collector.batch.retold import Retold, retell
from collector.book import Registry
from collector.law.shelf import law_version, routes_of_law
from collector.tracing import UntraceableError
from collector.whatif import MOST_SHOWN, Rules
from wire.faults import ConfigurationError, GuanjinError


class _Orders(Struct, frozen=True):
    registry: Registry
    law: str
    most: int


_pack: Final = msgspec.msgpack.Encoder().encode
_orders: Final = msgspec.msgpack.Decoder(_Orders)
_answers: Final = msgspec.msgpack.Decoder(Retold)


def packed(rules: Rules, most: int = MOST_SHOWN) -> bytes:
    """The rules as they are sent."""
    return _pack(_Orders(rules.registry, law_version(rules.routes), most))


def shares(paths: Sequence[Path], parts: int) -> list[list[Path]]:
    """Files in so many parts of like weight, none of them empty; the largest files come first."""
    heaviest = sorted(((path.stat().st_size, path) for path in paths), key=lambda each: (-each[0], each[1]))
    found: list[list[Path]] = [[] for _ in range(min(parts, len(paths)))]
    loads = [(0, place) for place in range(len(found))]
    heapify(loads)
    for size, path in heaviest:
        load, place = loads[0]
        found[place].append(path)
        heapreplace(loads, (load + size, place))
    return found


def answers(orders: bytes, paths: Iterable[Path]) -> Iterator[bytes]:
    """What ``retell`` says of some files, as it is sent back.

    Raises:
        ConfigurationError: the law of this machine is not the sender's.
        GuanjinError: a file has to be judged from the store.
    """
    got = _orders.decode(orders)
    routes = routes_of_law()
    if routes.version != got.law:
        raise ConfigurationError("this machine has another law", cure="install the same guanjin everywhere")
    rules = Rules(got.registry, routes)
    for path in paths:
        try:
            yield from map(_pack, retell(path, rules, got.most))
        except UntraceableError as error:
            raise GuanjinError(f"{path.name} has to be judged from the store: {error}") from error


def merged(answered: Iterable[bytes]) -> list[Retold]:
    """All answers, as ``retell_all`` gives them."""
    return sorted(map(_answers.decode, answered), key=lambda each: (each.organisation, each.year))
