"""The calendar that the law counts by: years and days of Asia/Shanghai, whatever the machine's own zone."""

from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""UTC+8 without summer time, as in force since 1991-09-15 (IANA tz database); every date here is later."""

_AHEAD_NS = 8 * 3_600_000_000_000
_DAY_NS = 86_400_000_000_000
_FIRST_DAY = date(1970, 1, 1).toordinal()


def moment_of(time_ns: int) -> datetime:
    """The UTC instant of nanoseconds since 1970."""
    return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC) + timedelta(
        microseconds=time_ns % 1_000_000_000 // 1000
    )


def legal_day(time_ns: int) -> date:
    """The calendar day in Shanghai."""
    return date.fromordinal(_FIRST_DAY + (time_ns + _AHEAD_NS) // _DAY_NS)


def legal_year(time_ns: int) -> int:
    """The year by which persons are counted: from 1 January, Shanghai midnight.

    Law:
        促进和规范数据跨境流动规定 第五条、第七条、第八条 (自当年1月1日起累计), in force 2024-03-22.
    """
    return legal_day(time_ns).year


def rfc3339(time_ns: int) -> str:
    """``2026-11-21T08:00:00.123456Z``: UTC, microseconds where there are any."""
    moment = moment_of(time_ns)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if moment.microsecond else "%Y-%m-%dT%H:%M:%SZ")
