from pathlib import Path

import docx
import msgspec
from openpyxl import load_workbook
import pytest

from collector.reports.forms import FORMS
from collector.reports.letters import LETTERS
from guanjin.__main__ import main
from guanjin.commands import report

CAPTURES = Path(__file__).parents[1] / "captures"
REGISTRY = str(CAPTURES / "registry.yaml")
FILED = "91132503MA3093181N"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("kept") / "scan.sqlite"
    files = [str(CAPTURES / name) for name in ("patients-us-filed.pcap", "patients-us-unfiled.pcap")]
    main(["scan", *files, "--registry", REGISTRY, "--keep", str(path), "--json"])
    return str(path)


def test_the_command_knows_every_form_and_letter() -> None:
    assert tuple(FORMS) == report._FORMS
    assert tuple(LETTERS) == report._LETTERS


def test_a_form_is_written_as_docx_and_as_xlsx(kept: str, tmp_path: Path) -> None:
    for name in FORMS:
        for suffix in ("docx", "xlsx"):
            out = tmp_path / f"{name}.{suffix}"
            words = ["report", name, "--organisation", FILED, "--keep", kept, "--registry", REGISTRY]
            assert main([*words, "--out", str(out)]) == 0
        assert "远帆药业有限公司" in docx.Document(str(tmp_path / f"{name}.docx")).paragraphs[0].text
        assert "出境数据项表" in load_workbook(tmp_path / f"{name}.xlsx").sheetnames


def test_a_letter_is_told_as_json(kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["cases", "list", "--all", "--keep", kept, "--json"])
    case_id = msgspec.json.decode(capsys.readouterr().out.splitlines()[0])["case_id"]
    for name in LETTERS:
        assert main(["report", name, "--case", case_id, "--keep", kept, "--json"]) == 0
        assert msgspec.json.decode(capsys.readouterr().out)["name"] == name


def test_a_letter_without_a_case_and_an_unknown_filing_are_errors_that_help(
    kept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "notice", "--organisation", FILED, "--keep", kept]) == 2
    assert "--case CASE_ID" in capsys.readouterr().err
    words = ["report", "application", "--organisation", FILED, "--keep", kept, "--registry", REGISTRY]
    assert main([*words, "--filing", "没有的编号"]) == 2
    assert "known: 演示标准合同" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*words, "--out", "report.pdf"])
