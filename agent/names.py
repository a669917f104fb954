"""Which names DNS gave to which addresses, bounded."""

from typing import Final

_MOST: Final = 65_536


class Names:
    """Address -> the name that a client asked for. The oldest are forgotten first."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def learn(self, address: str, name: str) -> None:
        """Remember the newest name of an address."""
        self._names.pop(address, None)
        while len(self._names) >= _MOST:
            del self._names[next(iter(self._names))]
        self._names[address] = name

    def of(self, address: str) -> str:
        """The name; empty if none is known."""
        return self._names.get(address, "")
