"""When certification may be held instead of a standard contract: one rule, under the article of its day."""

from collections.abc import Callable

from collector.facts import Facts
from collector.law.wording import reason
from collector.verdicts import Citation, Reason


def certification_under(article: Citation) -> Callable[[Facts], tuple[Reason, ...]]:
    """The rule as this article gives it: not for CII operators, not for important data."""

    def applies(facts: Facts) -> tuple[Reason, ...]:
        if facts.is_ciio or facts.notified_kinds or not facts.kinds:
            return ()
        return (
            reason(
                "也可以通过个人信息出境认证，与标准合同择一",
                "certification serves as well as a standard contract",
                article,
            ),
        )

    return applies
