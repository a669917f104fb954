"""What a negative list makes of a transfer: free, or held by the row that names its data.

Law:
    促进和规范数据跨境流动规定 第六条, in force 2024-03-22. For what a row names, its number takes the place of those of
    articles 5, 7 and 8; it is held against the exporter's whole year, because traffic does not tell scenarios apart.
"""

from collections.abc import Iterator
from typing import Final

from collector.facts import Facts
from collector.law.instruments import CBDF
from collector.law.wording import TALLY_TITLES, doubt, holds, kinds_en, kinds_zh, persons_en, persons_zh, reason
from collector.negative_lists import Listing, ListRoute, ListRow, Metric
from collector.verdicts import Citation, Reason
from wire.subjects import Span
from wire.titles import profile_title

SIXTH: Final = CBDF.article("第六条")

LIST_ROUTES: Final = {
    ListRoute.SECURITY_ASSESSMENT: ("数据出境安全评估", "Security assessment"),
    ListRoute.CONTRACT_OR_CERTIFICATION: ("标准合同或者认证", "Standard contract or certification"),
    ListRoute.FREE: ("附条件自由流动", "may flow under a condition"),
}
METRICS: Final = {
    Metric.ANY: ("任何数量", "any amount"),
    Metric.PERSONS: ("个人信息", "personal information"),
    Metric.PERSONS_ORDINARY: ("个人信息（不含敏感个人信息）", "personal information, sensitive left out"),
    Metric.PERSONS_SENSITIVE: ("敏感个人信息", "sensitive data"),
    Metric.PERSONS_HELD: ("处理的个人信息", "personal information held"),
    Metric.RECORDS: ("记录", "records"),
}


def off_list(facts: Facts) -> tuple[Reason, ...]:
    """Why nothing found stands on the list that decides; empty if something does, or if no list decides."""
    listing = facts.listing
    return (_off(facts, listing),) if listing and not listing.rows else ()


def by_list(facts: Facts, route: ListRoute) -> tuple[Reason, ...]:
    """The rows of the deciding list that ask for this way out, each with the arithmetic."""
    rows = facts.listing.rows if facts.listing else ()
    return tuple(_of_row(facts, row) for row in rows if row.route is route and _is_reached(facts, row))


def under_list(facts: Facts) -> tuple[Reason, ...]:
    """Why no row that names the data is reached; empty where one is, where that cannot be said, or no list decides."""
    rows = facts.listing.rows if facts.listing else ()
    if facts.is_sensitive_unidentified or any(_is_reached(facts, row) for row in rows):
        return ()
    return tuple(_of_row(facts, row, " 未达到", " is not reached") for row in rows)


def list_doubts(facts: Facts) -> Iterator[Reason]:
    """A remark for each row whose number the interval holds."""
    for row in facts.listing.rows if facts.listing else ():
        span = _span(facts, row)
        for number in (row.at_least, row.below):
            if span and number is not None and holds(span, number):
                yield doubt(span, number, _cited(row))


def list_remarks(facts: Facts) -> Iterator[Reason]:
    """What a list would say that does not decide here. Shown, never enforced."""
    for listing in facts.listings if facts.kinds and not facts.notified_kinds else ():
        if listing is facts.listing or (listing.list.is_general and not listing.rows):
            continue
        why, why_en = _why_not(listing)
        found, found_en = _would(listing)
        yield reason(
            f"若《{listing.list.title}》适用，{found}；{why}，不作为判定依据",
            f"under the negative list {listing.list.id}, {found_en}; {why_en}: it decides nothing here",
            SIXTH,
        )


def _off(facts: Facts, listing: Listing) -> Reason:
    use, use_en = "", ""
    if listing.usage:
        use = f"；使用备案：{listing.usage.purpose}"
        use_en = f"; its use was filed: {listing.usage.purpose}"
    hidden = f"；清单另有 {listing.hidden} 条无法从流量识别，由主体自行对照" if listing.hidden else ""
    hidden_en = f"; {listing.hidden} of its rows cannot be seen in traffic" if listing.hidden else ""
    return reason(
        f"已发现的 {kinds_zh(facts.kinds)} 不在《{listing.list.title}》之列，免予办理三种路径，"
        f"不计入累计人数{use}{hidden}",
        f"{kinds_en(facts.kinds)}: not on the negative list {listing.list.id}; none of the three routes is needed, and "
        f"nobody is counted{use_en}{hidden_en}",
        SIXTH,
    )


def _is_reached(facts: Facts, row: ListRow) -> bool:
    """With what is certain: the lower bound."""
    span = _span(facts, row)
    if span is None:
        return row.metric is Metric.ANY
    return span.at_least >= (row.at_least or 0) and (row.below is None or span.at_least < row.below)


