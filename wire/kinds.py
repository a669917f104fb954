"""The open vocabulary of data kinds and the law's three grades."""

from enum import StrEnum
from typing import NewType

Kind = NewType("Kind", str)
"""A slug such as ``cn.resident_id``, ``email`` or ``medical.diagnosis``."""


class Grade(StrEnum):
    """How the law weighs a kind of datum, lightest first."""

    GENERAL = "general"
    """一般个人信息."""
    SENSITIVE = "sensitive"
    """敏感个人信息 (个人信息保护法 第二十八条)."""
    IMPORTANT = "important"
    """疑似重要数据: a suspicion, never a finding (数据安全法 第二十一条)."""


class Profile(StrEnum):
    """Which standard says what is sensitive; law.md 4.1 leaves the choice to the user."""

    GBT45574_2025 = "gbt45574_2025"
    """GB/T 45574-2025, in force 2025-11-01: the resident ID number by itself is general."""
    STRICT_35273 = "strict_35273"
    """GB/T 35273-2020 annex B: ID numbers and full card numbers are sensitive."""
