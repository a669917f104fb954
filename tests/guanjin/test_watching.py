from argparse import Namespace
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import msgspec
import pytest
from typing_extensions import override

from guanjin.__main__ import main
from guanjin.watching import Look, Row, row_of, scrape, show_top


class _Agent(BaseHTTPRequestHandler):
    packets = 0

    def do_GET(self) -> None:
        type(self).packets += 1_000
        text = (
            "# TYPE guanjin_agent_capture_packets counter\n"
            f"guanjin_agent_capture_packets_total {self.packets}\n"
            "# TYPE guanjin_agent_outbound_bytes counter\n"
            'guanjin_agent_outbound_bytes_total{content="seen"} 300\n'
            'guanjin_agent_outbound_bytes_total{content="unseen"} 100\n'
            "# TYPE guanjin_detector_findings counter\n"
            'guanjin_detector_findings_total{category="contact",level="general"} 7\n'
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    @override
    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def agent() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Agent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def told(*urls: str, json: bool = True) -> Namespace:
    return Namespace(url=list(urls), every=0.01, rounds=2, json=json, lang="zh")


def packets(at_s: float, count: float) -> Look:
    return Look(at_s, {("guanjin_agent_capture_packets_total", ()): count})


def test_a_rate_is_what_was_added_over_the_time_between() -> None:
    assert row_of("a", packets(10.0, 500), packets(12.0, 1_500), 0.0).packets == 500


def test_a_counter_that_fell_counts_from_nothing() -> None:
    assert row_of("a", packets(10.0, 5_000), packets(12.0, 100), 0.0).packets == 50


def test_the_unseen_share_is_of_all_bytes_sent_abroad(agent: str) -> None:
    look = scrape(agent)
    assert row_of(agent, look, look, 0.0).unseen == 0.25


def test_the_age_of_the_spool_is_counted_from_its_oldest_event() -> None:
    look = Look(1.0, {("guanjin_agent_spool_oldest_event_timestamp_seconds", ()): 1_000.0})
    assert row_of("a", look, look, 1_060.0).oldest_s == 60


def test_each_round_is_one_line_of_json_an_agent(agent: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert show_top(told(agent)) == 0
    rows = [msgspec.json.decode(line, type=Row) for line in capfdbinary.readouterr().out.splitlines()]
    assert len(rows) == 2
    assert all(row.packets > 0 and row.kinds == {"contact": 7.0} for row in rows)


def test_an_agent_without_an_answer_has_its_row_beside_the_others(
    agent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_top(told(agent, "http://127.0.0.1:1", json=False)) == 0
    assert "无法访问" in capsys.readouterr().out


def test_without_any_answer_it_ends_with_an_error_that_helps(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_top(told("http://127.0.0.1:1")) == 2
    assert "guanjin doctor" in capsys.readouterr().err


def test_the_command_asks_for_the_rounds_it_was_told(agent: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["agent", "top", agent, "--every", "0.1", "--rounds", "1", "--json"]) == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 1
