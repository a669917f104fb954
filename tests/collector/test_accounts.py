from collections.abc import Callable
from pathlib import Path
import sqlite3
from threading import Thread

import pytest

from collector.accounts import (
    ANYBODY,
    Account,
    AccountError,
    Principal,
    Right,
    Role,
    digest_of_password,
    is_password,
    wait_ns,
)
from collector.accounts_file import IDLE_NS, LONGEST_NS, Accounts, SignInError, Token, WaitError
from collector.audit import ASKED, DONE, AuditTrail
from collector.console_file import ConsoleFile
from wire.faults import MalformedError

NOW = 1_795_252_200_000_000_000
SECOND = 1_000_000_000
DAY = 86_400 * SECOND
PASSWORD = "correct horse battery"  # noqa: S105  # a test's
CHEAP = 16
HERE = "127.0.0.1"


@pytest.fixture
def file(tmp_path: Path) -> ConsoleFile:
    return ConsoleFile(tmp_path / "console.sqlite")


@pytest.fixture
def accounts(file: ConsoleFile) -> Accounts:
    some = Accounts(file, CHEAP)
    some.add(Account(name="duty-1", role=Role.REGULATOR, made_ns=NOW), PASSWORD)
    return some


def test_a_password_is_kept_as_a_salted_digest_and_known_again(file: ConsoleFile, accounts: Accounts) -> None:
    kept = file.read("SELECT password FROM account")[0][0]
    assert PASSWORD not in kept
    assert is_password(PASSWORD, kept)
    assert not is_password(PASSWORD + "x", kept)
    assert digest_of_password(PASSWORD, b"1" * 16, CHEAP) != digest_of_password(PASSWORD, b"2" * 16, CHEAP)
    assert accounts.sign_in("duty-1", PASSWORD, HERE, NOW)


@pytest.mark.parametrize("password", ["short", "x" * 300, "aaaaaaaaaaaaaa", "the duty-2 password"])
def test_a_password_that_is_too_easy_is_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(AccountError):
        accounts.add(Account(name="duty-2", role=Role.ANALYST, made_ns=NOW), password)


