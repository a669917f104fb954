"""What ``guanjin rules`` does: tries declared detectors by their own examples, and lists all there are."""

from argparse import Namespace
from itertools import chain
import sys

from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.custom import Proof, proofs, ruleset
from guanjin import config
from guanjin.command import Exit, Speech
from guanjin.rules_files import rules_of
from wire.codec import json_line
from wire.legal_time import legal_day

_FAILED = (
    Speech("✕ {0} 正例 {1}：没有识别出来", "✕ {0} example {1}: is not found"),
    Speech("✕ {0} 反例 {1}：不该识别却识别了", "✕ {0} lookalike {1}: is found and must not be"),
)
_PASSED = Speech("● {0} 条规则、{1} 个正反例全部通过", "● {0} detectors, {1} examples and lookalikes: all hold")
_DIGEST = Speech("规则版本 {0}", "ruleset {0}")


def test_rules(arguments: Namespace) -> Exit:
    """Read, lint and try the files; flagged where an example does not hold.

    Raises:
        ConfigurationError: a file has faults.
    """
    custom = rules_of(arguments.files)
    tried = list(proofs(build_scanner(custom=custom), custom, legal_day(config.now_ns())))
    failed = [proof for proof in tried if not proof.holds]
    if arguments.json:
        for proof in tried:
            sys.stdout.buffer.write(json_line(proof) + b"\n")
    else:
        for proof in failed:
            print(_said(proof, arguments.lang))
        if not failed:
            print(_PASSED.said(arguments.lang).format(len(custom), len(tried)))
    return Exit.FLAGGED if failed else Exit.CLEAN


def list_rules(arguments: Namespace) -> Exit:
    """Print every detector: kind, title, grade under both profiles, source."""
    custom = rules_of(arguments.rules)
    for detector in chain(catalogue(), custom):
        grades = {str(profile): str(grade) for profile, grade in detector.grades.items()}
        if arguments.json:
            told = {
                "kind": detector.kind, "title": detector.title, "title_en": detector.title_en, "grades": grades,
                "identifies": detector.identifies, "is_personal": detector.is_personal, "law": detector.law,
                "is_custom": detector in custom,
            }  # fmt: skip
            sys.stdout.buffer.write(json_line(told) + b"\n")
        else:
            title = detector.title_en if arguments.lang == "en" else detector.title
            print(f"{detector.kind:<32} {'/'.join(dict.fromkeys(grades.values())):<20} {title}  [{detector.law}]")
    if not arguments.json:
        print(_DIGEST.said(arguments.lang).format(ruleset(custom)))
    return Exit.CLEAN


def _said(proof: Proof, lang: str) -> str:
    return _FAILED[proof.is_lookalike].said(lang).format(proof.kind, proof.number + 1)
