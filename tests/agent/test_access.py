import pytest

from agent.access import Access, client_address, client_of, may_send_body, name_of, public_upstreams, sightings_of
from agent.sighting import Party
from wire.faults import MalformedError


def an_access(**changes: object) -> Access:
    fields = {"ended_ns": 9_000_000_000, "client": "104.16.5.9", "host": "hr.example.cn", "method": "GET"} | changes
    return Access(**fields)  # type: ignore[arg-type]  # a builder for tests


def test_the_writer_of_the_log_is_the_server() -> None:
    (sighting,) = sightings_of(an_access(response_bytes=5120, took_ns=1_000_000_000), "access.log")
    assert (sighting.client, sighting.server) == (Party("104.16.5.9"), Party("", 0, "hr.example.cn"))
    assert (sighting.client_bytes, sighting.server_bytes) == (None, 5120)
    assert (sighting.begun_ns, sighting.ended_ns) == (8_000_000_000, 9_000_000_000)
    assert (sighting.unseen_client, sighting.unseen_server) == (False, True)


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        ("10.0.0.2", "104.16.5.9, 10.0.0.9", "104.16.5.9"),
        ("10.0.0.2", "192.168.1.1, [2606:4700::1]:443", "2606:4700::1"),
        ("10.0.0.2", "unknown, 10.0.0.9", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("104.16.5.9", "114.114.114.114", "104.16.5.9"),
        ("fe80::1", "104.16.5.9", "104.16.5.9"),
        ("", "104.16.5.9", "104.16.5.9"),
    ],
)
def test_a_forwarded_client_counts_only_behind_a_private_proxy(client: str, forwarded: str, expected: str) -> None:
    assert client_of(an_access(client=client, forwarded=forwarded)) == expected


def test_a_public_upstream_is_a_second_transfer() -> None:
    access = an_access(
        client="10.0.0.9", method="POST", target=b"/a?b=1", request_bytes=800, upstream="104.16.5.9:443, 10.0.0.3:80"
    )
    first, second = sightings_of(access, "access.log")
    assert first.client == Party("10.0.0.9")
    assert (second.client, second.server) == (Party("", 0, "hr.example.cn"), Party("104.16.5.9", 443))
    assert (second.client_bytes, second.server_bytes) == (800, None)
    assert second.payloads == first.payloads
    assert second.unseen_client
    assert second.conversation != first.conversation


def test_upstream_lists_are_read_as_nginx_writes_them() -> None:
    listed = "10.0.0.1:80, 104.16.5.9:443 : [2606:4700::1]:443, 104.16.5.9:443, unix:/run/app.sock, backend"
    assert public_upstreams(listed) == [("104.16.5.9", 443), ("2606:4700::1", 443)]


def test_a_logged_body_is_seen_and_an_unlogged_one_is_not() -> None:
    (seen,) = sightings_of(an_access(method="POST", body=b'{"a":1}'), "x")
    (unseen,) = sightings_of(an_access(method="POST"), "x")
    (empty,) = sightings_of(an_access(method="POST", request_bytes=0), "x")
    assert [one.unseen_client for one in (seen, unseen, empty)] == [False, True, False]


def test_a_rotated_log_tells_of_the_same_conversations() -> None:
    (before,) = sightings_of(an_access(), "access.log")
    (after,) = sightings_of(an_access(), "access.log.1")
    assert before.conversation == after.conversation


def test_only_a_hosts_own_name_names_it() -> None:
    assert name_of("_", "localhost", "*.example.cn", "10.0.0.1", "HR.Example.cn:8080") == "hr.example.cn"
    assert name_of("_", "") == ""


def test_a_client_known_by_name_only_is_a_fault_and_not_one_of_our_own() -> None:
    with pytest.raises(MalformedError):
        list(sightings_of(an_access(client=""), "x"))


def test_a_unix_socket_is_this_machine() -> None:
    assert client_address("unix:") == "127.0.0.1"


def test_an_unknown_method_may_carry_content() -> None:
    assert may_send_body("PROPPATCH")
    assert not may_send_body("GET")


def test_nothing_of_the_content_is_in_the_repr() -> None:
    assert "secret" not in repr(an_access(target=b"/secret", body=b"secret", referer=b"secret"))
