"""Accounts, sessions and bearer tokens in the console's file. Secrets are kept as digests only."""

from hashlib import blake2b
import secrets
import sqlite3
from threading import BoundedSemaphore
from typing import Final

import msgspec
from msgspec import Struct

from collector.accounts import (
    COST,
    Account,
    AccountError,
    Principal,
    Role,
    check_account,
    check_password,
    digest_of_password,
    is_password,
    wait_ns,
)
from collector.console_file import ConsoleFile
from wire.faults import GuanjinError

_MINUTE_NS: Final = 60_000_000_000
IDLE_NS: Final = 30 * _MINUTE_NS
"""A session that was not used for so long has ended."""
LONGEST_NS: Final = 12 * 60 * _MINUTE_NS
"""So has one this old."""
_DAY_NS: Final = 24 * 60 * _MINUTE_NS
_FORGET_NS: Final = _DAY_NS
"""Failures are forgotten after a day."""
MOST_TOKENS: Final = 20
MOST_TOKEN_DAYS: Final = 366
_AT_ONCE: Final = 2
"""Passwords tried at the same time: each takes 32 MiB."""
_FREE: Final = (("name from address", 5), ("address", 20), ("name", 50))
"""Failures before one has to wait, by what they have in common; the last is high, or anybody could lock others out."""
_TOKEN_MARK: Final = "gj_"  # noqa: S105  # what every token begins with, so that scanners for secrets find one
_COLUMNS: Final = "name, role, organisation, made_ns, is_disabled"


class SignInError(GuanjinError):
    """Name and password do not go together; which of the two is wrong is not said."""


