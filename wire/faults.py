"""The errors that may cross a module boundary."""

from typing import Final


class GuanjinError(Exception):
    """Any error that guanjin raises on purpose; its text is fit for a person to read."""


class MalformedError(GuanjinError):
    """Input that will never be readable: count it, set it aside, go on.

    Args:
        what: what is wrong, in words that hold no raw value.
        offset: where in the input, in bytes from its start; -1 where that is unknown.
    """

    def __init__(self, what: str, offset: int = -1) -> None:
        super().__init__(what if offset < 0 else f"{what} (at byte {offset})")
        self.what: Final = what
        self.offset: Final = offset


class UnavailableError(GuanjinError):
    """Something outside is away for now: back off and try again."""


class ConfigurationError(GuanjinError):
    """A setting or a registry that cannot be used; raised only before the first event.

    Args:
        what: what is wrong.
        at: where: file, line and key.
        cure: what to do about it.
    """

    def __init__(self, what: str, at: str = "", cure: str = "") -> None:
        super().__init__("\n".join(part for part in (what, at and f"  at: {at}", cure and f"  help: {cure}") if part))
        self.what: Final = what
        self.at: Final = at
        self.cure: Final = cure
