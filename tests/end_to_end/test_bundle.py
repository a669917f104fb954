"""``guanjin scan`` held to what is true of the bundled captures and logs."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from guanjin.__main__ import main

TESTS = Path(__file__).parents[1]
REGISTRY = TESTS / "captures" / "registry.yaml"
TRUTHS = sorted((*(TESTS / "captures").glob("*.truth.json"), *(TESTS / "logs").rglob("*.truth.json")))

Record = dict[str, Any]
Scan = Callable[..., tuple[int, list[Record], str]]


def read(truth_file: Path) -> Record:
    return dict(msgspec.json.decode(truth_file.read_bytes()))


def told(truth_file: Path) -> Path:
    """The capture, log or folder that a truth file speaks of."""
    name = truth_file.name.removesuffix(".truth.json")
    found = [
        path for path in truth_file.parent.glob(f"{name}*") if path != truth_file and name in (path.name, path.stem)
    ]
    assert len(found) == 1, found
    return found[0]


@pytest.fixture
def scan(capfdbinary: pytest.CaptureFixture[bytes]) -> Scan:
    def run(*words: str | Path) -> tuple[int, list[Record], str]:
        code = main(["scan", *map(str, words), "--json", "--registry", str(REGISTRY)])
        out, err = capfdbinary.readouterr()
        return code, [msgspec.json.decode(line) for line in out.splitlines()], err.decode()

    return run


def key(transfer: Record) -> tuple[str, ...]:
    """What a transfer is found by."""
    ends = (transfer[end].get(part, "") for end in ("origin", "target") for part in ("address", "port"))
    return (*map(str, ends), transfer["direction"])


def matches(wanted: Any, seen: Any) -> bool:
    """Whether what was seen holds what is wanted; None in the truth asks nothing."""
    if isinstance(wanted, dict):
        return all(matches(value, seen[name]) for name, value in wanted.items())
    return wanted is None or wanted == seen


def assert_true(wanted: Record, seen: Record) -> None:
    for name in ("origin", "target", "direction", "protocol", "content"):
        assert matches(wanted.get(name), seen[name]), f"{name}: {seen[name]} instead of {wanted[name]}"
    assert seen["sent_bytes"] != 0, "what was not told is unknown, never 0"
    if "sent_bytes" in wanted:
        assert seen["sent_bytes"] == wanted["sent_bytes"]
    found = {tally["kind"]: tally for tally in seen["tallies"]}
    assert set(found) == set(wanted["tallies"])
    for kind, tally in wanted["tallies"].items():
        assert found[kind]["persons_at_least"] == tally["persons"], kind
        assert tally["hits"] in (None, found[kind]["hits"]), kind
    assert seen["organisation"] == wanted["organisation"]
    assert seen["verdict"]["status"] == wanted["status"], seen["verdict"]["reasons"]


def assert_all_true(truth: Record, records: list[Record]) -> None:
    """Each transfer of the truth is there once and as it should be; nothing else leaves the mainland."""
    seen = {key(record): record for record in records}
    assert len(seen) == len(records), "a transfer is told twice"
    for wanted in truth["transfers"]:
        assert key(wanted) in seen, f"{key(wanted)} is missing; there are {sorted(seen)}"
        assert_true(wanted, seen[key(wanted)])
    known = {key(wanted) for wanted in truth["transfers"]}
    assert not [
        name for name, record in seen.items() if name not in known and record["verdict"]["status"] != "not_export"
    ]


@pytest.mark.parametrize("truth_file", TRUTHS, ids=lambda path: path.name.removesuffix(".truth.json"))
def test_each_file_alone_gives_what_is_true_of_it(truth_file: Path, scan: Scan) -> None:
    truth = read(truth_file)
    given = [] if truth["registry"] else ["--organisation", truth["organisation"]]
    code, records, _ = scan(told(truth_file), *given)
    assert_all_true(truth, records)
    assert sum(record["flagged"] for record in records) == truth["flagged"]
    assert code == (1 if truth["flagged"] else 0)


def test_patients_told_by_id_and_phone_are_counted_exactly(scan: Scan) -> None:
    _, (record,), _ = scan(TESTS / "captures" / "patients-us-filed.pcap")
    said = [reason["says"] for reason in record["verdict"]["reasons"]]
    assert any("本年向该备案的接收方累计 300 人，" in each for each in said)
    assert any("本年累计敏感个人信息 300 人；" in each for each in said)


def test_all_captures_at_once_give_the_same_as_each_alone(scan: Scan) -> None:
    truths = [read(path) for path in TRUTHS if path.parent.name == "captures"]
    everything = {
        "transfers": [transfer for truth in truths for transfer in truth["transfers"]],
        "flagged": sum(truth["flagged"] for truth in truths),
    }
    files = [told(path) for path in TRUTHS if path.parent.name == "captures"]
    code, records, _ = scan(*files)
    assert_all_true(everything, records)
    assert sum(record["flagged"] for record in records) == everything["flagged"]
    assert code == 1


def test_captures_and_logs_of_the_same_transfers_together_flag_what_each_flags_alone(scan: Scan) -> None:
    names = {"zeek", "zeek-json", "eve", "portal-json", "portal-combined"}
    files = [path for path in TRUTHS if path.parent.name == "captures" or path.name.partition(".")[0] in names]
    _, records, _ = scan(*map(told, files))
    assert sum(record["flagged"] for record in records) == sum(read(path)["flagged"] for path in files)


def test_a_capture_that_ends_within_a_packet_is_named_and_its_readable_part_reported(scan: Scan) -> None:
    code, records, said = scan(TESTS / "captures" / "patients-us-damaged.pcap")
    assert "patients-us-damaged.pcap" in said
    assert "Traceback" not in said
    assert len(records) == 1
    assert code == 1


def test_the_bundle_shows_every_verdict_that_a_registry_can_bring_about() -> None:
    statuses = Counter(transfer["status"] for path in TRUTHS for transfer in read(path)["transfers"])
    assert set(statuses) >= {
        "not_export", "covered", "exempt", "below_threshold", "unfiled", "expired", "not_yet_effective",
        "out_of_scope", "over_volume", "wrong_route", "content_unseen",
    }  # fmt: skip