class WaitError(SignInError):
    """Too many failures: nothing was tried."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many failures, wait {seconds} s")
        self.seconds = seconds


class Token(Struct, frozen=True):
    """A bearer token without its secret."""

    id: str
    name: str
    label: str
    made_ns: int
    until_ns: int
    is_reading_only: bool


class Accounts:
    """The accounts of one installation.

    Args:
        file: where they are.
        cost: of scrypt; lower only where nothing is guarded.
    """

    def __init__(self, file: ConsoleFile, cost: int = COST) -> None:
        self._file = file
        self._cost = cost
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._nobody = digest_of_password(secrets.token_hex(), secrets.token_bytes(16), cost)

    @property
    def is_empty(self) -> bool:
        """Whether nobody can sign in."""
        return not self._file.read("SELECT 1 FROM account WHERE is_disabled = 0 LIMIT 1")

    def all(self) -> list[Account]:
        """Every account, by name."""
        return [_account(row) for row in self._file.read(f"SELECT {_COLUMNS} FROM account ORDER BY name")]  # noqa: S608  # a constant

    def add(self, account: Account, password: str) -> None:
        """Make an account.

        Raises:
            AccountError: it may not be made so, or is there already.
        """
        check_account(account)
        kept = self._kept(account.name, password)
        row = (account.name, account.role, account.organisation, account.made_ns, 0, kept)
        try:
            with self._file.write() as connection:
                connection.execute("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?)", row)
        except GuanjinError as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError):
                raise AccountError(f"there is an account {account.name!r} already") from error
            raise

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password; its sessions and tokens end."""
        kept = self._kept(name, password)
        with self._file.write() as connection:
            _one(connection.execute("UPDATE account SET password = ? WHERE name = ?", (kept, name)), name)
            _end(connection, name)

    def set_disabled(self, name: str, *, disabled: bool) -> None:
        """Bar an account, or let it in again; its sessions and tokens end.

        Raises:
            AccountError: there is no such account, or nobody who governs would be left.
        """
        with self._file.write() as connection:
            _one(connection.execute("UPDATE account SET is_disabled = ? WHERE name = ?", (disabled, name)), name)
            left = "SELECT 1 FROM account WHERE role = 'admin' AND is_disabled = 0"
            is_admin = connection.execute("SELECT role FROM account WHERE name = ?", (name,)).fetchone()[0] == "admin"
            if disabled and is_admin and not connection.execute(left).fetchone():
                raise AccountError("the last administrator stays")
            _end(connection, name)

    def sign_in(self, name: str, password: str, address: str, now_ns: int) -> str:
        """Open a session and give its secret.

        Raises:
            SignInError: name and password do not go together.
            WaitError: too many failures; nothing was tried.
        """
        name, keys = name[:64], _keys(name[:64], address)
        self.see_wait(name, address, now_ns)
        row = self._file.read("SELECT password, is_disabled FROM account WHERE name = ?", (name,))
        with self._turns:
            fits = is_password(password, row[0][0] if row else self._nobody)
        if not fits or not row or row[0][1]:
            self._count_failure(keys, now_ns)
            raise SignInError("name or password is wrong")
        secret = secrets.token_urlsafe(32)
        with self._file.write() as connection:
            connection.execute("DELETE FROM failure WHERE key = ?", (keys[0],))
            connection.execute("DELETE FROM session WHERE used_ns < ?", (now_ns - LONGEST_NS,))
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (_digest(secret), name, now_ns, now_ns))
        return secret

    def session(self, secret: str, now_ns: int) -> Principal | None:
        """Who holds this session; None where it has ended. Asking keeps it from falling idle."""
        query = (
            "SELECT a.name, a.role, a.organisation, a.made_ns, a.is_disabled, s.used_ns FROM session s "
            "JOIN account a USING (name) WHERE s.digest = ? AND s.made_ns > ? AND s.used_ns > ? AND a.is_disabled = 0"
        )
        rows = self._file.read(query, (_digest(secret), now_ns - LONGEST_NS, now_ns - IDLE_NS))
        if not rows:
            return None
        if now_ns - rows[0][5] > _MINUTE_NS:
            with self._file.write() as connection:
                connection.execute("UPDATE session SET used_ns = ? WHERE digest = ?", (now_ns, _digest(secret)))
        return _account(rows[0][:5]).principal

    def sign_out(self, secret: str) -> None:
        """End a session."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM session WHERE digest = ?", (_digest(secret),))

    def make_token(self, token: Token) -> str:
        """Keep a token and give its secret, which is shown this once.

        Raises:
            AccountError: there are too many already, or it would hold for too long.
        """
        if not 0 < token.until_ns - token.made_ns <= MOST_TOKEN_DAYS * _DAY_NS:
            raise AccountError(f"a token holds for 1 to {MOST_TOKEN_DAYS} days")
        secret = _TOKEN_MARK + secrets.token_urlsafe(32)
        with self._file.write() as connection:
            held = connection.execute("SELECT count(*) FROM token WHERE name = ?", (token.name,)).fetchone()[0]
            if held >= MOST_TOKENS:
                raise AccountError(f"an account holds at most {MOST_TOKENS} tokens")
            row = (token.id, _digest(secret), *msgspec.structs.astuple(token)[1:])
            connection.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return secret

    def tokens(self, name: str) -> list[Token]:
        """The tokens of an account, newest first."""
        query = "SELECT id, name, label, made_ns, until_ns, is_reading_only FROM token WHERE name = ?"
        rows = self._file.read(query, (name,))
        found = [
            Token(id=id_, name=owner, label=label, made_ns=made_ns, until_ns=until_ns, is_reading_only=bool(reads))
            for id_, owner, label, made_ns, until_ns, reads in rows
        ]
        return sorted(found, key=lambda each: (-each.made_ns, each.id))

    def revoke(self, name: str, token_id: str) -> None:
        """End a token of that account.

        Raises:
            AccountError: it has no such token.
        """
        with self._file.write() as connection:
            _one(connection.execute("DELETE FROM token WHERE name = ? AND id = ?", (name, token_id)), token_id)

    def bearer(self, secret: str, now_ns: int) -> Principal | None:
        """Who holds this token; None where there is none, or it has ended."""
        query = (
            "SELECT a.name, a.role, a.organisation, a.made_ns, a.is_disabled, t.is_reading_only FROM token t "
            "JOIN account a USING (name) WHERE t.digest = ? AND t.until_ns > ? AND a.is_disabled = 0"
        )
        rows = self._file.read(query, (_digest(secret), now_ns))
        if not rows:
            return None
        return msgspec.structs.replace(_account(rows[0][:5]).principal, is_reading_only=bool(rows[0][5]))

    def _kept(self, name: str, password: str) -> str:
        check_password(name, password)
        with self._turns:
            return digest_of_password(password, secrets.token_bytes(16), self._cost)

    def see_wait(self, name: str, address: str, now_ns: int) -> None:
        """See that a password may be tried.

        Raises:
            WaitError: too many failures.
        """
        for key, (_, free) in zip(_keys(name[:64], address), _FREE, strict=True):
            for count, last_ns in self._file.read("SELECT count, last_ns FROM failure WHERE key = ?", (key,)):
                whole_ns = wait_ns(count, free)
                left_ns = min(whole_ns, last_ns + whole_ns - now_ns)
                if left_ns > 0:
                    raise WaitError(-(-left_ns // 1_000_000_000))

    def _count_failure(self, keys: tuple[bytes, ...], now_ns: int) -> None:
        with self._file.write() as connection:
            connection.execute("DELETE FROM failure WHERE last_ns <= ?", (now_ns - _FORGET_NS,))
            for key in keys:
                connection.execute(
                    "INSERT INTO failure VALUES (?, 1, ?) "
                    "ON CONFLICT (key) DO UPDATE SET count = count + 1, last_ns = excluded.last_ns",
                    (key, now_ns),
                )


def _keys(name: str, address: str) -> tuple[bytes, ...]:
    """What failures have in common, in the order of ``_FREE``."""
    return tuple(_digest("\0".join(parts)) for parts in (("n+a", name, address), ("a", address), ("n", name)))


def _digest(secret: str) -> bytes:
    """What is kept of a secret of 32 random bytes: nothing needs to be stretched."""
    return blake2b(secret.encode(), digest_size=32, person=b"guanjin-secret").digest()


def _account(row: tuple[str, str, str, int, int]) -> Account:
    name, role, organisation, made_ns, is_disabled = row
    return Account(
        name=name, role=Role(role), organisation=organisation, made_ns=made_ns, is_disabled=bool(is_disabled)
    )


def _one(cursor: sqlite3.Cursor, name: str) -> None:
    if cursor.rowcount != 1:
        raise AccountError(f"there is no {name!r}")


def _end(connection: sqlite3.Connection, name: str) -> None:
    connection.execute("DELETE FROM session WHERE name = ?", (name,))
    connection.execute("DELETE FROM token WHERE name = ?", (name,))
