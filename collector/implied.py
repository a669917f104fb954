"""Kinds that go without saying where another kind is declared: a name beside an identifier, the birth date in an ID."""

from collections.abc import Collection, Iterable
from typing import Final

from wire.kinds import Kind

_HOLDING_BIRTH: Final = frozenset(
    {"cn.resident_id", "cn.hmt_residence_permit", "cn.foreigner_permanent_id", "person.under_14"}
)
_IDENTIFYING: Final = _HOLDING_BIRTH | {
    "cn.mobile", "cn.landline", "email", "cn.bank_card", "cn.bank_account", "cn.passport", "cn.home_return_permit",
    "cn.taiwan_compatriot_permit", "cn.exit_permit", "hk.identity_card", "mo.identity_card", "tw.identity_card",
    "cn.military_officer", "cn.police_officer", "cn.social_security", "cn.medical_insurance",
    "cn.driving_licence_file",
}  # fmt: skip
_IMPLIED_BY: Final[dict[str, frozenset[str]]] = {
    "person.name": _IDENTIFYING,
    "person.birth_date": _HOLDING_BIRTH,
}
"""Our own reading, shown in the verdict: the law asks for every data item (数据项) to be listed."""


def implied(kinds: Iterable[Kind], declared: Collection[str]) -> tuple[Kind, ...]:
    """Those of the kinds that are not declared and go without saying."""
    named = frozenset(declared)
    return tuple(kind for kind in kinds if kind not in named and _IMPLIED_BY.get(kind, frozenset()) & named)


def undeclared(kinds: Iterable[Kind], declared: Collection[str]) -> tuple[Kind, ...]:
    """Those of the kinds that are neither declared nor go without saying."""
    kinds = tuple(kinds)
    covered = frozenset(declared) | frozenset(implied(kinds, declared))
    return tuple(kind for kind in kinds if kind not in covered)
