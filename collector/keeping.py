"""Retention (保存期限): what is older than its class allows goes, unless it is held or a case still needs it."""

from typing import Final

from msgspec import Struct

from collector.ports import Store
from collector.stores.archive import Archive
from wire.legal_time import legal_day

_DAY_NS: Final = 86_400_000_000_000
THREE_YEARS: Final = 1096


class Policy(Struct, frozen=True, kw_only=True):
    """Days that each class is kept.

    Law:
        Three years by default: 个人信息保护影响评估报告和处理情况记录应当至少保存三年 (个人信息保护法 第五十六条),
        and longer than the six months of network logs (网络安全法, 留存相关的网络日志不少于六个月).
    """

    transfers: int = THREE_YEARS
    """Transfers with their verdicts, in the store and in the archive."""
    rest: int = THREE_YEARS
    """Totals, gaps, marks, what was set aside unread; ledgers by the end of their year."""


class Forgotten(Struct, frozen=True):
    """What a run deleted."""

    transfers: int
    days: int
    """Files of the archive."""
    rest: int


def retain(store: Store, archive: Archive | None, policy: Policy, now_ns: int) -> Forgotten:
    """Delete what is past its time; an exporter under a legal hold loses nothing, nor does a case that is not settled.

    Raises:
        UnavailableError: the store is away; what was deleted stays deleted, the next run goes on.
    """
    held = {hold.organisation for hold in store.keeping.holds()}
    before_ns = now_ns - policy.transfers * _DAY_NS
    transfers = 0
    for stretch in store.stretches():
        if stretch.organisation not in held and stretch.first_ns < before_ns:
            with store.begin() as transaction:
                transfers += transaction.keeping.forget(stretch.organisation, before_ns)
    with store.begin() as transaction:
        rest = transaction.keeping.forget_rest(now_ns - policy.rest * _DAY_NS)
    days = archive.forget(legal_day(before_ns).isoformat(), held, now_ns) if archive else 0
    return Forgotten(transfers, days, rest)