@pytest.mark.parametrize(
    ("name", "role", "organisation"),
    [
        ("", Role.ANALYST, ""),
        ("../x", Role.ANALYST, ""),
        ("a b", Role.ANALYST, ""),
        ("x" * 65, Role.ANALYST, ""),
        ("o", Role.OFFICER, ""),
        ("o", Role.OFFICER, "91350100M000100Y44"),
        ("r", Role.REGULATOR, "91350100M000100Y43"),
        ("duty-1", Role.ANALYST, ""),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    accounts: Accounts, name: str, role: Role, organisation: str
) -> None:
    with pytest.raises(AccountError):
        accounts.add(Account(name=name, role=role, organisation=organisation, made_ns=NOW), PASSWORD)


def test_a_session_holds_until_it_is_idle_or_old_or_ended(accounts: Accounts) -> None:
    secret = accounts.sign_in("duty-1", PASSWORD, HERE, NOW)
    assert accounts.session(secret, NOW + IDLE_NS - 1) == Principal("duty-1", Role.REGULATOR)
    assert accounts.session(secret, NOW + 2 * IDLE_NS - 2), "using it kept it from falling idle"
    assert accounts.session(secret, NOW + 4 * IDLE_NS) is None
    other = accounts.sign_in("duty-1", PASSWORD, HERE, NOW)
    for step in range(1, LONGEST_NS // IDLE_NS * 2):
        assert accounts.session(other, NOW + step * IDLE_NS // 2)
    assert accounts.session(other, NOW + LONGEST_NS) is None
    third = accounts.sign_in("duty-1", PASSWORD, HERE, NOW)
    accounts.sign_out(third)
    assert accounts.session(third, NOW) is None
    assert accounts.session("guessed", NOW) is None


def test_no_secret_is_in_the_file(file: ConsoleFile, accounts: Accounts, tmp_path: Path) -> None:
    secret = accounts.sign_in("duty-1", PASSWORD, HERE, NOW)
    bearer = accounts.make_token(Token("t1", "duty-1", "export", NOW, NOW + DAY, is_reading_only=False))
    file.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for each in (secret, bearer, PASSWORD):
        assert each.encode() not in content
    assert (tmp_path / "console.sqlite").stat().st_mode & 0o77 == 0


def test_a_thousand_bad_passwords_try_fewer_than_eleven(accounts: Accounts) -> None:
    tried = 0
    for number in range(1_000):
        with pytest.raises(SignInError) as caught:
            accounts.sign_in("duty-1", f"guess number {number}", HERE, NOW + number)
        tried += not isinstance(caught.value, WaitError)
    assert tried <= 10
    with pytest.raises(WaitError):
        accounts.sign_in("duty-1", PASSWORD, HERE, NOW + 1_000)


def test_an_attacker_does_not_lock_others_out_from_elsewhere(accounts: Accounts) -> None:
    for number in range(100):
        with pytest.raises(SignInError):
            accounts.sign_in("duty-1", "no such password", "203.0.113.9", NOW + number)
    assert accounts.sign_in("duty-1", PASSWORD, HERE, NOW)


def test_many_names_from_one_address_wait_too(accounts: Accounts) -> None:
    waits = 0
    for number in range(60):
        with pytest.raises(SignInError) as caught:
            accounts.sign_in(f"name-{number}", "no such password", HERE, NOW)
        waits += isinstance(caught.value, WaitError)
    assert waits == 40


def test_waiting_doubles_and_ends(accounts: Accounts) -> None:
    assert wait_ns(4, 5) == 0
    assert wait_ns(5, 5) == 2 * SECOND
    assert wait_ns(6, 5) == 4 * SECOND
    assert wait_ns(1_000_000, 5) == 900 * SECOND
    for _ in range(5):
        with pytest.raises(SignInError):
            accounts.sign_in("duty-1", "no such password", HERE, NOW)
    assert accounts.sign_in("duty-1", PASSWORD, HERE, NOW + 2 * SECOND)


def test_an_unknown_name_and_a_barred_one_are_answered_like_a_wrong_password(accounts: Accounts) -> None:
    accounts.add(Account(name="gone", role=Role.ANALYST, made_ns=NOW), PASSWORD)
    accounts.set_disabled("gone", disabled=True)
    said = set()
    for name, password in (("nobody", PASSWORD), ("gone", PASSWORD), ("duty-1", "no such password")):
        with pytest.raises(SignInError) as caught:
            accounts.sign_in(name, password, HERE, NOW)
        said.add(str(caught.value))
    assert len(said) == 1


def test_barring_and_a_new_password_end_sessions_and_tokens(accounts: Accounts) -> None:
    changes: list[Callable[[], None]] = [
        lambda: accounts.set_password("duty-1", "another long password"),
        lambda: accounts.set_disabled("duty-1", disabled=True),
    ]
    for change in changes:
        secret = accounts.sign_in("duty-1", PASSWORD, HERE, NOW)
        bearer = accounts.make_token(Token("t", "duty-1", "", NOW, NOW + DAY, is_reading_only=False))
        change()
        assert accounts.session(secret, NOW) is None
        assert accounts.bearer(bearer, NOW) is None
        accounts.set_disabled("duty-1", disabled=False)
        accounts.set_password("duty-1", PASSWORD)


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    accounts.add(Account(name="root-1", role=Role.ADMIN, made_ns=NOW), PASSWORD)
    with pytest.raises(AccountError, match="administrator"):
        accounts.set_disabled("root-1", disabled=True)
    assert accounts.sign_in("root-1", PASSWORD, HERE, NOW)
    with pytest.raises(AccountError):
        accounts.set_disabled("nobody", disabled=True)


def test_a_token_holds_until_its_day_and_may_be_for_reading_only(accounts: Accounts) -> None:
    bearer = accounts.make_token(Token("t1", "duty-1", "boards", NOW, NOW + DAY, is_reading_only=True))
    who = accounts.bearer(bearer, NOW)
    assert who
    assert who.may(Right.READ)
    assert not who.may(Right.HANDLE)
    assert accounts.bearer(bearer, NOW + DAY) is None
    assert [each.id for each in accounts.tokens("duty-1")] == ["t1"]
    with pytest.raises(AccountError):
        accounts.revoke("somebody", "t1")
    accounts.revoke("duty-1", "t1")
    assert accounts.bearer(bearer, NOW) is None
    with pytest.raises(AccountError):
        accounts.make_token(Token("t2", "duty-1", "", NOW, NOW + 400 * DAY, is_reading_only=False))
    for number in range(20):
        accounts.make_token(Token(f"n{number}", "duty-1", "", NOW, NOW + DAY, is_reading_only=False))
    with pytest.raises(AccountError, match="at most"):
        accounts.make_token(Token("more", "duty-1", "", NOW, NOW + DAY, is_reading_only=False))


def test_each_role_holds_its_rights_and_nobody_signed_in_only_reads() -> None:
    assert [right for right in Right if ANYBODY.may(right)] == [Right.READ]
    officer = Principal("o", Role.OFFICER, "91350100M000100Y43")
    assert not officer.may(Right.CHECK)
    assert not officer.may(Right.GOVERN)
    assert not Principal("a", Role.ADMIN).may(Right.HANDLE), "who governs accounts does not decide cases"
    assert not Principal("r", Role.REGULATOR).may(Right.GOVERN)
    assert not Principal("n", Role.ANALYST).may(Right.DECLARE)


def test_the_first_account_ends_the_open_console(file: ConsoleFile) -> None:
    empty = Accounts(file, CHEAP)
    assert empty.is_empty
    empty.add(Account(name="a", role=Role.ADMIN, made_ns=NOW), PASSWORD)
    assert not empty.is_empty


def a_trail(file: ConsoleFile, lines: int) -> AuditTrail:
    trail = AuditTrail(file)
    for number in range(lines):
        trail.append(Principal("duty-1", Role.REGULATOR), "cases.act", f"{number}", ASKED, NOW + number)
    return trail


def test_the_trail_is_appended_to_and_neither_edited_nor_cut(file: ConsoleFile) -> None:
    trail = a_trail(file, 3)
    entry = trail.append(Principal("duty-1", Role.REGULATOR), "cases.act", "x" * 1_000, DONE, NOW)
    assert entry.number == 4
    assert len(entry.about) == 300
    assert [each.number for each in trail.newest(2)] == [4, 3]
    assert [each.number for each in trail.newest(2, before=3)] == [2, 1]
    assert trail.verify() == 4
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="never"), file.write() as connection:
            connection.execute(statement)
    assert trail.verify(entry.seal) == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'other' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "UPDATE audit SET number = number + 1 WHERE number = 3",
        "INSERT INTO audit SELECT 4, at_ns, who, role, deed, about, outcome, seal FROM audit WHERE number = 3",
    ],
)
def test_a_trail_that_was_tampered_with_is_found(file: ConsoleFile, tmp_path: Path, statement: str) -> None:
    trail = a_trail(file, 3)
    with sqlite3.connect(tmp_path / "console.sqlite") as intruder:
        intruder.execute("DROP TRIGGER audit_is_not_edited")
        intruder.execute("DROP TRIGGER audit_is_not_deleted")
        intruder.execute(statement)
    intruder.close()
    with pytest.raises(MalformedError, match="altered"):
        trail.verify()


def test_a_trail_whose_end_was_cut_is_found_by_a_seal_noted_elsewhere(file: ConsoleFile, tmp_path: Path) -> None:
    trail = a_trail(file, 3)
    noted = trail.newest(1)[0].seal
    with sqlite3.connect(tmp_path / "console.sqlite") as intruder:
        intruder.execute("DROP TRIGGER audit_is_not_deleted")
        intruder.execute("DELETE FROM audit WHERE number = 3")
    intruder.close()
    assert trail.verify() == 2
    with pytest.raises(MalformedError, match="noted elsewhere"):
        trail.verify(noted)


def test_threads_append_one_after_the_other(file: ConsoleFile) -> None:
    threads = [Thread(target=a_trail, args=(file, 25)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditTrail(file).verify() == 100
