"""The ways in which the two standards grade a kind (law.md's choice of profile)."""

from typing import Final

from wire.kinds import Grade, Profile


def _graded(now: Grade, strict: Grade) -> dict[Profile, Grade]:
    return {Profile.GBT45574_2025: now, Profile.STRICT_35273: strict}


GENERAL: Final = _graded(Grade.GENERAL, Grade.GENERAL)
STRICTLY_SENSITIVE: Final = _graded(Grade.GENERAL, Grade.SENSITIVE)
"""Sensitive only by GB/T 35273-2020 附录B."""
SENSITIVE: Final = _graded(Grade.SENSITIVE, Grade.SENSITIVE)
IMPORTANT: Final = _graded(Grade.IMPORTANT, Grade.IMPORTANT)
"""疑似重要数据: a suspicion under either."""
