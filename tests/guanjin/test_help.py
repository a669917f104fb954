import pytest

from guanjin.__main__ import main


def helped(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as left:
        main([*words, "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", [(), ("scan",), ("up",), ("demo",), ("registry",), ("cases",), ("explain",)])
def test_help_is_chinese_unless_english_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.delenv("GUANJIN_LANG", raising=False)
    assert "退出码" in helped(capsys, *command)
    assert "exit codes" in helped(capsys, "--lang", "en", *command)
    monkeypatch.setenv("GUANJIN_LANG", "en")
    assert "exit codes" in helped(capsys, *command)


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["scna"])
    assert left.value.code == 2
    assert "scan" in capsys.readouterr().err
