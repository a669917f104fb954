from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from collector.registry import hosts, networks, read_registry
from collector.registry_checks import has_check_character
from tests.collector.builders import COMPANY, EXAMPLE, LAB, MAKER, at, the_registry
from wire.faults import ConfigurationError
from wire.networks import Host, Network
from wire.places import place_of


def complaint(content: bytes | str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_registry(content.encode() if isinstance(content, str) else content, "r.yaml")
    return str(caught.value)


def changed(old: str, new: str) -> bytes:
    assert old.encode() in EXAMPLE
    return EXAMPLE.replace(old.encode(), new.encode(), 1)


def line_of(text: str) -> int:
    return EXAMPLE[: EXAMPLE.index(text.encode())].count(b"\n") + 1


def test_the_example_is_read() -> None:
    registry = the_registry()
    exporter = registry.exporter(COMPANY)
    assert exporter is not None
    assert exporter.city == "上海"
    assert [filing.most_persons for filing in registry.filings_of(COMPANY)] == [5000]
    assert registry.line("line-mo-1")


def test_an_empty_file_declares_nothing() -> None:
    assert read_registry(b"", "r.yaml").exporters == ()


def test_yaml_does_not_guess_types() -> None:
    registry = the_registry()
    parent = registry.recipient_at(at("hr.example.no"))
    assert parent is not None
    assert parent.country == "NO"
    assert registry.exporter("121100004000000001")


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("sector: 卫生健康", "sektor: 卫生健康", "exporters[0].sektor", "did you mean sector?"),
        ("is_ciio: true", "is_ciio: ja", "exporters[1].is_ciio", "true or false"),
        ("[10.20.0.0/16,", "[10.20.0.1/16,", "exporters[0].networks[0]", "did you mean 10.20.0.0/16?"),
        ("[10.20.0.0/16,", "[ten,", "exporters[0].networks[0]", "is not a network"),
        ("[10.30.0.0/16]", "[10.20.7.0/24]", "exporters[1].networks[0]", "overlaps 10.20.0.0/16"),
        ("0000N\n    name", "0000M\n    name", "exporters[0].organisation", "check character"),
        ("country: US", "country: usa", "recipients[0].country", "ISO 3166-1"),
        ("country: US", "country: CN", "recipients[0].country", "境外接收方"),
        ("registry.example.nl", "api.lab.example.com", "recipients[1].hosts[0]", "stands already in recipients[0]"),
        ("registry.example.nl", "registry example", "recipients[1].hosts[0]", "domain name"),
        ("2026-01-15", "2026-02-30", "filings[0].valid_from", "YYYY-MM-DD"),
        ("2029-01-14", "2026-01-14", "filings[0].valid_until", "before valid_from"),
        ("[lab-us]", "[lab-su]", "filings[0].recipients", "did you mean lab-us?"),
        ("[lab-us]", "[]", "filings[0].recipients", "may not be empty"),
        ("[lab-us]", "lab-us", "filings[0].recipients", "expected a list"),
        ("route: standard_contract", "route: contract", "filings[0].route", "is not one of security_assessment"),
        ("kinds: [cn.resident_id,", "kinds: ['*',", "filings[0].kinds[0]", "no wildcard"),
        ("most_persons: 5000", "most_persons: -1", "filings[0].most_persons", "whole number"),
        ("most_persons: 5000", "most_persons: [5]", "filings[0].most_persons", "expected one value"),
        ("〔2025〕第0002号", "〔2026〕第0001号", "filings[1].number", "there is no filing"),
        ("basis: cbdf_5_1_2", "basis: cbdf_5", "exemptions[0].basis", "cbdf_5_1_1"),
        ("filings: [粤湾区备字〔2026〕第0003号]", "filings: [x]", "lines[0].filings", "there is no filing 'x'"),
        ("country: US", "country: UK", "recipients[0].country", "no code of ISO 3166-1"),
        ("country: US", 'country: "US\\n"', "recipients[0].country", "cannot be seen (U+000A)"),
        ("name: 示例医院", 'name: "\\u202e示例医院"', "exporters[1].name", "cannot be seen (U+202E)"),
        ("name: 示例医院", 'name: "a\\0b"', "exporters[1].name", "cannot be seen (U+0000)"),
        ("name: 示例医院", 'name: " "', "exporters[1].name", "one line of text"),
        ("purpose: 临床检验", f"purpose: {'x' * 201}", "filings[0].purpose", "one line of text"),
        ("[203.0.113.0/24]", "[0.0.0.0/0]", "recipients[0].networks[0]", "too wide"),
        ("[203.0.113.0/24]", '["fe80::%e/64"]', "recipients[0].networks[0]", "names an interface"),
        ("[203.0.113.0/24]", '["::ffff:10.0.0.0/104"]', "recipients[0].networks[0]", "is an IPv4 network"),
        ("[registry.example.nl]", "[nl]", "recipients[1].hosts[0]", "cover every name"),
        ("carrier: 中国电信", "carrier: ''", "lines[0].carrier", "one line of text"),
        ("far_country: MO", "far_country: CN", "lines[0].far_country", "no international line"),
    ],
)  # fmt: skip
def test_every_fault_is_named_with_its_line_and_key(old: str, new: str, where: str, says: str) -> None:
    content = changed(old, new)
    if says == "there is no filing":
        content = changed("国数据出境评字〔2025〕第0002号", "沪数据出境备字〔2026〕第0001号")
        says = "stands already in filings[0]"
    message = complaint(content)
    assert f": {where}: " in message
    assert says in message
    assert message.startswith("r.yaml:")


