"""A store's worth of judged transfers, made by hand: every verdict, three exporters, two agents, one hostile host."""

from collections.abc import Iterable

from collector.book import Registry
from collector.declarations import Exporter
from collector.ledger import Cell, Ledger
from collector.ports import Judged, Store
from collector.stores.memory import MemoryStore
from collector.verdicts import Citation, Reason, Status, Verdict
from wire.coverage import Coverage
from wire.events import Content, Direction, Endpoint, GeoSource, Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.places import Place, Region, place_of
from wire.subjects import Subjects

NOW_NS = 1_795_252_200_000_000_000
"""2026-11-21 17:10 in Shanghai."""
SECOND = 1_000_000_000
HOSPITAL = "91110000000000001A"
SHOP = "91310000000000002B"
BANK = "91440300000000003C"
HOSTILE = "<script>alert(1)</script>\u202egnp.\x1b[31m.example"

KIND_TITLES = {
    "cn.resident_id": ("身份证号", "Resident ID"),
    "cn.mobile": ("手机号", "Mobile number"),
    "cn.bank_card": ("银行卡号", "Bank card"),
    "medical.diagnosis": ("诊疗记录", "Diagnosis"),
    "email": ("电子邮箱", "E-mail"),
}
REGISTRY = Registry(
    exporters=(
        Exporter(organisation=HOSPITAL, name="和元医药研究院", name_en="Heyuan Medical Institute", sector="医药"),
        Exporter(organisation=SHOP, name="海棠零售", name_en="Haitang Retail", sector="零售电商"),
        Exporter(organisation=BANK, name="嘉禾支付", name_en="Jiahe Payments", sector="金融"),
    )
)
CBDF = "促进和规范数据跨境流动规定"
_SAYS = {
    Status.UNFILED: (
        "向该接收方提供敏感个人信息没有对应备案；本年累计 300 人（含敏感个人信息）",
        "No filing covers sensitive personal information to this recipient; 300 persons so far this year",
        "第八条",
    ),
    Status.OUT_OF_SCOPE: (
        "标准合同 SC-2026-0119 不含银行卡号",
        "Contract SC-2026-0119 does not list bank cards",
        "第八条",
    ),
    Status.OVER_VOLUME: (
        "评估结果 SA-2026-0007 上限 5,000 人，本年累计 5,210 人",
        "Assessment SA-2026-0007 allows 5,000 persons; 5,210 so far this year",
        "第七条第二项",
    ),
    Status.EXPIRED: (
        "评估结果 SA-2023-0018 已于 2026-11-02 到期",
        "Assessment SA-2023-0018 ended on 2026-11-02",
        "第九条",
    ),
    Status.CONTENT_UNSEEN: (
        "内容已加密，未能判定；已出境 48,211 字节",
        "Encrypted, not judged; 48,211 bytes went out",
        "",
    ),
    Status.BELOW_THRESHOLD: ("本年累计 300 人 < 100,000 人", "300 persons this year < 100,000", "第五条第一款第四项"),
    Status.COVERED: ("标准合同 SC-2026-0119 覆盖本次传输", "Contract SC-2026-0119 covers this transfer", "第八条"),
    Status.EXEMPT: ("跨境人力资源管理所需", "Necessary for cross-border human resources", "第五条第一款第二项"),
}


def persons(kind: str, count: int, first: int = 1) -> Subjects:
    return Subjects.of({kind: range(first, first + count)})


def a_tally(kind: str, grade: Grade, count: int, *exemplars: str) -> Tally:
    return Tally(Kind(kind), grade, count, persons(kind, count), exemplars, (f"body:{kind.partition('.')[2] or kind}",))


MEDICAL = (
    a_tally("cn.resident_id", Grade.GENERAL, 300, "110105********002X", "110105********0011"),
    a_tally("medical.diagnosis", Grade.SENSITIVE, 300, "2 型糖****"),
)
PHONES = (a_tally("cn.mobile", Grade.GENERAL, 155, "138****5521", "139****0007"),)
CARDS = (a_tally("cn.bank_card", Grade.SENSITIVE, 44, "622202******0007"), *PHONES)


