from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
import pytest

from agent import log_values
from wire.faults import MalformedError

NOON_NS = 1_795_233_600_000_000_000


@pytest.mark.parametrize(
    "text",
    ["2026-11-21T04:00:00Z", "2026-11-21T12:00:00+08:00", "2026-11-21T04:00:00.000000+0000", "1795233600",
     "1795233600.000", "21/Nov/2026:12:00:00 +0800", "20/Nov/2026:23:00:00 -0500", 1795233600, 1795233600.0],
)  # fmt: skip
def test_a_time_is_the_same_instant_however_it_is_written(text: object) -> None:
    assert log_values.time_ns_of(text) == NOON_NS


@pytest.mark.parametrize(
    "text",
    ["2026-11-21T12:00:00", "yesterday", "", "99999999999", "31/Feb/2026:12:00:00 +0800", "1/Nov/2026:12:00:00 +0800",
     "21/Nov/2026:12:00:00 +2500", "1969-12-31T23:00:00Z", "9999-01-01T00:00:00Z", None, True, [], float("nan"), -1],
)  # fmt: skip
def test_a_time_that_cannot_be_told_is_malformed(text: object) -> None:
    with pytest.raises(MalformedError):
        log_values.time_ns_of(text)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2261, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds
def test_zeek_times_keep_their_microseconds(moment: datetime) -> None:
    seconds = int(moment.replace(microsecond=0).timestamp())
    expected = seconds * 1_000_000_000 + moment.microsecond * 1000
    assert log_values.epoch_ns(f"{seconds}.{moment.microsecond:06}") == expected
    assert log_values.iso_ns(moment.isoformat()) == expected


def test_addresses_are_written_in_their_shortest_form() -> None:
    assert log_values.address_of("[2001:0DB8:0::1%eth0]") == "2001:db8::1"
    assert log_values.address_of("::ffff:10.0.0.1") == "10.0.0.1"
    assert log_values.address_of("010.0.0.1") == log_values.address_of("x" * 1000) == ""


def test_endpoints_may_be_of_either_family_and_without_port() -> None:
    assert log_values.endpoint_of("10.0.0.1:80") == ("10.0.0.1", 80)
    assert log_values.endpoint_of(" [::1]:443 ") == ("::1", 443)
    assert log_values.endpoint_of("::1") == ("::1", 0)
    assert log_values.endpoint_of("10.0.0.1:99999") == log_values.endpoint_of("host:80") == ("", 0)


@pytest.mark.parametrize("text", ["", "-", "_", "10.0.0.1", "[::1]:80", "a b", "12345", "a..b", "é.com", "a" * 400])
def test_what_cannot_be_a_host_is_none(text: str) -> None:
    assert log_values.host_of(text) == ""


def test_a_host_is_lower_case_without_port_and_dot() -> None:
    assert log_values.host_of("API_1.Example.com.:8443") == "api_1.example.com"


def test_an_unknown_count_is_none_and_never_zero() -> None:
    record = {"a": "-", "b": "", "c": None, "d": True, "e": -1, "f": "1e9", "g": "9" * 40, "h": [1], "i": "12"}
    assert [log_values.count_of(record, name) for name in "abcdefgh"] == [None] * 8
    assert log_values.count_of(record, "a", "i") == 12


def test_escapes_of_nginx_apache_and_zeek_are_undone() -> None:
    assert log_values.unescaped(rb"\xE4\xb8\xad \"a\" \\x41 \n \q \x4") == b'\xe4\xb8\xad "a" \\x41 \n q x4'


@given(st.binary(max_size=40))
def test_bytes_that_nginx_passes_on_into_json_come_out_as_they_were(content: bytes) -> None:
    escaped = b"".join(
        b"\\u%04x" % byte if byte < 32 else b"\\" + bytes([byte]) if byte in b'"\\' else bytes([byte])
        for byte in content
    )
    record = log_values.record_of(b'{"uri":"' + escaped + b'"}')
    assert log_values.bytes_of(record["uri"]) == content


def test_only_short_words_name_a_protocol() -> None:
    assert log_values.word_of("FTP-data") == "ftp-data"
    assert [log_values.word_of(text) for text in ("", "zhang san", "\udcff", "a" * 99, "张")] == [""] * 5
