from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
import numpy as np
import pytest

from collector.batch.archive import flow_of, read_columns, word_of, write_columns
from collector.batch.retold import Retold, retell, retell_all
from collector.batch.shipment import IrregularError, shipment_of
from collector.book import Registry
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf
from collector.ports import Judged
from collector.precedents import Precedents
from collector.rejudge import rejudge
from collector.stores.memory import MemoryStore
from collector.whatif import Rules, Scope, exporter_years, transfers_of, what_if
from tests.collector.builders import COMPANY, LAB, diagnoses, event, phones
from tests.collector.streams import BARE, BROKEN, FILED, MARKED, registries, streams
from wire.events import Tally, TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade, Kind
from wire.legal_time import legal_day

ROUTES = routes_of_law()
UNMARKED = registries().filter(lambda each: each is not MARKED)


def kept(events: Sequence[TransferEvent], registry: Registry) -> MemoryStore:
    store = MemoryStore()
    handle(events, store=store, registry=registry, routes=ROUTES)
    return store


def written(store: MemoryStore, path: Path) -> Path:
    judged = [each for place in exporter_years(store, Scope()) for each in transfers_of(store, *place)]
    assert write_columns(path, judged) == len(judged)
    return path


@given(streams(30), UNMARKED, UNMARKED)
@settings(max_examples=40, deadline=None)
def test_columns_tell_what_the_store_tells(stream: list[TransferEvent], first: Registry, then: Registry) -> None:
    regular = [each for each in stream if all(tally.subjects != BROKEN for tally in each.tallies)]
    store, rules = kept(regular, first), Rules(then, ROUTES)
    with TemporaryDirectory() as folder:
        told = list(retell(written(store, Path(folder) / "columns.parquet"), rules))
    wanted = [each for each in what_if(store, rules, Scope()) if each.events]
    for one, other in zip(told, wanted, strict=True):
        assert (one.organisation, one.year, one.events) == (other.organisation, other.year, other.events)
        assert (one.before, one.after, one.changed) == (other.before, other.after, other.changed)
        assert [each.after for each in one.first] == [each.after for each in other.first]
        assert [(word_of(each.before), each.target, each.begun_ns) for each in one.first] == [
            (word_of(each.before), each.target, each.begun_ns) for each in other.first
        ]
    list(rejudge(store, rules, Scope(), 1))
    for one in told:
        ledger = next((each for each in store.ledgers(one.year) if each.organisation == one.organisation), None)
        spans = (ledger.span(CountOf.ANY), ledger.span(CountOf.SENSITIVE)) if ledger else (one.any, one.sensitive)
        assert (one.any, one.sensitive) == spans


def test_processes_tell_the_same(tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        store = kept(
            [event(n, diagnoses(range(n, n + 3)), target=LAB, organisation=f"{number}") for n in range(9)], BARE
        )
        paths.append(written(store, tmp_path / f"{number}.parquet"))
    rules = Rules(FILED, ROUTES)
    alone = [each for path in paths for each in retell(path, rules)]
    assert retell_all(paths, rules, workers=2) == alone
    assert [each.organisation for each in alone] == ["0", "1", "2"]


def test_only_so_many_changes_are_given_in_full(tmp_path: Path) -> None:
    store = kept([event(n, diagnoses(range(n, n + 3)), target=LAB, organisation=COMPANY) for n in range(9)], BARE)
    (told,) = retell(written(store, tmp_path / "columns.parquet"), Rules(FILED, ROUTES), most=2)
    assert isinstance(told, Retold)
    assert (told.changed, len(told.first)) == (9, 2)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    events = [
        event(n, phones(range(n, n + 2), "body:mobile"), diagnoses(n), sent_bytes=None if n else 7) for n in range(4)
    ]
    store = kept(events, FILED)
    (group,) = read_columns(written(store, tmp_path / "columns.parquet"))
    wanted = shipment_of(events)
    assert [bytes(each).hex() for each in group.event_ids] == [each.event_id for each in events]
    kept_words = [word_of(each.verdict) for each in transfers_of(store, COMPANY, 2026)]
    assert [group.words[which] for which in group.said] == kept_words
    assert [group.shipment.flows[which] for which in group.shipment.flow] == [flow_of(each) for each in events]
    for name in ("day", "volume", "sizes", "hashes"):
        assert np.array_equal(getattr(group.shipment, name), getattr(wanted, name))
    assert group.shipment.day[0] == legal_day(events[0].begun_ns).toordinal()


@given(streams(3))
@settings(max_examples=40, deadline=None)
def test_to_a_judge_a_flow_is_like_each_of_its_transfers(stream: list[TransferEvent]) -> None:
    said = Precedents(FILED, ROUTES)
    for each in stream:
        assert said.of(flow_of(each)) is said.of(each)


IRREGULAR = (
    event(1, Tally(Kind("email"), Grade.GENERAL, 1, BROKEN)),
    replace(event(1), event_id="X" * 32),
    replace(event(1), event_id="ab"),
)


@pytest.mark.parametrize("irregular", IRREGULAR)
def test_what_only_the_store_can_hold_is_refused(tmp_path: Path, irregular: TransferEvent) -> None:
    (judged,) = handle([irregular], store=MemoryStore(), registry=BARE, routes=ROUTES)
    with pytest.raises(IrregularError):
        write_columns(tmp_path / "columns.parquet", [Judged(irregular, judged.verdict)])


@given(st.binary(max_size=60))
def test_no_file_of_ours_is_told(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "other.parquet"
        path.write_bytes(content)
        with pytest.raises(MalformedError):
            list(read_columns(path))
