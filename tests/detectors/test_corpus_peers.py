from pathlib import Path
import subprocess
import sys

import msgspec
import pytest

import benchmarks.detection.peers.peer as peers

RUN = Path(peers.__file__).parent / "run.py"
STUB = """
print("welcome")

def finder(tables):
    return lambda text: [[tables["kind"], 0, len(text)]] if text.startswith("x") else []
"""


def run(folder: Path, texts: list[str], seconds: str = "9") -> list[list[object]]:
    (folder / "stub.py").write_text(STUB)
    (folder / "tables.json").write_text('{"kind": "email"}')
    done = subprocess.run(
        [sys.executable, str(RUN), "stub", str(folder / "tables.json"), seconds],
        input="".join(msgspec.json.encode(text).decode() + "\n" for text in texts),
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [msgspec.json.decode(line)[1] for line in done.stdout.splitlines()]


def test_a_peer_answers_each_text_with_its_spans_and_may_greet_its_user(tmp_path: Path) -> None:
    assert run(tmp_path, ["x1", "二\n", "x三"]) == [[["email", 0, 2]], [], [["email", 0, 2]]]


def test_a_peer_whose_time_is_up_stops(tmp_path: Path) -> None:
    assert run(tmp_path, ["x"] * 1000, seconds="0") == []


@pytest.mark.parametrize("name", peers.PEERS)
def test_every_peer_has_its_module(name: str) -> None:
    assert (RUN.parent / f"{name}.py").is_file()
