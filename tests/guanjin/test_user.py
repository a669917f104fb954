import io
from pathlib import Path
import re
import sys

import msgspec
import pytest

from collector.accounts import Role
from collector.accounts_file import Accounts
from collector.console_file import ConsoleFile
from guanjin.__main__ import main
from guanjin.commands import user
from guanjin.counter import is_loopback

CODE = "91350100M000100Y43"


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str, typed: str = "correct horse battery\n") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return main(["user", *words, "--state", str(folder)])


def test_the_roles_are_those_of_the_collector() -> None:
    assert tuple(Role) == user._ROLES


def test_accounts_are_made_listed_barred_and_let_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(monkeypatch, tmp_path, "add", "监管一组", "--role", "regulator") == 0
    assert run(monkeypatch, tmp_path, "add", "officer-a", "--role", "officer", "--organisation", CODE.lower()) == 0
    assert run(monkeypatch, tmp_path, "disable", "监管一组") == 0
    capsysbinary.readouterr()
    assert run(monkeypatch, tmp_path, "list") == 0
    said = capsysbinary.readouterr().out.decode()
    assert re.search(r"监管一组.*监管人员.*已停用", said)
    assert CODE in said
    assert run(monkeypatch, tmp_path, "enable", "监管一组") == 0
    assert run(monkeypatch, tmp_path, "password", "监管一组", typed="another long password\n") == 0
    file = ConsoleFile(tmp_path / "console.sqlite")
    assert Accounts(file).sign_in("监管一组", "another long password", "127.0.0.1", 1)
    file.close()


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("add", "a b", "--role", "analyst"), "correct horse battery\n"),
        (("add", "duty", "--role", "analyst"), "short\n"),
        (("add", "duty", "--role", "analyst"), ""),
        (("add", "duty", "--role", "officer"), "correct horse battery\n"),
        (("add", "duty", "--role", "analyst", "--organisation", CODE), "correct horse battery\n"),
        (("add", "11010519491231002X", "--role", "analyst"), "correct horse battery\n"),
        (("add", "13812345678", "--role", "analyst"), "correct horse battery\n"),
        (("list",), ""),
        (("token", "nobody"), ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    typed: str,
) -> None:
    assert run(monkeypatch, tmp_path, *words, typed=typed) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "11010519491231002X" not in said
    assert "13812345678" not in said


def test_a_token_is_shown_once_and_the_trail_is_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(monkeypatch, tmp_path, "add", "duty", "--role", "analyst")
    capsysbinary.readouterr()
    assert run(monkeypatch, tmp_path, "token", "duty", "--days", "30", "--read-only", "--json") == 0
    token = msgspec.json.decode(capsysbinary.readouterr().out)["token"]
    assert token.startswith("gj_")
    assert run(monkeypatch, tmp_path, "audit") == 0
    said = capsysbinary.readouterr().out.decode()
    assert "user token" in said
    assert token not in said
    seal = re.search(r"末条校验值 (\w+)", said)
    assert seal
    assert run(monkeypatch, tmp_path, "audit", "--seal", seal[1]) == 0
    assert run(monkeypatch, tmp_path, "audit", "--seal", "0" * 32) == 2


def test_up_does_not_stand_open_to_others_without_an_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["up", "--host", "0.0.0.0", "--port", "0", "--state", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "guanjin user add" in said


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("127.8.8.8", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("example", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_else(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here
