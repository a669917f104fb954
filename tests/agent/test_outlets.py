from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
import ssl

import pytest

from agent.outlets.circuit import Circuit
from agent.outlets.delivery import Delivery
from agent.outlets.https import HttpsOutlet, HttpsSettings
from agent.outlets.spool import Spool
from tests.agent.spools import a_spool, drained, events, gaps_of, numbers_of
from tests.faults.sink import TAKEN, Reply, Sink, serving
from tests.services.certificates import Authority
from tests.services.processes import wait_for
from wire.envelopes import Envelope
from wire.faults import ConfigurationError
from wire.kinds import Grade


@contextmanager
def delivering(spool: Spool, settings: HttpsSettings) -> Iterator[Delivery]:
    delivery = Delivery(spool, HttpsOutlet(settings), lambda: 0.0)
    delivery.start()
    try:
        yield delivery
    finally:
        delivery.stop()
        assert delivery.failure is None


def plain(port: int) -> HttpsSettings:
    return HttpsSettings(url=f"http://127.0.0.1:{port}", agent="probe")


def failed(delivery: Delivery) -> Callable[[], bool]:
    return lambda: delivery.progress.failures > 0


def is_empty(spool: Spool) -> bool:
    return spool.depth().records == 0


def test_all_arrives_and_the_spool_is_empty_then(tmp_path: Path) -> None:
    sink, spool = Sink(), a_spool(tmp_path)
    with serving(sink) as port, delivering(spool, plain(port)) as delivery:
        for start in range(0, 3_000, 500):
            spool.append(events(range(start, start + 500), Grade.GENERAL))
        wait_for(lambda: is_empty(spool), 20, "delivery")
        assert delivery.progress.items == 3_000
    assert sorted(numbers_of(sink.came)) == list(range(3_000))
    spool.close()


def test_an_agent_whose_name_is_chinese_delivers(tmp_path: Path) -> None:
    sink, spool = Sink(), a_spool(tmp_path)
    with serving(sink) as port:
        settings = HttpsSettings(url=f"http://127.0.0.1:{port}", agent="一号机房")
        with delivering(spool, settings):
            spool.append(events(range(3), Grade.GENERAL))
            wait_for(lambda: is_empty(spool), 20, "delivery")
    assert sorted(numbers_of(sink.came)) == [0, 1, 2]
    spool.close()


