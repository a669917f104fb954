from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from collector.handle import handle
from collector.law.examples import an_event
from collector.law.shelf import routes_of_law
from collector.registry import read_registry
from collector.stores.sqlite import SqliteStore
from guanjin.__main__ import main
from wire.events import Endpoint, Tally
from wire.kinds import Grade, Kind
from wire.places import place_of
from wire.subjects import Subjects

CAPTURES = Path(__file__).parents[1] / "captures"
REGISTRY = str(CAPTURES / "registry.yaml")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "scan.sqlite"
    main(["scan", str(CAPTURES / "patients-us-filed.pcap"), "--registry", REGISTRY, "--keep", str(path), "--json"])
    return path


def test_what_lies_ahead_is_told_in_both_languages(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["outlook", "--keep", str(kept), "--registry", REGISTRY, "--on", "2026-11-21"]
    for lang, pieces in (("zh", ("供参考：", "暂不估计")), ("en", ("For information:", "whole days were watched"))):
        capsys.readouterr()
        main([*words, "--lang", lang])
        out = capsys.readouterr().out
        assert all(piece in out for piece in pieces)


def test_the_exit_code_says_whether_something_is_due(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["outlook", "--keep", str(kept), "--registry", REGISTRY, "--json"]
    for day in ("2026-11-21", "2028-10-01", "2031-01-01"):
        capsys.readouterr()
        code = main([*words, "--on", day])
        alerts = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
        assert code == any(each["is_soon"] for each in alerts)
        assert all(each["what"] and each["what_en"] and "citation" in each for each in alerts)


def test_the_same_seed_tells_the_same(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outs = []
    for _ in range(2):
        capsys.readouterr()
        main(["outlook", "--keep", str(kept), "--registry", REGISTRY, "--on", "2026-12-20", "--seed", "5", "--json"])
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1]


def test_without_anything_to_tell_it_says_so(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["outlook", "--keep", str(kept), "--on", "2020-01-01"]) == 0
    assert capsys.readouterr().out == "没有需要提示的事项。\n"


@pytest.mark.parametrize("words", [["--on", "soon"], ["--on", "9999-12-31"], ["--within", "-1"], ["--recent", "x"]])
def test_what_is_no_day_and_no_number_of_days_is_refused(kept: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["outlook", "--keep", str(kept), *words])


GROUP = """
exporters:
  - {organisation: 91310000MA1FL0000N, name: 甲, group: 集团}
  - {organisation: 91440300MA5EX00005, name: 乙, group: 集团}
recipients: [{id: lab, name: Lab, country: US, hosts: [lab.example.com]}]
"""


def test_a_case_is_opened_for_suspected_splitting_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry, path = tmp_path / "registry.yaml", tmp_path / "kept.sqlite"
    registry.write_text(GROUP, encoding="utf-8")
    tally = Tally(Kind("medical.diagnosis"), Grade.SENSITIVE, 1, Subjects.of({"cn.mobile": range(6_000)}))
    to = Endpoint("192.0.2.9", 443, "lab.example.com", place_of("US"))
    events = [
        an_event(tally, event_id=f"{number:032x}", organisation=each, target=to)
        for number, each in enumerate(("91310000MA1FL0000N", "91440300MA5EX00005"), 1)
    ]
    with closing(SqliteStore(path)) as store:
        handle(events, store=store, registry=read_registry(registry.read_bytes(), "r.yaml"), routes=routes_of_law())
    words = ["outlook", "--keep", str(path), "--registry", str(registry), "--on", "2026-03-31"]
    for extra, grounds in (([], {"unfiled"}), (["--open-cases"], {"unfiled", "splitting_suspected"})):
        assert main([*words, *extra]) == 1
        assert "疑似数量拆分（仅为线索）" in capsys.readouterr().out
        main(["cases", "list", "--keep", str(path), "--registry", str(registry), "--json"])
        lines = capsys.readouterr().out.splitlines()
        assert {msgspec.json.decode(line)["ground"] for line in lines} == grounds
