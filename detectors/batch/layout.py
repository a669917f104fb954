"""Where everything stands in the few arrays that the compiled loops share.

A loop is handed four arrays and no more: to hand over each table by itself would cost more than most loops do.
``known`` holds what is known of the detectors, ``work`` and ``floats`` what was learnt and what is being worked on.
"""

from typing import Final

MOST_PATTERNS: Final = 1 << 9
MOST_DETECTORS: Final = 1 << 7
MOST_NAMES: Final = 1 << 13
MOST_VALUES: Final = 1 << 14
MOST_SPANS: Final = 1 << 19
MOST_COLUMNS: Final = 64
MOST_SPOKEN: Final = 20
MOST_WORDS: Final = 1 << 14

# known, 32 bits: automata of patterns, of whole values and of cues. A row of a state holds where the list of what ends
# there stands (0: nothing does), then, by column, the next state (0: none). A list begins with its length.
STARTS: Final = 0
"""By automaton of patterns: the row where it starts."""
ROLES_AT: Final = 62
CUE_START: Final = 63
CLASSES: Final = 64
"""By automaton, 256 each: byte -> column."""
CUE_CLASSES: Final = CLASSES + 4 * 256
OPENS: Final = CUE_CLASSES + 256
"""By pattern: whether it asks for no boundary behind it."""
OWNERS: Final = OPENS + MOST_PATTERNS
"""By pattern: number of the detector, or what else it is for."""
TRAITS: Final = OWNERS + MOST_PATTERNS
"""By detector, four each: flags, how it is checked, nothing, the detector that reads it (-1: none)."""
VALUE_STARTS: Final = TRAITS + 4 * MOST_DETECTORS
VALUE_CLASSES: Final = VALUE_STARTS + MOST_DETECTORS
MAY_BEGIN: Final = VALUE_CLASSES + 256 * MOST_DETECTORS
"""Three bytes, five bits of each -> four bits: which of the automata may begin there; eight in a row."""
BITS: Final = MAY_BEGIN + (1 << 12)
COUNTIES: Final = 0
PREFIXES: Final = COUNTIES + 1_000_000
PROVINCES: Final = PREFIXES + 1_000
LAST_BIT: Final = PROVINCES + 100
ROWS: Final = BITS + LAST_BIT // 32 + 1

# work, 64 bits.
LONGEST: Final = MOST_PATTERNS
TOUCHED: Final = 2 * MOST_PATTERNS
STATE: Final = 3 * MOST_PATTERNS
"""Hits noted, values masked already, the reason to stop (0: none), nothing, names known."""
COLUMNS: Final = STATE + 16
"""Delimiter of a table (0: none), where its body begins, how many names it has, their numbers, and counts."""
DIGITS: Final = COLUMNS + 3 + 2 * MOST_COLUMNS
WORDS: Final = DIGITS + 640
NAME_ROWS: Final = WORDS + MOST_WORDS
"""By name: flags, number of its shown form, how many detectors it speaks for, and which."""
NAME_WIDTH: Final = 3 + MOST_SPOKEN
NAMES: Final = NAME_ROWS + MOST_NAMES * NAME_WIDTH
MEMO_WIDTH: Final = 5
VALUES: Final = NAMES + 8 + MOST_NAMES * (MEMO_WIDTH + 4)
SPANS: Final = VALUES + 8 + MOST_VALUES * (MEMO_WIDTH + 4)
"""Matches: pattern, start, end."""
I_SIZE: Final = SPANS + 3 * (MOST_SPANS + MOST_PATTERNS)

# odds, floating point.
CONSTANTS: Final = 0
ODDS: Final = CONSTANTS + MOST_DETECTORS
VALUE_BELIEFS: Final = ODDS + MOST_NAMES * MOST_DETECTORS
F_SIZE: Final = VALUE_BELIEFS + MOST_VALUES
