"""Who may sign in, as what, and how a password is kept. Rules only: accounts live in ``accounts_file``."""

from enum import StrEnum
from hashlib import scrypt
from hmac import compare_digest
import re
from typing import Final

from msgspec import Struct

from collector.registry_checks import has_check_character
from wire.faults import GuanjinError

LEAST_PASSWORD: Final = 12
_MOST_PASSWORD: Final = 256
_NAME: Final = re.compile(r"[\w.@-]{1,64}")
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_R: Final = 8
_P: Final = 1
COST: Final = 1 << 15
"""scrypt's n: 32 MiB and some 0.1 s for each password tried."""
_MOST_MEMORY: Final = 1 << 28


class AccountError(GuanjinError):
    """An account that cannot be made or changed so."""


class Role(StrEnum):
    """What an account is for."""

    REGULATOR = "regulator"
    """监管人员."""
    OFFICER = "officer"
    """企业数据合规负责人: sees its own organisation only."""
    ANALYST = "analyst"
    """研判分析: reads everything, writes nothing."""
    ADMIN = "admin"
    """系统管理员: accounts, audit trail and registry, no cases."""


class Right(StrEnum):
    """What a page or an address of the API asks for."""

    READ = "read"
    HANDLE = "handle"
    """Act on cases."""
    CHECK = "check"
    """Spot checks."""
    DECLARE = "declare"
    """Change the registry."""
    GOVERN = "govern"
    """Accounts."""
    AUDIT = "audit"
    """Read who wrote what."""
    OWN = "own"
    """One's own password and tokens."""


_RIGHTS: Final = {
    Role.REGULATOR: frozenset({Right.READ, Right.HANDLE, Right.CHECK, Right.DECLARE, Right.AUDIT, Right.OWN}),
    Role.OFFICER: frozenset({Right.READ, Right.HANDLE, Right.DECLARE, Right.OWN}),
    Role.ANALYST: frozenset({Right.READ, Right.OWN}),
    Role.ADMIN: frozenset({Right.READ, Right.DECLARE, Right.GOVERN, Right.AUDIT, Right.OWN}),
}


class Principal(Struct, frozen=True):
    """Who asks."""

    name: str
    """Empty where nobody signed in and the console is open for reading."""
    role: Role
    organisation: str = ""
    """Of an officer: the only one that it sees."""
    is_reading_only: bool = False
    """A bearer token that was made for reading."""

    def may(self, right: Right) -> bool:
        """Whether it holds that right."""
        if not self.name or self.is_reading_only:
            return right is Right.READ
        return right in _RIGHTS[self.role]


ANYBODY: Final = Principal("", Role.ANALYST)
"""Whoever calls an open console: reads, writes nothing."""


class Account(Struct, frozen=True, kw_only=True):
    """An account without its secret."""

    name: str
    role: Role
    organisation: str = ""
    made_ns: int
    is_disabled: bool = False

    @property
    def principal(self) -> Principal:
        """Who its holder is once signed in."""
        return Principal(self.name, self.role, self.organisation)


def check_account(account: Account) -> None:
    """See that the account may be made.

    Raises:
        AccountError: the name is no name, or role and organisation do not go together.
    """
    if not _NAME.fullmatch(account.name):
        raise AccountError("a name has 1 to 64 letters, digits, . _ @ or -")
    is_officer = account.role is Role.OFFICER
    if is_officer and not has_check_character(account.organisation):
        raise AccountError("an officer needs its organisation's 统一社会信用代码, whose check character fits")
    if not is_officer and account.organisation:
        raise AccountError("only an officer belongs to one organisation")


def check_password(name: str, password: str) -> None:
    """See that the password is worth keeping.

    Raises:
        AccountError: too short, too long, or the name again.
    """
    if not LEAST_PASSWORD <= len(password) <= _MOST_PASSWORD:
        raise AccountError(f"a password has {LEAST_PASSWORD} to {_MOST_PASSWORD} characters")
    repeats = len(name) >= 4 and name.casefold() in password.casefold()
    if repeats or len(set(password)) < 5:
        raise AccountError("the password is too easy: it repeats the name or a few characters")


def digest_of_password(password: str, salt: bytes, cost: int = COST) -> str:
    """The password as it is kept: scheme, cost, salt and digest."""
    digest = scrypt(password.encode(), salt=salt, n=cost, r=_R, p=_P, maxmem=_MOST_MEMORY, dklen=_HASH_BYTES)
    return f"scrypt${cost}${salt.hex()}${digest.hex()}"


def is_password(password: str, kept: str) -> bool:
    """Whether this is the password that was kept; takes as long either way."""
    _, cost, salt, _ = kept.split("$")
    return compare_digest(digest_of_password(password[:_MOST_PASSWORD], bytes.fromhex(salt), int(cost)), kept)


_NS: Final = 1_000_000_000
_MOST_WAIT_S: Final = 900


def wait_ns(failures: int, free: int) -> int:
    """How long after so many failures the next password is not even looked at: doubles, up to a quarter of an hour."""
    if failures < free:
        return 0
    return min(_MOST_WAIT_S, 1 << min(failures - free + 1, 10)) * _NS