def test_the_line_is_that_of_the_value() -> None:
    assert f"r.yaml:{line_of('route: standard_contract')}: " in complaint(
        changed("route: standard_contract", "route: x")
    )


def test_all_faults_are_named_at_once() -> None:
    content = (
        changed("country: US", "country: us").replace(b"is_ciio: true", b"is_ciio: 7").replace(b"[lab-us]", b"[x]")
    )
    message = complaint(content)
    for key in ("recipients[0].country", "exporters[1].is_ciio", "filings[0].recipients"):
        assert f": {key}: " in message


def test_a_file_that_is_wrong_throughout_is_refused_with_the_number_of_its_faults() -> None:
    assert "more" in complaint("exporters:\n" + " - {nam: x}\n" * 5_000)


def test_names_that_mean_nothing_are_many_and_refused_in_reasonable_work() -> None:
    recipients = "".join(f" - {{id: r{number}, name: x, country: US}}\n" for number in range(400))
    filings = "".join(
        f" - {{number: n{number}, organisation: 91350100M000100Y43, route: certification, recipients: [q{number}],"
        " valid_from: 2026-01-01, valid_until: 2026-12-31, kinds: [email]}\n"
        for number in range(400)
    )
    assert "there is no recipient 'q0'" in complaint(f"recipients:\n{recipients}filings:\n{filings}")


def test_a_small_file_that_would_fill_the_memory_is_refused_before_it_is_built() -> None:
    assert "more than 1,000,000 keys and values" in complaint("exporters: [" + "0," * 1_000_001 + "]")


def test_a_network_named_many_times_by_its_owner_is_no_fault() -> None:
    many = ", ".join(["10.0.0.0/8"] * 4_000)
    content = f"exporters: [{{organisation: 91350100M000100Y43, name: x, networks: [{many}]}}]"
    assert len(networks(read_registry(content.encode(), "r.yaml"))) == 4_000


def test_rare_characters_may_stand_in_names() -> None:
    assert read_registry(changed("示例医院", "示例医院𰻝\u3000A"), "r.yaml").exporters[1].name == "示例医院𰻝\u3000A"


def test_no_more_than_twenty_faults_are_shown() -> None:
    message = complaint("exporters:\n" + " - {nam: x}\n" * 40)
    assert message.count("r.yaml:") == 20
    assert "... and 100 more" in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a: [", "r.yaml:1: not YAML"),
        ("exporters: []\nfilings: {", "r.yaml:2: not YAML"),
        ("a: &x [1]\nb: *x", "r.yaml:2: aliases"),
        ("exporters: !!python/object:os.system x", "r.yaml:1: exporters: expected a list"),
        ("exporters: !mine []", "r.yaml:1: tags"),
        ("- a", "found a list"),
        ("exporters: []\nexporters: []", "r.yaml:2: exporters: given twice"),
        ("? [a]\n: b", "unknown key"),
        ("[" * 5000, "nested deeper"),
        ("{a: " * 5000, "nested deeper"),
        ("a: \x07", "control character"),
        (b"a: 1\n\xff\xfe", "r.yaml:2: not UTF-8"),
        ("exporters:\n -\n", "r.yaml:2: exporters[0]: expected keys and values"),
        ("a: 1\n---\nb: 2\n", "not YAML"),
    ],
)
def test_hostile_files_are_refused_in_words(content: str | bytes, says: str) -> None:
    assert says in complaint(content)


@given(st.integers(0, len(EXAMPLE)), st.binary(max_size=4), st.integers(0, 6))
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(place: int, noise: bytes, cut: int) -> None:
    with suppress(ConfigurationError):
        read_registry(EXAMPLE[:place] + noise + EXAMPLE[place + cut :], "r.yaml")


def test_check_characters_are_those_of_the_standard() -> None:
    assert has_check_character("91350100M000100Y43")
    assert not has_check_character("91350100M000100Y44")
    assert not has_check_character("91350100I000100Y43")


def test_the_agent_gets_every_network_and_host() -> None:
    found = networks(the_registry())
    assert Network("10.20.0.0/16", COMPANY) in found
    assert Network("203.0.113.0/24", place=place_of("US")) in found
    assert Network("172.20.0.0/16", place=place_of("MO"), line="line-mo-1") in found
    assert hosts(the_registry()) == (Host("portal.health.example.cn", COMPANY),)


@pytest.mark.parametrize(
    ("host", "address", "found"),
    [
        ("api.lab.example.com", "", "lab-us"),
        ("V2.API.Lab.Example.com.", "", "lab-us"),
        ("lab.example.com", "", None),
        ("evilapi.lab.example.com.evil.example", "", None),
        ("", "203.0.113.255", "lab-us"),
        ("", "::ffff:203.0.113.1", "lab-us"),
        ("", "203.0.114.0", None),
        ("", "198.51.100.127", "branch-mo"),
        ("", "198.51.100.128", None),
        ("", "not an address", None),
        ("", "", None),
    ],
)
def test_recipients_are_found_by_domain_or_network(host: str, address: str, found: str | None) -> None:
    recipient = the_registry().recipient_at(at(host, address))
    assert (recipient.id if recipient else None) == found


def test_the_name_decides_before_the_address() -> None:
    recipient = the_registry().recipient_at(at("registry.example.nl", "203.0.113.1"))
    assert recipient is not None
    assert recipient.id == "registry-nl"
    assert the_registry().recipient_at(LAB)
    assert not the_registry().filings_of(MAKER + "x")
