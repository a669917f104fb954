from contextlib import suppress
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from agent import logs
from agent.log_file import Faults, LineFeed, LogFile, cut, recognise
from agent.log_format import LogFormat
from agent.sighting import Party, Sighting
from wire.faults import MalformedError
from wire.shelf import collect

FORMATS = collect(logs, "FORMAT", LogFormat)
BY_NAME = {one.name: one for one in FORMATS}
EXAMPLES = [(one, example) for one in FORMATS for example in one.examples]
SAMPLES = Path(__file__).parent.parent / "logs" / "formats"


def read(name: str, content: bytes) -> list[Sighting]:
    reader = BY_NAME[name].open("sample.log")
    return [sighting for line in content.splitlines() for sighting in reader.read(line)]


def faults_of(name: str, content: bytes) -> dict[str, int]:
    faults = Faults()
    feed = LineFeed("sample.log", BY_NAME[name].open("sample.log"), faults)
    for line in cut([content]):
        list(feed.read(line.content))
    return faults.counts


def payloads_of(sighting: Sighting) -> dict[str, bytes]:
    return {payload.where: payload.content for payload in sighting.payloads}


@pytest.mark.parametrize(("log_format", "example"), EXAMPLES)
def test_an_example_is_recognised_by_its_own_format_alone(log_format: LogFormat, example: bytes) -> None:
    lines = [line for line in example.splitlines() if line]
    assert [one.name for one in FORMATS if one.recognise(lines)] == [log_format.name]
    assert recognise(example, FORMATS) is log_format


@pytest.mark.parametrize(("log_format", "example"), EXAMPLES)
def test_an_example_gives_sightings_with_times_and_a_conversation(log_format: LogFormat, example: bytes) -> None:
    sightings = read(log_format.name, example)
    assert sightings
    for sighting in sightings:
        assert 1_795_000_000_000_000_000 < sighting.begun_ns <= sighting.ended_ns
        assert ":" in sighting.conversation
        assert sighting.source == "sample.log"


