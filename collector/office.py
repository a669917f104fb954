"""What writing needs: accounts, the audit trail, drafts, the registry's keeper; and who is asking."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from hmac import compare_digest

from msgspec import Struct

from collector.accounts import ANYBODY, Principal, Right
from collector.accounts_file import Accounts
from collector.audit import ASKED, DONE, REFUSED, AuditTrail
from collector.policies import Policies
from collector.ports import Store
from collector.registry_edit_drafts import Drafts
from collector.registry_edit_keeper import Keeper
from wire.faults import GuanjinError


class DeniedError(GuanjinError):
    """The one who asks has not that right."""


class Visit(Struct, frozen=True):
    """One question: who asks, and by what."""

    who: Principal = ANYBODY
    secret: str = ""
    """Of the session; empty where none is open."""
    is_bearer: bool = False
    """Whether a bearer token was shown, which no other site can make a browser send."""

    @property
    def csrf(self) -> str:
        """What every form of this session carries; it cannot be made without the session's secret."""
        return csrf_of(self.secret)


class Office(Struct, frozen=True):
    """What the console and the API write with."""

    store: Store
    """All of it; what a person sees of it is another matter."""
    accounts: Accounts
    trail: AuditTrail
    drafts: Drafts
    policies: Policies
    keeper: Keeper
    vet: Callable[[str], str]
    """Gives a text back, or raises GuanjinError where it names a person by number."""
    is_local: bool
    """Whether nobody but this machine can call."""

    @property
    def admits_anybody(self) -> bool:
        """Whether the console is open for reading: on this machine only, until there is an account."""
        return self.is_local and self.accounts.is_empty

    def vetted(self, about: str) -> str:
        """What the trail says that a deed was about: addresses are typed by people, and it names nobody by number."""
        try:
            return self.vet(about) if about else about
        except GuanjinError:
            return "(withheld)"

    @contextmanager
    def recorded(self, who: Principal, deed: str, about: str, now_ns: int) -> Iterator["Outcome"]:
        """Keep on the trail what is done within: first that it was asked for, then how it ended.

        Raises:
            UnavailableError: the trail cannot be written; nothing was done.
        """
        self.trail.append(who, deed, about, ASKED, now_ns)
        outcome = Outcome()
        try:
            yield outcome
        except GuanjinError as error:
            self.trail.append(who, deed, about, f"{REFUSED}: {type(error).__name__}", now_ns)
            raise
        except BaseException:
            self.trail.append(who, deed, about, f"{REFUSED}: fault", now_ns)
            raise
        self.trail.append(who, deed, about, outcome.said, now_ns)


class Outcome:
    """How a deed ended, where it did not end in an error."""

    def __init__(self) -> None:
        self.said = DONE

    def refuse(self) -> None:
        """It was not done."""
        self.said = REFUSED


def csrf_of(secret: str) -> str:
    """The token of a form, from the secret of a session or, before one is open, of a cookie."""
    return blake2b(secret.encode(), digest_size=16, person=b"guanjin-form").hexdigest() if secret else ""


def fits(csrf: str, secret: str) -> bool:
    """Whether a form's token belongs to that secret."""
    return bool(secret) and compare_digest(csrf.encode(), csrf_of(secret).encode())


def see_right(who: Principal, right: Right) -> None:
    """See that somebody holds a right.

    Raises:
        DeniedError: it does not.
    """
    if not who.may(right):
        raise DeniedError("this account may not do that" if who.name else "sign in first")
