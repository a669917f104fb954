"""What the judge says: a status, the routes held and required, and reasons with instrument and article."""

from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace


class Status(StrEnum):
    """The judge's word on one transfer."""

    NOT_EXPORT = "not_export"
    COVERED = "covered"
    EXEMPT = "exempt"
    BELOW_THRESHOLD = "below_threshold"
    UNFILED = "unfiled"
    EXPIRED = "expired"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    OUT_OF_SCOPE = "out_of_scope"
    OVER_VOLUME = "over_volume"
    WRONG_ROUTE = "wrong_route"
    CONTENT_UNSEEN = "content_unseen"
    RECIPIENT_UNKNOWN = "recipient_unknown"
    UNDETERMINED = "undetermined"

    @property
    def is_flagged(self) -> bool:
        """Whether the transfer contradicts what was declared or what the law asks: someone must look."""
        return self in _FLAGGED

    @property
    def is_open(self) -> bool:
        """Whether the transfer could not be judged: not flagged, and not clean either."""
        return self in (Status.CONTENT_UNSEEN, Status.RECIPIENT_UNKNOWN, Status.UNDETERMINED)


_FLAGGED: Final = frozenset(
    {
        Status.UNFILED, Status.EXPIRED, Status.NOT_YET_EFFECTIVE,
        Status.OUT_OF_SCOPE, Status.OVER_VOLUME, Status.WRONG_ROUTE,
    }
)  # fmt: skip

GRAVITY: Final = (
    Status.UNFILED, Status.WRONG_ROUTE, Status.EXPIRED, Status.OUT_OF_SCOPE, Status.OVER_VOLUME,
    Status.NOT_YET_EFFECTIVE,
    Status.RECIPIENT_UNKNOWN, Status.UNDETERMINED, Status.CONTENT_UNSEEN,
    Status.BELOW_THRESHOLD, Status.COVERED, Status.EXEMPT, Status.NOT_EXPORT,
)  # fmt: skip
"""Worst first: the order of every table."""


class Citation(Struct, frozen=True):
    """Where a rule stands in the law."""

    instrument: str
    """Full Chinese title."""
    article: str
    """Chinese, such as 第七条第一款第二项."""
    in_force_from: str
    """ISO 8601 day."""
    source: str
    """Where the text was read; law.md's source key."""


class Reason(Struct, frozen=True):
    """One sentence of a verdict, in both languages, with the law that it rests on."""

    says: str
    """Chinese, holding the arithmetic: 本年累计 300 人 < 100,000 人."""
    says_en: str
    citation: Citation | None = None


class Verdict(Struct, frozen=True):
    """The judgement of one event. Pure arithmetic over facts: the same facts give the same verdict, byte for byte."""

    event_id: str
    status: Status
    route: str
    """The route that makes it lawful: a filing's route, an exemption, ``below_threshold``; empty if none."""
    required_route: str
    """The lightest route that the law asks for; empty if none."""
    reasons: tuple[Reason, ...]
    filing: str = ""
    """Number of the filing that it was held against; empty if none."""
    law_version: str = ""
    """Digest of the shelf of law by which it was reached; empty in what was kept before versions were."""
    registry_version: str = ""
    """Digest of the registry under which it was reached."""

    @property
    def unversioned(self) -> "Verdict":
        """What it says, whichever registry it was reached under: a registry that changes nothing else is no change."""
        return replace(self, law_version="", registry_version="")
