"""Invented identifiers that no living person can hold: births before 1900, prefixes of no one."""

from random import Random

from detectors.checks import luhn, mod_11_2

COUNTIES = ("110105", "310101", "440304", "510104", "330106", "610113")


def an_identity_number(random: Random) -> str:
    born = f"18{random.randrange(60, 100)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}"
    body = f"{random.choice(COUNTIES)}{born}{random.randrange(1_000):03}"
    return next(body + last for last in "0123456789X" if mod_11_2((body + last).encode()))


def a_mobile_number(random: Random) -> str:
    return f"{random.choice(('138', '159', '186', '199'))}{random.randrange(10**8):08}"


def a_bank_card(random: Random) -> str:
    body = f"622202{random.randrange(10**12):012}"
    return next(body + last for last in "0123456789" if luhn((body + last).encode()))
