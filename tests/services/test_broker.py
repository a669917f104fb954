from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer

from tests.services.broker import Brokers, marks
from tests.services.certificates import Authority

pytestmark = marks()


def said(brokers: Brokers, word: bytes) -> bytes:
    producer = KafkaProducer(bootstrap_servers=brokers.bootstrap, acks="all", **brokers.security)
    producer.send("words", word).get(30)
    producer.close()
    consumer = KafkaConsumer(
        "words", bootstrap_servers=brokers.bootstrap, auto_offset_reset="earliest", **brokers.security
    )
    value: bytes = next(consumer).value
    consumer.close()
    return value


def test_three_brokers_go_on_when_one_is_killed(tmp_path: Path) -> None:
    with Brokers(tmp_path, 3) as brokers:
        brokers.make_topic("words")
        brokers.kill(2)
        assert said(brokers, b"still here") == b"still here"


def test_a_broker_behind_tls_asks_who_comes(tmp_path: Path) -> None:
    with Brokers(tmp_path / "kafka", authority=Authority(tmp_path / "pki")) as brokers:
        brokers.make_topic("words")
        assert said(brokers, b"hush") == b"hush"