def a_judged(number: int, status: Status = Status.UNFILED, **changes: object) -> Judged:
    says, says_en, article = _SAYS.get(status, _SAYS[Status.UNFILED])
    begun_ns = NOW_NS - number * 37 * SECOND
    event = {
        "event_id": f"{number:032x}",
        "agent": "bj-edge-01",
        "organisation": HOSPITAL,
        "begun_ns": begun_ns,
        "ended_ns": begun_ns + 2 * SECOND,
        "direction": Direction.PUSH,
        "protocol": "http",
        "origin": Endpoint("10.1.2.3", 51_000, "his.heyuan.example", Place(Region.PRIVATE)),
        "target": Endpoint("203.0.113.7", 443, "api.collector.example", place_of("US", 64_500)),
        "sent_bytes": 48_211 + number,
        "sampled": 1.0,
        "content": Content.SEEN,
        "tallies": MEDICAL,
        "geo": GeoSource("geo-whois-asn-country", "2026-11-01"),
        "ruleset": "3f9a1c",
        "source": "upload.pcap",
    }
    verdict = Verdict(
        event_id=f"{number:032x}",
        status=status,
        route="standard_contract" if status is Status.COVERED else "",
        required_route="standard_contract",
        reasons=(Reason(says, says_en, Citation(CBDF, article, "2024-03-22", "A") if article else None),),
        filing="SC-2026-0119" if status is Status.COVERED else "",
    )
    return Judged(TransferEvent(**{**event, **changes}), verdict)  # type: ignore[arg-type]  # a builder's changes


def a_scene() -> list[Judged]:
    """Some sixty transfers, newest first."""
    targets = [
        ("US", "api.collector.example"),
        ("HK", "crm.example.hk"),
        ("SG", "s3.example.sg"),
        ("NL", "lab.example.nl"),
        ("TW", "mirror.example.tw"),
        ("DE", "sync.example.de"),
        ("JP", "cdn.example.jp"),
        ("MO", "hr.example.mo"),
    ]
    mix = [Status.UNFILED, Status.OUT_OF_SCOPE, Status.UNFILED, Status.COVERED, Status.EXPIRED, Status.BELOW_THRESHOLD,
           Status.OVER_VOLUME, Status.UNFILED, Status.CONTENT_UNSEEN, Status.EXEMPT, Status.COVERED]  # fmt: skip
    some = []
    for number in range(1, 61):
        status = mix[number % len(mix)]
        country, host = targets[(number * number + number // 7) % len(targets)]
        tallies = (MEDICAL, PHONES, CARDS)[number % 3]
        is_seen = status is not Status.CONTENT_UNSEEN
        some.append(
            a_judged(
                number,
                status,
                organisation=(HOSPITAL, SHOP, BANK)[(number // 2) % 3],
                target=Endpoint("203.0.113.7", 443, HOSTILE if number == 9 else host, place_of(country, 64_500)),
                tallies=tallies if is_seen else (),
                content=Content.SEEN if is_seen else Content.UNSEEN,
                protocol="http" if is_seen else "tls",
                sent_bytes=None if number == 7 else 48_211 * number,
            )
        )
    return some


def ledgers() -> Iterable[Ledger]:
    sizes = {HOSPITAL: (12_840, Grade.SENSITIVE), SHOP: (9_860, Grade.SENSITIVE), BANK: (4_020, Grade.GENERAL)}
    for organisation, (count, grade) in sizes.items():
        ledger = Ledger(organisation, 2026)
        ledger.add(Cell(11, "", "", grade), persons("cn.mobile", count))
        yield ledger


def coverages() -> list[Coverage]:
    return [
        Coverage(
            agent="bj-edge-01", started_ns=NOW_NS - 3_600 * SECOND, seen_ns=NOW_NS - 3 * SECOND, version="0.1.0",
            sources=("eth1", "access.log"), packets=1_284_310, lines=48_211, captured_bytes=912_000_000,
            conversations={"domestic": 9_000, "outbound": 60},
            outbound_bytes={"seen": 900_000, "partial": 120_000, "unseen": 410_000},
            faults={"truncated packet": 12, "chunk length is no number": 1}, events=60,
        ),
        Coverage(
            agent="sh-log-02", started_ns=NOW_NS - 9_000 * SECOND, seen_ns=NOW_NS - 900 * SECOND, version="0.1.0",
            sources=("eve.json",), lines=8_211, captured_bytes=9_120_000, events=4,
        ),
    ]  # fmt: skip


def a_store() -> Store:
    """The scene, stored."""
    store = MemoryStore()
    with store.begin() as transaction:
        transaction.keep(a_scene(), ledgers())
    for coverage in coverages():
        store.keep_coverage(coverage)
    return store