def test_what_cannot_even_be_sent_is_told_and_stays(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    settings = HttpsSettings(url="http://127.0.0.1:9", agent="probe", token="令牌")  # noqa: S106  # no header takes it
    with delivering(spool, settings) as delivery:
        spool.append(events(range(3), Grade.GENERAL))
        wait_for(failed(delivery), 20, "a failure")
        assert delivery.progress.reason == "UnicodeEncodeError"
    assert spool.depth().items == 3
    spool.close()


def test_a_collector_that_is_busy_is_asked_again_when_it_said(tmp_path: Path) -> None:
    def busy(number: int, _: Envelope) -> Reply:
        return [(503, {}), (429, {"retry-after": "1"}), (429, {"retry-after": "soon"})][number] if number < 3 else TAKEN

    sink, spool = Sink(), a_spool(tmp_path)
    sink.behaviour = busy
    with serving(sink) as port, delivering(spool, plain(port)) as delivery:
        spool.append(events(range(10)))
        wait_for(lambda: is_empty(spool), 20, "delivery")
        assert delivery.progress.failures == 3
        assert delivery.progress.reason == ""
    assert numbers_of(sink.came) == list(range(10))
    spool.close()


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_refused_for_good_goes_to_the_dead_letters_and_the_rest_goes_on(tmp_path: Path, status: int) -> None:
    sink, spool = Sink(), a_spool(tmp_path)
    sink.behaviour = lambda number, _: (status, {}) if number == 0 else TAKEN
    with serving(sink) as port, delivering(spool, plain(port)):
        spool.append(events(range(600)))
        wait_for(lambda: len(gaps_of(sink.came)) == 1, 20, "the gap")
        wait_for(lambda: is_empty(spool), 20, "delivery")
    (gap,) = gaps_of(sink.came)
    assert (gap.reason, gap.count, gap.items) == (f"HTTP {status}", 1, 200)
    assert len(numbers_of(sink.came)) == 400
    assert spool.depth().dead == 1
    spool.close()


@pytest.mark.parametrize("status", [301, 401, 403, 404, 500])
def test_what_may_be_mended_is_never_given_up(tmp_path: Path, status: int) -> None:
    sink, spool = Sink(), a_spool(tmp_path)
    sink.behaviour = lambda number, _: (status, {"location": "http://192.0.2.1/"}) if number < 2 else TAKEN
    with serving(sink) as port, delivering(spool, plain(port)):
        spool.append(events(range(3)))
        wait_for(lambda: is_empty(spool), 20, "delivery")
    assert numbers_of(sink.came) == [0, 1, 2]
    spool.close()


def test_a_collector_that_is_away_leaves_all_in_the_spool_with_the_reason(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    with delivering(spool, plain(1)) as delivery:
        spool.append(events(range(3)))
        wait_for(lambda: delivery.progress.failures > 1, 20, "a second attempt")
        assert delivery.progress.reason == "ConnectError"
    assert numbers_of(drained(spool)) == [0, 1, 2]
    spool.close()


def test_both_sides_show_a_certificate(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("collector"))
    context.load_verify_locations(authority.path)
    context.verify_mode = ssl.CERT_REQUIRED
    mine, foreign = authority.issue("probe"), stranger.issue("probe")
    sink, spool = Sink(), a_spool(tmp_path / "spool")
    spool.append(events(range(3)))
    with serving(sink, context) as port:
        url = f"https://127.0.0.1:{port}"
        for pair, trusted in (((None, None), authority), (foreign, authority), (mine, stranger)):
            settings = HttpsSettings(url=url, agent="probe", authority=trusted.path, certificate=pair[0], key=pair[1])
            with delivering(spool, settings) as delivery:
                wait_for(failed(delivery), 20, "a refusal")
        assert sink.came == []
        settings = HttpsSettings(url=url, agent="probe", authority=authority.path, certificate=mine[0], key=mine[1])
        with delivering(spool, settings):
            wait_for(lambda: is_empty(spool), 20, "delivery")
    assert numbers_of(sink.came) == [0, 1, 2]
    spool.close()


def test_a_certificate_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no certificate")
    with pytest.raises(ConfigurationError, match="certificate"):
        HttpsOutlet(HttpsSettings(url="https://127.0.0.1:1", agent="probe", certificate=tmp_path / "x.pem"))
    with pytest.raises(ConfigurationError, match="certificate"):
        HttpsOutlet(HttpsSettings(url="https://127.0.0.1:1", agent="probe", authority=tmp_path / "none.pem"))


def test_settings_do_not_show_their_secrets() -> None:
    assert "tok" not in repr(HttpsSettings(url="https://127.0.0.1:1", agent="probe", token="tok"))  # noqa: S106  # invented


def test_attempts_become_seldom_and_one_success_mends_all() -> None:
    circuit = Circuit(lambda: 1.0)
    now, waits = 0.0, []
    for _ in range(12):
        assert circuit.wait_s(now) == 0
        circuit.fail(now)
        waits.append(circuit.wait_s(now))
        now += waits[-1]
    assert waits[:4] == pytest.approx([0.2, 0.4, 0.8, 1.6])
    assert waits[-1] == 20.0
    assert circuit.allowed(64) == 1
    circuit.succeed()
    assert (circuit.allowed(64), circuit.wait_s(now)) == (64, 0.0)


def test_attempts_that_fail_together_count_once_and_what_is_asked_for_is_granted() -> None:
    circuit = Circuit(lambda: 0.0)
    circuit.fail(10.0)
    circuit.fail(10.01)
    assert circuit.failures == 1
    circuit.fail(20.0, asked_s=30.0)
    assert circuit.wait_s(20.0) == 30.0
    circuit.fail(60.0, asked_s=10.0**9)
    assert circuit.wait_s(60.0) == 3600.0