@pytest.mark.parametrize(("log_format", "example"), EXAMPLES)
def test_no_bytes_raise_anything_but_malformed(log_format: LogFormat, example: bytes) -> None:
    @given(st.data())
    def attack(data: st.DataObject) -> None:
        line = bytearray(data.draw(st.sampled_from(example.splitlines())))
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(line)))
            line[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
        reader = log_format.open("sample.log")
        for known in (*(header for header in example.splitlines() if header.startswith(b"#")), bytes(line)):
            with suppress(MalformedError):
                list(reader.read(known))

    attack()


@given(st.binary(max_size=200))
def test_arbitrary_bytes_break_no_format(content: bytes) -> None:
    recognise(content, FORMATS)
    for one in FORMATS:
        with suppress(MalformedError):
            list(one.open("x").read(content))


HOSTILE = [
    b'{"a":' * 5000,
    b"{" + b'"remote_addr":[[[[{}]]]],"status":{},"event_type":[],"timestamp":{},"ts":[],"uid":7}',
    b'{"event_type":"flow","timestamp":1e400,"src_ip":7,"flow":[1]}',
    b'{"ts":99999999999999999999,"uid":"a","id.orig_h":"1.1.1.1","id.resp_h":"1.1.1.1","conn_state":"SF"}',
    b'{"event_type":"http","timestamp":"2026-11-21T00:00:00","src_ip":"1.1.1.1","dest_ip":"1.1.1.1"}',
    b'{"remote_addr":"1.1.1.1","request_method":"GET","time_iso8601":"\\ud800","uri":"\\ud800"}',
    b"#separator \\xff\xff",
    b"#fields",
    b"#separator ",
    b'1.1.1.1 - - [99/Nov/2026:99:99:99 +9999] "GET / HTTP/1.1" 200 1',
    b"\x00" * 100,
    b'{"ts":1795261500,"uid":"\xff","id.orig_h":"1.1.1.1","id.resp_h":"1.1.1.1","conn_state":"SF"}',
]


@pytest.mark.parametrize("line", HOSTILE)
@pytest.mark.parametrize("log_format", FORMATS)
def test_hostile_lines_are_counted_or_passed_over(log_format: LogFormat, line: bytes) -> None:
    with suppress(MalformedError):
        assert list(log_format.open("x").read(line)) == []


@pytest.mark.parametrize("name", ["combined", "main"])
def test_what_nginx_wrote_as_text_is_read(name: str) -> None:
    log = LogFile(SAMPLES / f"nginx-{name}.log", BY_NAME["access_combined"])
    sightings = list(log)
    assert len(sightings) == log.lines == 8
    assert log.faults == {}
    assert sightings[0].client == Party("104.16.5.9")
    assert payloads_of(sightings[0])["query"] == b"page=2&dept=%E4%BA%BA%E4%BA%8B"
    assert payloads_of(sightings[6])["url"] == "/name=张三".encode()
    assert [sighting.unseen_server for sighting in sightings] == [True, True, True, True, False, False, True, True]
    assert {sighting.client_bytes for sighting in sightings} == {None}
    forwarded = "104.16.5.9" if name == "main" else "127.0.0.1"
    assert sightings[3].client.address == forwarded


def test_what_nginx_wrote_as_json_is_read() -> None:
    log = LogFile(SAMPLES / "nginx-json.log", BY_NAME["access_json"])
    sightings = list(log)
    assert len(sightings) == 8
    assert log.faults == {}
    assert [sighting.client_bytes for sighting in sightings] == [183, 147, 226, 119, 105, 108, 71, 0]
    assert (
        payloads_of(sightings[2])["body"]
        == '{"name":"测试员","note":"a "quoted" word"}'.replace('"quoted"', '\\"quoted\\"').encode()
    )
    assert not sightings[2].unseen_client
    assert payloads_of(sightings[6])["url"] == "/name=张三".encode()
    assert {sighting.server.host for sighting in sightings} == {"hr.example.cn"}


@pytest.mark.parametrize("name", ["combined", "main", "json"])
def test_a_signed_in_users_name_is_kept_nowhere(name: str) -> None:
    log = LogFile(SAMPLES / f"nginx-{name}.log", BY_NAME["access_json" if name == "json" else "access_combined"])
    for sighting in log:
        assert "zhang" not in repr(sighting)
        assert all(b"zhang" not in payload.content for payload in sighting.payloads)


def test_a_caddy_client_cannot_give_itself_an_address_by_a_header() -> None:
    line = (
        b'{"ts":1795261500,"request":{"remote_ip":"104.16.5.9","method":"GET","uri":"/","headers":'
        b'{"Remote-Addr":["114.114.114.114"],"remote_addr":["114.114.114.114"]}},"status":200,"size":4}'
    )
    assert read("access_json", line)[0].client.address == "104.16.5.9"


def test_trailing_numbers_are_volumes_only_in_the_shapes_that_are_known() -> None:
    head = b'104.16.5.9 - - [21/Nov/2026:19:45:00 +0800] "GET /a HTTP/1.1" 200 700 "-" "x" '

    def volumes(tail: bytes) -> tuple[int | None, int | None]:
        (sighting,) = read("access_combined", head + tail)
        return sighting.client_bytes, sighting.server_bytes

    assert volumes(b"90 950") == (90, 950)
    assert volumes(b"90 0.125") == (90, 700)
    assert volumes(b"90 650") == (None, 700)
    assert volumes(b"90") == (None, 700)
    assert volumes(b'12 "app@docker" "http://10.0.0.3:80" 5ms') == (None, 700)


ZEEK_HEAD = (
    "#separator \\x09\n#set_separator\t,\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p"
    "\tproto\tservice\torig_bytes\tresp_bytes\tconn_state\torig_pkts\torig_ip_bytes\n"
)


def zeek_conn(orig: str, state: str = "SF", packets: str = "10", ip_bytes: str = "2000") -> Sighting:
    row = f"1795261500.25\tC1\t10.0.0.5\t5\t104.16.5.9\t443\ttcp\t-\t{orig}\t0\t{state}\t{packets}\t{ip_bytes}\n"
    return read("zeek", (ZEEK_HEAD + row).encode())[0]


def test_zeek_counts_that_broken_sequence_numbers_made_are_not_believed() -> None:
    assert zeek_conn("1500").client_bytes == 1500
    assert zeek_conn("4294967295").client_bytes == 1600
    assert zeek_conn("4294967295", packets="-").client_bytes is None
    assert zeek_conn("4294967295", ip_bytes="-").client_bytes == 4294967295


def test_an_unset_zeek_count_is_unknown_unless_nothing_was_ever_sent() -> None:
    assert zeek_conn("-").client_bytes is None
    assert zeek_conn("-").unseen_client
    assert zeek_conn("-", state="S0").client_bytes == 0
    assert not zeek_conn("-", state="S0").unseen_client


def test_zeek_columns_are_read_by_name_wherever_they_stand() -> None:
    example = BY_NAME["zeek"].examples[0].decode().splitlines()
    turned = [
        "\t".join([line.split("\t")[0], *reversed(line.split("\t")[1:])])
        if line.startswith(("#fields", "#types"))
        else ("\t".join(reversed(line.split("\t"))) if line[0] != "#" else line)
        for line in example
    ]
    assert read("zeek", "\n".join(turned).encode()) == read("zeek", "\n".join(example).encode())


def test_zeek_records_of_one_uid_are_one_conversation_and_passwords_are_dropped() -> None:
    line = (
        b'{"ts":1795261500.25,"uid":"C1","id_orig_h":"10.0.0.5","id_orig_p":5,"id_resp_h":"104.16.5.9",'
        b'"id_resp_p":80,"method":"POST","host":"API.example.com:80","uri":"/a?x=\\\\xe4\\\\xb8\\\\xad","username":'
        b'"zhang","password":"secret","request_body_len":0,"response_body_len":9}'
    )
    (sighting,) = read("zeek", line)
    assert sighting.conversation == zeek_conn("1").conversation
    assert sighting.server == Party("104.16.5.9", 80, "api.example.com")
    assert payloads_of(sighting) == {"query": "x=中".encode(), "url": b"/a"}
    assert (sighting.unseen_client, sighting.unseen_server) == (False, True)


def test_a_zeek_log_that_is_of_no_interest_gives_nothing_and_counts_nothing() -> None:
    content = b"#separator \\x09\n#path\tweird\n#fields\tts\tuid\n1.0\tC1\n#close\t2026\n"
    assert recognise(content, FORMATS) is BY_NAME["zeek"]
    assert read("zeek", content) == []
    assert faults_of("zeek", content) == {}


def test_zeek_rows_that_do_not_fit_are_counted_by_reason() -> None:
    content = b"1.0\tC1\n#fields\tts\tuid\n1.0\n#path\tconn\n1.0\tC1\n"
    assert faults_of("zeek", content) == {
        "a row before any #fields line": 1,
        "a row with other columns than its header": 1,
        "a record without addresses": 1,
    }


def eve(kind: str, rest: str, ends: str = "") -> bytes:
    ends = ends or '"src_ip":"10.0.0.5","src_port":51000,"dest_ip":"104.16.5.9","dest_port":80,"proto":"TCP"'
    head = f'{{"timestamp":"2026-11-21T19:45:00.250000+0800","flow_id":7,"event_type":"{kind}",'
    return f"{head}{ends},{rest}}}\n".encode()


TURNED = '"src_ip":"104.16.5.9","src_port":80,"dest_ip":"10.0.0.5","dest_port":51000,"proto":"TCP"'


def test_eve_tells_the_response_and_leaves_the_upload_unknown() -> None:
    (sighting,) = read("suricata_eve", eve("http", '"http":{"hostname":"a.com","http_method":"POST","length":9}'))
    assert (sighting.client_bytes, sighting.server_bytes) == (None, 9)
    assert (sighting.unseen_client, sighting.unseen_server) == (True, True)
    assert sighting.begun_ns == 1_795_261_500_250_000_000


def test_an_eve_file_counts_for_the_side_that_sent_it() -> None:
    up = '"app_proto":"http","fileinfo":{"filename":"a.csv","size":500}'
    (sighting,) = read("suricata_eve", eve("fileinfo", up))
    assert (sighting.client_bytes, sighting.server_bytes, sighting.unseen_client) == (500, None, True)
    down = '"app_proto":"smb","fileinfo":{"filename":"a.csv","size":500}'
    (sighting,) = read("suricata_eve", eve("fileinfo", down, TURNED))
    assert sighting.client == Party("10.0.0.5", 51000)
    assert (sighting.client_bytes, sighting.server_bytes, sighting.unseen_server) == (None, 500, True)
    assert not sighting.payloads[0].by_client


def test_an_eve_download_over_http_is_counted_once() -> None:
    lines = eve("http", '"http":{"http_method":"GET","length":500}') + eve(
        "fileinfo", '"app_proto":"http","fileinfo":{"filename":"/a","size":500}', TURNED
    )
    assert sum(sighting.server_bytes or 0 for sighting in read("suricata_eve", lines)) == 500


def test_an_eve_file_follows_the_flow_that_was_seen_before_it_not_its_ports() -> None:
    ends = '"src_ip":"10.0.0.5","src_port":22,"dest_ip":"104.16.5.9","dest_port":51000,"proto":"TCP"'
    lines = eve("tls", '"tls":{"sni":"a.com"}', ends) + eve("fileinfo", '"fileinfo":{"size":500}', ends)
    assert read("suricata_eve", lines)[1].client == Party("10.0.0.5", 22)


def test_eve_bodies_are_read_from_transactions_and_alerts() -> None:
    body = '"http":{"http_method":"POST","http_request_body":"eyJhIjoxfQ==","http_response_body_printable":"ok"}'
    for kind in ("http", "alert"):
        (sighting,) = read("suricata_eve", eve(kind, body))
        assert [(one.content, one.by_client) for one in sighting.payloads] == [(b'{"a":1}', True), (b"ok", False)]
        assert not sighting.unseen_client
    (answer,) = read("suricata_eve", eve("alert", f'"direction":"to_client",{body}', TURNED))
    assert answer.client == Party("10.0.0.5", 51000)


def test_eve_headers_are_read_without_credentials() -> None:
    headers = '[{"name":"Authorization","value":"Basic eDp5"},{"name":"X-Staff","value":"a"},{"name":1},7]'
    (sighting,) = read("suricata_eve", eve("http", f'"http":{{"http_method":"GET","request_headers":{headers}}}'))
    assert payloads_of(sighting) == {"header": b"x-staff: a"}


FLOW = (
    '"flow":{{"pkts_toserver":2,"pkts_toclient":1,"bytes_toserver":{up},"bytes_toclient":54,"start":'
    '"2026-11-21T11:44:00+0000","end":"2026-11-21T11:45:00+0000"}},"tcp":{{"tcp_flags_ts":"{ts}","tcp_flags_tc":"14"}}'
)


def test_an_eve_flow_gives_totals_and_closes_the_conversation() -> None:
    (sighting,) = read("suricata_eve", eve("flow", FLOW.format(up=9000, ts="1b")))
    assert (sighting.client_bytes, sighting.server_bytes) == (9000, 0)
    assert (sighting.unseen_client, sighting.unseen_server) == (True, False)
    assert sighting.is_total
    assert sighting.is_closed
    assert sighting.ended_ns - sighting.begun_ns == 60_000_000_000


def test_a_port_scan_in_eve_sent_nothing() -> None:
    (sighting,) = read("suricata_eve", eve("flow", FLOW.format(up=120, ts="02")))
    assert (sighting.client_bytes, sighting.server_bytes) == (0, 0)


@pytest.mark.parametrize(
    "dns",
    [
        '{"type":"answer","rrname":"a.com","rrtype":"A","rdata":"104.16.5.9"}',
        '{"version":2,"type":"answer","rrname":"a.com","answers":[{"rrtype":"A","rdata":"104.16.5.9"}]}',
        '{"version":2,"type":"answer","rrname":"a.com","grouped":{"A":["1.1.1.1","104.16.5.9"]}}',
        '{"version":3,"type":"response","queries":[{"rrname":"a.com"}],"answers":[{"rdata":"104.16.5.9"}]}',
    ],
)
def test_eve_dns_answers_of_every_version_name_later_flows(dns: str) -> None:
    lines = eve("dns", f'"dns":{dns}') + eve("flow", FLOW.format(up=9000, ts="1b"))
    assert read("suricata_eve", lines)[-1].server.host == "a.com"


def test_eve_records_of_other_kinds_give_nothing() -> None:
    assert read("suricata_eve", eve("stats", '"stats":{}') + eve("anomaly", '"anomaly":{}')) == []


def test_the_reference_names_every_format_and_gives_the_nginx_format_that_is_tested() -> None:
    reference = (SAMPLES.parents[2] / "docs" / "reference" / "log_formats.md").read_text(encoding="utf-8")
    assert all(f"`{one.name}`" in reference for one in FORMATS)
    config = (SAMPLES / "nginx.conf").read_text(encoding="utf-8")
    assert config[config.index("    log_format guanjin") : config.index("    server {")].rstrip() in reference
