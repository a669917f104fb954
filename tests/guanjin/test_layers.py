from argparse import ArgumentParser
from pathlib import Path

import pytest

from guanjin.__main__ import main, parser_of
from guanjin.layers import Layers, apply, layers_of, shown
from wire.faults import ConfigurationError


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    path = Path("guanjin.toml")
    path.write_text(text, encoding="utf-8")
    return path


def settled(text: str, **environment: str) -> ArgumentParser:
    parser = parser_of("zh")
    apply(parser, layers_of(written(text), environment))
    return parser


def test_the_flag_wins_over_the_environment_and_that_over_the_file() -> None:
    parser = settled("[up]\nport = 9000\nhost = '127.0.0.2'\nrate = 0.5\n", GUANJIN_UP__PORT="9001")
    arguments = parser.parse_args(["up", "--rate", "0.25"])
    assert (arguments.port, arguments.host, arguments.rate) == (9001, "127.0.0.2", 0.25)


def test_a_commands_own_table_wins_over_the_shared_one() -> None:
    parser = settled('[all]\nregistry = "a.yaml"\n[scan]\nregistry = "b.yaml"\n')
    assert parser.parse_args(["scan", "x"]).registry == Path("b.yaml")
    assert parser.parse_args(["up"]).registry == Path("a.yaml")


def test_what_may_be_repeated_takes_a_list() -> None:
    assert settled('[up]\nwatch = ["a", "b"]\n').parse_args(["up"]).watch == [Path("a"), Path("b")]


def test_a_required_option_that_a_setting_gives_may_be_left_out() -> None:
    parser = settled('[cases.open]\norganisation = "91350100M000100Y43"\n')
    assert parser.parse_args(["cases", "open", "--what", "x"]).organisation == "91350100M000100Y43"


def test_dashes_and_underscores_name_the_same() -> None:
    assert settled("[rejudge]\ndry-run = true\n").parse_args(["rejudge", "--registry", "r.yaml"]).dry_run is True


@pytest.mark.parametrize(
    ("text", "at", "cure"),
    [
        ("[up]\nprot = 1\n", "guanjin.toml line 2, up.prot", "did you mean port?"),
        ("[upp]\nport = 1\n", "guanjin.toml line 2, upp.port", "did you mean up?"),
        ('[up]\n\nport = "many"\n', "guanjin.toml line 3, up.port", "guanjin up --help"),
        ("[up]\nport = [1]\n", "guanjin.toml line 2", "--help"),
        ('[scan]\nprofile = "none"\n', "scan.profile", "gbt45574_2025"),
        ('[scan]\njson = "perhaps"\n', "scan.json", "true or false"),
        ("port = 1\n", "guanjin.toml", "[up]"),
        ("[up\n", "guanjin.toml", "no TOML"),
    ],
)
def test_a_fault_names_file_line_key_and_cure(text: str, at: str, cure: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settled(text)
    assert at in str(caught.value)
    assert cure in str(caught.value)


def test_a_fault_of_the_environment_names_the_variable() -> None:
    with pytest.raises(ConfigurationError, match="environment GUANJIN_UP__PORT"):
        settled("", GUANJIN_UP__PORT="many")


def test_variables_that_are_no_settings_are_left_alone() -> None:
    assert layers_of(None, {"GUANJIN_LANG": "en", "GUANJIN_PEERS": "x", "HOME": "/"}) == Layers()


def test_a_named_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="cannot read the settings"):
        layers_of(Path("none.toml"), {})


def test_every_option_is_shown_with_its_origin() -> None:
    parser = parser_of("zh")
    layers = layers_of(written("[up]\nport = 9000\n"), {})
    apply(parser, layers)
    origins = {(each.command, each.option): each.origin for each in shown(parser, layers)}
    assert origins["up", "port"] == "guanjin.toml line 2, up.port"
    assert origins["up", "host"] == ""


def test_config_show_prints_value_and_origin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written("[up]\nport = 9000\n")
    monkeypatch.setenv("GUANJIN_SCAN__RATE", "0.5")
    assert main(["config", "show", "--origin"]) == 0
    out = capsys.readouterr().out
    assert "up.port = 9000    # guanjin.toml line 2, up.port" in out
    assert "scan.rate = 0.5    # environment GUANJIN_SCAN__RATE" in out
    assert main(["config", "show", "nothing"]) == 2
    assert main(["config", "show", "up", "--all", "--json"]) == 0
    assert '"option":"host","value":"127.0.0.1","origin":"default"' in capsys.readouterr().out


def test_a_faulty_file_ends_every_command_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    written("[up]\nprot = 1\n")
    assert main(["check"]) == 2
    assert "did you mean port?" in capsys.readouterr().err


def test_a_shell_is_given_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in ("bash", "zsh"):
        assert main(["completion", shell]) == 0
        assert "spotcheck" in capsys.readouterr().out
