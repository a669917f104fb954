from pathlib import Path

import pytest

from dashboards.render import in_repository, render
from dashboards.site import Site
from guanjin.__main__ import main

ROOT = Path(__file__).parents[2]


def test_the_files_of_the_sources_are_fresh_and_no_old_one_is_left() -> None:
    files = {in_repository(name): content for name, content in render(Site()).items()}
    for name, content in files.items():
        assert (ROOT / name).read_text(encoding="utf-8") == content, "run: python -m dashboards.render"
    folders = ("deploy/prometheus", "deploy/alertmanager", "deploy/grafana", "docs/runbooks")
    standing = {str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*.*")}
    assert standing <= set(files)


def test_the_command_writes_the_site_that_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["monitoring", "render", "--out", str(tmp_path), "--agent-job", "probes", "--runbook-base", "https://w/r"]
    assert main([*words, "--agent", "10.0.0.5:9464", "--agent", "10.0.0.6:9464", "--chat", "feishu"]) == 0
    rules = (tmp_path / "prometheus" / "rules" / "guanjin.rules.yml").read_text(encoding="utf-8")
    assert 'up{job="probes"}' in rules
    assert "@" not in rules
    assert "https://w/r/guanjinspoolfull.md" in rules
    assert "10.0.0.6:9464" in (tmp_path / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    routes = (tmp_path / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")
    assert "feishu" in routes
    assert "dingtalk" not in routes
    assert str(len(render(Site()))) in capsys.readouterr().out


def test_a_chat_that_is_none_and_a_folder_that_cannot_be_written_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["monitoring", "render", "--out", str(tmp_path), "--chat", "irc"]) == 2
    assert "irc" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["monitoring", "render", "--out", str(tmp_path / "file")]) == 2
    assert "cannot write" in capsys.readouterr().err