def _span(facts: Facts, row: ListRow) -> Span | None:
    return {
        Metric.PERSONS: facts.any,
        Metric.PERSONS_ORDINARY: facts.ordinary,
        Metric.PERSONS_SENSITIVE: facts.sensitive,
    }.get(row.metric or Metric.ANY)


def _of_row(facts: Facts, row: ListRow, stands: str = "", stands_en: str = "") -> Reason:
    counted, counted_en = _counted(facts, row)
    numbers, numbers_en = numbers_of(row)
    return reason(
        f"负面清单条目 {row.row}{stands}（{numbers}）：{counted}",
        f"row {row.row} of the negative list{stands_en} ({numbers_en}): {counted_en}",
        _cited(row),
    )


def _counted(facts: Facts, row: ListRow) -> tuple[str, str]:
    span = _span(facts, row)
    if span is None:
        return "不论数量", "whatever the amount"
    what, what_en = METRICS[row.metric or Metric.ANY]
    by, by_en = _by_setting(facts, row)
    return f"本年累计{what}{persons_zh(span)}{by}", f"this year {what_en} of {persons_en(span)}{by_en}"


def _by_setting(facts: Facts, row: ListRow) -> tuple[str, str]:
    """The setting on which the count depends."""
    if row.metric is Metric.PERSONS_ORDINARY:
        tally, tally_en = TALLY_TITLES[facts.settings.threshold_tally]
        return f"（计数口径：{tally}）", f" ({tally_en})"
    if row.metric is Metric.PERSONS_SENSITIVE:
        profile = profile_title(facts.event.profile)
        return f"（分级依据：{profile}）", f" (graded by {profile})"
    return "", ""


def numbers_of(row: ListRow) -> tuple[str, str]:
    """The row's number as it reads; that it was not seen where it was not."""
    if row.metric is Metric.ANY:
        return METRICS[row.metric]
    low, low_en = (f"{row.at_least:,} 以上", f"from {row.at_least:,}") if row.at_least is not None else ("", "")
    top, top_en = (f"不满 {row.below:,}", f"below {row.below:,}") if row.below is not None else ("", "")
    zh, en = "、".join(filter(None, (low, top))), ", ".join(filter(None, (low_en, top_en)))
    if row.metric is None:
        return (f"{zh}，口径未见", f"{en}, of what was not seen") if zh else ("数量未见", "its number was not seen")
    what, what_en = METRICS[row.metric]
    return (f"{what} {zh}", f"{what_en} {en}") if zh else (f"{what}，数量未见", f"{what_en}, its number was not seen")


def _cited(row: ListRow) -> Citation:
    return Citation(SIXTH.instrument, SIXTH.article, SIXTH.in_force_from, row.source or SIXTH.source)


def _would(listing: Listing) -> tuple[str, str]:
    if not listing.rows:
        known, known_en = (
            ("其列", "") if listing.list.is_complete else ("其已知条目之列", " as far as its rows are known")
        )
        return (
            f"本次已发现的数据不在{known}，免予办理三种路径",
            f"nothing found stands on it{known_en}: none of the three routes is needed",
        )
    rows = [(row.row, *(LIST_ROUTES[row.route] if row.route else ("要求未见", "what it asks for was not seen")))
            for row in listing.rows]  # fmt: skip
    zh = "、".join(f"{row}（{route}）" for row, route, _ in rows)
    en = ", ".join(f"{row} ({route})" for row, _, route in rows)
    return f"本次数据在其条目 {zh}之列", f"its rows name what was found: {en}"


def _why_not(listing: Listing) -> tuple[str, str]:
    some = listing.list
    reasons = (
        (
            some.is_general,
            "该清单为一般数据清单，其条件无法从流量核对",
            "a general list, whose condition traffic cannot show",
        ),
        (not some.is_verified, "该清单未经核对原文", "the list was not verified"),
        (not some.is_complete, "该清单条目不全", "not all of its rows are known"),
        (some.valid_from is None, "该清单施行日期不明", "its first day is not known"),
        (not listing.is_usable, "未登记覆盖本次传输的使用备案", "no record of its use covers this transfer"),
        (
            not all(row.is_decidable for row in listing.rows),
            "相关条目未经核实或者数量不明",
            "a row that names it is not verified, or its number is not known",
        ),
        (bool(listing.rows), "另一清单已作为判定依据", "another list decides"),
    )
    unread = (
        "内容未全部读到，或者另一清单已列明该数据",
        "what was not read may stand on it, or another list names the data",
    )
    return next(((zh, en) for holds_here, zh, en in reasons if holds_here), unread)
