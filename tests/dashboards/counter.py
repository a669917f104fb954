"""A console with an office: three exporters with codes that are possible, accounts of every role, one of each deed."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from typing_extensions import override

from collector.accounts import Account, Role
from collector.accounts_file import Accounts, Token
from collector.audit import AuditTrail
from collector.book import Registry
from collector.console_file import ConsoleFile
from collector.declarations import Basis, Exemption, Exporter, Filing, FilingRoute, Line, Recipient
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.office import Office
from collector.policies import Policies
from collector.ports import Store
from collector.registry_edit_drafts import Drafts
from collector.registry_edit_keeper import Judge, Keeper, Rejudging
from collector.rejudge import rejudge
from collector.stores.memory import MemoryStore
from collector.stores.registry_versions import SqliteVersions
from collector.whatif import Rules, Scope
from dashboards.console.app import create_console
from dashboards.console.page import Desk
from tests.dashboards import scene
from tests.dashboards.visitor import Visitor
from wire.faults import GuanjinError

OURS: Final = "91110000MA00000A1Y"
THEIRS: Final = "91310000MA00000B2G"
PASSWORD: Final = "correct horse battery"  # noqa: S105  # a test's
PEOPLE: Final = {"watch-1": Role.REGULATOR, "reader-1": Role.ANALYST, "root-1": Role.ADMIN, "ours-1": Role.OFFICER}
SECRETS: Final = (
    "Theirs Holding",
    THEIRS,
    "他处实业",
    "theirs.example",
    "乙标〔2026〕9号",
    "theirs-lab",
    "theirs-line",
)
"""What nobody of OURS may ever read."""
DAY_NS: Final = 86_400 * scene.SECOND

REGISTRY: Final = Registry(
    exporters=(
        Exporter(organisation=OURS, name="本单位医药", name_en="Ours Medical", sector="医药"),
        Exporter(organisation=THEIRS, name="他处实业", name_en="Theirs Holding", sector="能源"),
    ),
    recipients=(
        Recipient(id="ours-lab", name="Ours Lab Inc.", country="US", hosts=("ours.example",), onward=("theirs-lab",)),
        Recipient(id="theirs-lab", name="Theirs Holding Abroad", country="SG", hosts=("theirs.example",)),
    ),
    filings=tuple(
        Filing(
            number=number, organisation=organisation, route=FilingRoute.STANDARD_CONTRACT, recipients=(recipient,),
            valid_from=date(2026, 1, 1), valid_until=date(2028, 12, 31), kinds=("cn.mobile",),
        )
        for number, organisation, recipient in (
            ("甲标〔2026〕1号", OURS, "ours-lab"), ("乙标〔2026〕9号", THEIRS, "theirs-lab"),
        )
    ),
    exemptions=(
        Exemption(
            organisation=THEIRS, basis=Basis.HR, kinds=("email",), recipients=("theirs-lab",), purpose="他处实业人事",
            valid_from=date(2026, 1, 1), valid_until=date(2028, 12, 31),
        ),
    ),
    lines=(
        Line(
            id="theirs-line", carrier="运营商", organisation=THEIRS, far_networks=("198.51.100.0/24",),
            far_country="SG",
        ),
    ),
)  # fmt: skip


class AtOnce(Judge):
    """Judges again before it answers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state = Rejudging()

    @override
    def rejudge(self, before: Registry, after: Registry) -> None:
        found = rejudge(self._store, Rules(after, routes_of_law()), Scope(), scene.NOW_NS)
        self._state = Rejudging("idle", sum(each.changed for each in found), scene.NOW_NS)

    @property
    @override
    def state(self) -> Rejudging:
        return self._state


def vet(text: str) -> str:
    """Where the detectors are out of reach: eleven digits are somebody's number."""
    if any(len(word) >= 11 and word.isdigit() for word in text.replace("，", " ").split()):
        raise GuanjinError("the text holds a raw identifier (cn.mobile): leave it out, notes name nobody")
    return text


def a_store() -> Store:
    """Transfers of two exporters to two recipients, judged and in their cases."""
    store = MemoryStore()
    events = [
        replace(
            scene.a_judged(
                number,
                organisation=(OURS, THEIRS)[number % 2],
                target=replace(scene.a_judged(1).event.target, host=("ours.example", "theirs.example")[number % 2]),
                origin=replace(
                    scene.a_judged(1).event.origin, host=("his.ours.example", "erp.theirs.example")[number % 2]
                ),
            ).event,
            begun_ns=scene.NOW_NS - DAY_NS - number * scene.SECOND,
        )
        for number in range(1, 13)
    ]
    handle(events, store=store, registry=REGISTRY, routes=routes_of_law())
    for coverage in scene.coverages():
        store.keep_coverage(coverage)
    return store


class Counter:
    """The console on a folder of its own, and what it writes with."""

    def __init__(
        self, folder: Path, *, with_accounts: bool = True, is_local: bool = True, file: Path | None = None
    ) -> None:
        self.store = a_store()
        self.file = ConsoleFile(folder / "console.sqlite")
        accounts = Accounts(self.file, 16)
        self._versions = folder / "registry-history.sqlite"
        self.keeper = Keeper(
            REGISTRY, lambda: closing(SqliteVersions(self._versions)), file=file, judge=AtOnce(self.store)
        )
        self.office = Office(
            self.store,
            accounts,
            AuditTrail(self.file),
            Drafts(self.file),
            Policies(self.file),
            self.keeper,
            vet,
            is_local,
        )
        self.now_ns = scene.NOW_NS
        if with_accounts:
            for name, role in PEOPLE.items():
                organisation = OURS if role is Role.OFFICER else ""
                accounts.add(Account(name=name, role=role, organisation=organisation, made_ns=scene.NOW_NS), PASSWORD)
        desk = Desk(self.store, REGISTRY, scene.KIND_TITLES, lambda: self.now_ns, "0.1.0", self.office)
        self.app = create_console(desk, lambda: (b"guanjin_transfers 1\n", "text/plain"), hosts=("*",))

    def visitor(self, name: str = "", address: str = "http://127.0.0.1") -> Visitor:
        """A browser, signed in where a name is given."""
        visitor = Visitor(self.app, address)
        if name:
            assert visitor.sign_in(name, PASSWORD).status_code == 303
        return visitor

    def token(self, name: str, **changes: Any) -> str:
        """A bearer token."""
        token = Token(
            f"t{len(self.office.accounts.tokens(name))}-{name}",
            name,
            "",
            self.now_ns,
            self.now_ns + DAY_NS,
            is_reading_only=False,
        )
        return self.office.accounts.make_token(replace(token, **changes))
