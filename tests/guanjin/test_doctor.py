from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import os
from pathlib import Path
import socket
from threading import Thread
from typing import Any

import msgspec
import pytest
from typing_extensions import override

from guanjin.__main__ import main
from guanjin.probes import State, kafka, prometheus, source

CAPTURES = Path(__file__).parents[1] / "captures"
NOW_NS = 1_800_000_000 * 10**9


class _Answering(BaseHTTPRequestHandler):
    status, body = 200, b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    @override
    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def examined(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main([*words, "--json"])
    lines = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    return code, {line["name"]: line for line in lines}


def test_each_line_says_what_was_seen_and_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, seen = examined(
        capsys, "doctor", "--state", str(tmp_path), "--watch", str(tmp_path / "none"), "--interface", "no-such-card"
    )
    assert code == 2
    assert seen["capture"]["state"] == seen["source none"]["state"] == "error"
    assert seen["mask"]["state"] == "ok"
    assert seen["kafka"]["state"] == seen["collector"]["state"] == "skipped"
    assert all(line["seen"] for line in seen.values())
    assert all(line["do"] for line in seen.values() if line["state"] in ("error", "warning"))


def test_the_words_are_chinese_first_and_english_complete(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for lang, piece in (("zh", "未检查"), ("en", "not looked at")):
        capsys.readouterr()
        main(["doctor", "--lang", lang, "--state", str(tmp_path)])
        assert piece in capsys.readouterr().out


def test_a_folder_whose_files_stand_still_is_doubtful(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text("x")
    os.utime(log, (1_800_000_000, 1_800_000_000))
    assert source(tmp_path, NOW_NS).state is State.WELL
    assert source(tmp_path, NOW_NS + 3_600 * 10**9).state is State.DOUBTFUL
    log.unlink()
    assert source(tmp_path, NOW_NS).state is State.DOUBTFUL


def test_a_damaged_store_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "guanjin.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    _, seen = examined(capsys, "doctor", "--state", str(tmp_path))
    assert seen["store"]["state"] == "error"


def test_a_database_of_places_that_is_none_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "geo.mmdb"
    file.write_bytes(b"nothing")
    _, seen = examined(capsys, "doctor", "--state", str(tmp_path), "--geo", str(file))
    assert seen["geo"]["state"] == "error"


def test_prometheus_is_well_only_if_every_target_is_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for values, state in ((b'["0","1"]', State.WELL), (b'["0","0"]', State.BROKEN)):
        body = b'{"data":{"result":[{"value":%b}]}}' % values
        monkeypatch.setattr(_Answering, "body", body)
        assert prometheus(address).state is state
    monkeypatch.setattr(_Answering, "body", b"<html>")
    assert prometheus(address).state is State.BROKEN


def test_a_collector_that_is_not_ready_says_why(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(_Answering, "body", b'{"status":"ok"}')
    _, seen = examined(capsys, "doctor", "--state", str(tmp_path), "--collector", address)
    assert seen["collector"]["state"] == "ok"
    monkeypatch.setattr(_Answering, "status", 503)
    monkeypatch.setattr(_Answering, "body", b'{"stage":"store"}')
    _, seen = examined(capsys, "doctor", "--state", str(tmp_path), "--collector", address)
    assert "store" in seen["collector"]["seen"]


def test_a_broker_is_reached_or_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        assert kafka(f"{host}:{port}").state is State.WELL
    assert kafka(f"{host}:{port}").state is State.BROKEN
    assert kafka("no address").state is State.BROKEN


def test_check_reads_registry_and_rules(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, seen = examined(capsys, "check", "--registry", str(CAPTURES / "registry.yaml"))
    assert code == 0
    assert seen["registry"]["state"] == "ok"
    rules = tmp_path / "rules.toml"
    rules.write_text("[[detector]]\nkind = 3\n")
    code, seen = examined(capsys, "check", "--rules", str(rules))
    assert code == 2
    assert seen["rules"]["state"] == "error"
