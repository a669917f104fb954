from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition
from msgspec.structs import replace
import pytest

from agent.outlets.delivery import Delivery
from agent.outlets.kafka import KafkaOutlet, KafkaSettings
from agent.outlets.spool import Spool
from tests.agent.spools import a_spool, events, gaps_of, numbers_of
from tests.services.broker import PASSWORD, USER, Brokers, marks
from tests.services.certificates import Authority
from tests.services.processes import wait_for
from wire.envelopes import Envelope, decode, headers

pytestmark = marks()

TOPIC = "events"


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    with Brokers(tmp_path_factory.mktemp("kafka")) as running:
        running.make_topic(TOPIC, 2)
        yield running


@contextmanager
def delivering(spool: Spool, settings: KafkaSettings) -> Iterator[Delivery]:
    delivery = Delivery(spool, KafkaOutlet(settings), lambda: 0.0)
    delivery.start()
    try:
        yield delivery
    finally:
        delivery.stop()
        assert delivery.failure is None


def to(brokers: Brokers, topic: str = TOPIC) -> KafkaSettings:
    return KafkaSettings(servers=tuple(brokers.bootstrap), topic=topic, agent="probe")


def is_empty(spool: Spool) -> bool:
    return spool.depth().records == 0


def arrived(brokers: Brokers, topic: str = TOPIC) -> list[Envelope]:
    """Every envelope in the topic; key and headers are checked on the way."""
    consumer = KafkaConsumer(bootstrap_servers=brokers.bootstrap, **brokers.security)
    parts = [TopicPartition(topic, part) for part in consumer.partitions_for_topic(topic)]
    consumer.assign(parts)
    consumer.seek_to_beginning()
    ends = consumer.end_offsets(parts)
    envelopes = []
    while any(consumer.position(part) < ends[part] for part in parts):
        for message in (one for some in consumer.poll(1_000).values() for one in some):
            envelope = decode(message.value)
            assert message.key == b"probe"
            assert {name: value.decode() for name, value in message.headers} == headers(envelope)
            envelopes.append(envelope)
    consumer.close()
    return envelopes


def test_all_arrives_under_the_agent_s_key(brokers: Brokers, tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    with delivering(spool, to(brokers)) as delivery:
        spool.append(events(range(5_000)))
        wait_for(lambda: is_empty(spool), 60, "delivery")
        assert delivery.progress.envelopes == 25
    spool.close()
    assert sorted(numbers_of(arrived(brokers))) == list(range(5_000))


def test_what_the_broker_finds_too_large_is_set_aside_and_the_rest_goes_on(brokers: Brokers, tmp_path: Path) -> None:
    brokers.make_topic("narrow")
    spool = a_spool(tmp_path, most_frame=12 << 20)
    for number in range(20):
        spool.append(events([number], noise=(9 << 20) * (number == 7)))
    with delivering(spool, to(brokers, "narrow")):
        wait_for(lambda: spool.depth().dead == 1, 60, "a dead letter")
        wait_for(lambda: is_empty(spool) and not spool.depth().untold, 60, "delivery")
    spool.close()
    envelopes = arrived(brokers, "narrow")
    assert sorted({*numbers_of(envelopes)}) == [number for number in range(20) if number != 7]
    assert [(gap.items, gap.count) for gap in gaps_of(envelopes)] == [(1, 1)]
    assert len({(one.epoch, one.sequence) for one in envelopes}) == 20


def test_a_broker_that_is_killed_and_comes_back_costs_nothing(tmp_path: Path) -> None:
    with Brokers(tmp_path / "kafka") as brokers:
        brokers.make_topic(TOPIC)
        spool = a_spool(tmp_path / "spool")
        with delivering(spool, to(brokers)) as delivery:
            spool.append(events(range(2_000)))
            wait_for(lambda: is_empty(spool), 60, "delivery")
            brokers.kill(1)
            spool.append(events(range(2_000, 4_000)))
            wait_for(lambda: delivery.progress.failures > 0, 60, "a failure")
            assert delivery.progress.reason
            brokers.start(1)
            spool.append(events(range(4_000, 4_100)))
            wait_for(lambda: is_empty(spool), 90, "delivery")
        spool.close()
        envelopes = arrived(brokers)
    unique = {(one.epoch, one.sequence): one for one in envelopes}
    assert sorted(numbers_of(unique.values())) == list(range(4_100))


def test_an_agent_proves_who_it_is_over_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "pki")
    with Brokers(tmp_path / "kafka", authority=authority) as brokers:
        brokers.make_topic(TOPIC)
        spool = a_spool(tmp_path / "spool")
        spool.append(events(range(300)))
        settings = KafkaSettings(
            servers=tuple(brokers.bootstrap), topic=TOPIC, agent="probe", is_tls=True, authority=authority.path,
            user=USER, password=PASSWORD[::-1],
        )  # fmt: skip
        with delivering(spool, settings) as delivery:
            wait_for(lambda: delivery.progress.failures > 0, 60, "a refusal")
        assert not is_empty(spool)
        with delivering(spool, replace(settings, password=PASSWORD)):
            wait_for(lambda: is_empty(spool), 60, "delivery")
        spool.close()
        assert sorted(numbers_of(arrived(brokers))) == list(range(300))
