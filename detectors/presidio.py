"""The catalogue for people who use Presidio: a recognizer, ``analyze``, our masks, and an NLP engine for Chinese.

Presidio takes seconds to load: nothing else of guanjin imports this file, which needs the extra ``presidio``.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.metadata import version as version_of
import re
from typing import Any, ClassVar, Final

from msgspec import Struct
from msgspec.structs import replace
from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_anonymizer.operators import Operator, OperatorType
from typing_extensions import override

from detectors.aligned import Aligned
from detectors.catalogue import catalogue
from detectors.context import weighed
from detectors.engines.hyperscan import HyperscanEngine
from detectors.explained import Explainer, Explanation
from detectors.finding import Finding
from detectors.masking import masked_text
from detectors.names import FOR
from detectors.presidio_words import JiebaNlpEngine
from detectors.scanner import THRESHOLD, Scanner
from wire.kinds import Kind

__all__ = ["GuanjinMask", "GuanjinRecognizer", "JiebaNlpEngine", "analyze", "anonymizer", "operators", "recognizers"]

_NAME: Final = "GuanjinRecognizer"
_MASK: Final = "guanjin_mask"
_FLOOR: Final = 0.3
_NAMED: Final = {"email": "EMAIL_ADDRESS", "person.name": "PERSON", "person.address": "CN_ADDRESS"}
"""Entities that Presidio's users know by another name than ours in capitals."""
_CONTINUING: Final = bytes(range(0x80, 0xC0))


def entity_of(kind: Kind) -> str:
    """What Presidio's users call a kind: ``cn.mobile`` is ``CN_MOBILE``."""
    return _NAMED.get(kind) or kind.upper().replace(".", "_")


class _Hit(Struct, frozen=True):
    """A finding with its place in characters."""

    entity: str
    start: int
    end: int
    finding: Finding
    view: bytes
    media: str

    @override
    def __repr__(self) -> str:
        return f"_Hit({self.entity}, {self.start}:{self.end})"


class _Core:
    """Scanners and explainer, made once."""

    def __init__(self) -> None:
        # Organisation codes are told too: who asks for CN_USCC wants them.
        told = [replace(each, is_personal=True) for each in catalogue()]
        self.detectors: Final = {entity_of(each.kind): each for each in told}
        self.explainer: Final = Explainer(told)
        self._told: Final = told
        self._scanners: Final[dict[float, Scanner]] = {}

    def hits(self, text: str, threshold: float) -> list[_Hit]:
        """What stands in a text; the time it takes grows as the text does."""
        content = text.encode("utf-8", "replace")
        media = _media(text)
        scanner = self._scanners.get(threshold)
        if scanner is None:
            scanner = self._scanners[threshold] = Scanner(HyperscanEngine, self._told, threshold)
        findings = scanner.scan(content, media, "body", today())
        if not findings:
            return []
        aligned = Aligned(content, media)
        # Where an encoding hides the places, the whole text is the place: too much is masked rather than too little.
        spans = [
            aligned.span(finding.start, finding.end) if aligned.is_exact else (0, len(content)) for finding in findings
        ]
        places = _characters(content, sorted({place for span in spans for place in span}))
        return [
            _Hit(entity_of(finding.kind), places[start], places[end], finding, aligned.view, media)
            for finding, (start, end) in zip(findings, spans, strict=True)
        ]

    def explained(self, hit: _Hit) -> Explanation:
        """Why a hit is told."""
        return self.explainer.explain(hit.finding, hit.view, hit.media, today())


@lru_cache(1)
def _core() -> _Core:
    return _Core()


def today() -> date:
    """The day on which ages are reckoned: Presidio's interface hands none over."""
    return datetime.now(UTC).date()  # noqa: TID251  # an edge file; Presidio's interface knows no clock


def _media(text: str) -> str:
    start = text[:64].lstrip()[:1]
    return "json" if start in ("{", "[") else "xml" if start == "<" else "text"


def _characters(content: bytes, places: Sequence[int]) -> dict[int, int]:
    """Places in bytes, ascending -> places in characters."""
    found: dict[int, int] = {}
    last = count = 0
    for place in places:
        count += len(content[last:place].translate(None, _CONTINUING))
        found[place] = count
        last = place
    return found


class GuanjinRecognizer(EntityRecognizer):
    """The whole catalogue as one recognizer: all kinds are found in one pass, and their context in the same."""

    COUNTRY_CODE: ClassVar[str | None] = "cn"
    name: str

    def __init__(  # noqa: PLR0913, PLR0917  # Presidio makes recognizers from a dictionary of these
        self,
        supported_entities: list[str] | None = None,
        name: str = _NAME,
        supported_language: str = "zh",
        version: str = "",
        country_code: str | None = None,
        score_thresholds: dict[str, float] | None = None,
    ) -> None:
        super().__init__(
            supported_entities=supported_entities or sorted(_core().detectors),
            name=name,
            supported_language=supported_language,
            version=version or version_of("guanjin"),
            country_code=country_code,
            score_thresholds=score_thresholds,
        )

    @override
    def load(self) -> None:
        """Nothing is to be loaded."""

    @override
    def analyze(
        self, text: str, entities: list[str] | None, nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """What stands in a text, explained. Needs no tokens: fields and words close by were weighed already."""
        del nlp_artifacts
        wanted = set(entities or self.supported_entities) & set(self.supported_entities)
        hits = [hit for hit in _core().hits(text, THRESHOLD) if hit.entity in wanted]
        return [_result(hit, hit.finding.belief, str(self.name), str(self.id), is_explained=True) for hit in hits]


def recognizers(languages: Iterable[str] = ("zh",)) -> list[EntityRecognizer]:
    """The catalogue for a ``RecognizerRegistry``, once for each language that is asked for."""
    return [GuanjinRecognizer(supported_language=language) for language in languages]


def _result(hit: _Hit, score: float, name: str, number: str, *, is_explained: bool) -> RecognizerResult:
    metadata = {
        RecognizerResult.RECOGNIZER_NAME_KEY: name,
        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: number,
        RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY: True,
    }
    explanation: Any = _explanation(hit, score, name) if is_explained else None
    return RecognizerResult(hit.entity, hit.start, hit.end, score, explanation, metadata)


def _explanation(hit: _Hit, score: float, name: str) -> AnalysisExplanation:
    said = _core().explained(hit)
    told = AnalysisExplanation(
        recognizer=name,
        original_score=said.base,
        pattern_name=hit.entity,
        pattern=said.pattern,
        validation_result=said.base > 0.0,
        textual_explanation=f"{said.said('zh')}\n{said.said('en')}\n{said.law}",
    )
    told.set_supportive_context_word(said.word)
    told.set_improved_score(score)
    return told


def analyze(  # noqa: PLR0913, PLR0917  # AnalyzerEngine.analyze has these
    text: str,
    language: str = "zh",
    entities: list[str] | None = None,
    correlation_id: str | None = None,
    score_threshold: float | None = None,
    return_decision_process: bool | None = False,  # noqa: FBT001, FBT002
    ad_hoc_recognizers: list[EntityRecognizer] | None = None,
    context: list[str] | None = None,
    allow_list: list[str] | None = None,
    allow_list_match: str | None = "exact",
    regex_flags: int | None = re.DOTALL | re.MULTILINE | re.IGNORECASE,
    nlp_artifacts: Any = None,
) -> list[RecognizerResult]:
    """``AnalyzerEngine.analyze`` by our engine: the same arguments and results, in time that grows as the text does.

    Args:
        text: what is looked at.
        language: taken for compatibility; numbers are the same in every language.
        entities: what to look for; everything where none is named.
        correlation_id: taken for compatibility; nothing is logged.
        score_threshold: belief from which a finding is told; below our own, doubtful candidates are told too.
        return_decision_process: whether results are explained.
        ad_hoc_recognizers: recognizers of others to be asked too.
        context: words that stand for the text's surroundings, such as a column's name.
        allow_list: values that are no findings.
        allow_list_match: exact, or regex.
        regex_flags: for ``allow_list_match="regex"``.
        nlp_artifacts: handed to the recognizers of others.

    Raises:
        ValueError: ``allow_list_match`` is neither exact nor regex.
    """
    del language, correlation_id
    is_explained = bool(return_decision_process)
    least = THRESHOLD if score_threshold is None else score_threshold
    results = [
        _result(hit, score, _NAME, _NAME, is_explained=is_explained)
        for hit, score in _scored(text, least, context or ())
        if not entities or hit.entity in entities
    ]
    for recognizer in ad_hoc_recognizers or ():
        wanted = entities or recognizer.get_supported_entities()
        results += recognizer.analyze(text=text, entities=wanted, nlp_artifacts=nlp_artifacts) or []
    results = _undoubled([result for result in results if result.score >= (score_threshold or 0.0)])
    if not allow_list:
        return results
    return _not_allowed(results, text, allow_list, _allowed(allow_list, allow_list_match, int(regex_flags or 0)))


def _scored(text: str, least: float, context: Sequence[str]) -> Iterator[tuple[_Hit, float]]:
    sure = _core().hits(text, THRESHOLD)
    yield from ((hit, hit.finding.belief) for hit in sure if hit.finding.belief >= least)
    if least >= THRESHOLD and not context:
        return
    told = {(hit.start, hit.end) for hit in sure}
    words = [word.lower() for word in context]
    for hit in _core().hits(text, _FLOOR):
        detector = _core().detectors[hit.entity]
        is_named = any(word.replace("_", " ") in each for word in (*detector.fields, *detector.cues) for each in words)
        score = weighed(hit.finding.belief, FOR) if is_named else hit.finding.belief
        if (hit.start, hit.end) not in told and score >= least:
            yield hit, score


def _undoubled(results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """Without what lies in another result of its type with no lower score; in one pass over the sorted results."""
    kept: list[RecognizerResult] = []
    reached: dict[str, RecognizerResult] = {}
    for result in sorted(results, key=lambda each: (each.start, -each.end, -each.score)):
        outer = reached.get(result.entity_type)
        if outer is None or result.end > outer.end or result.score > outer.score:
            kept.append(result)
            if outer is None or result.end >= outer.end:
                reached[result.entity_type] = result
    return kept


def _allowed(allow_list: Sequence[str], match: str | None, flags: int) -> re.Pattern[str] | None:
    if match not in ("exact", "regex"):
        raise ValueError("allow_list_match must either be set to 'exact' or 'regex'.")
    terms = [term for term in allow_list if term]
    return re.compile("|".join(terms), flags) if match == "regex" and terms else None


def _not_allowed(
    results: Iterable[RecognizerResult], text: str, allow_list: Sequence[str], pattern: re.Pattern[str] | None
) -> list[RecognizerResult]:
    words = frozenset(() if pattern else allow_list)
    kept = []
    for result in results:
        value = text[result.start : result.end]
        if not (pattern.search(value) if pattern else value in words):
            kept.append(result)
    return kept


class GuanjinMask(Operator):
    """Our mask of each kind as an operator of presidio-anonymizer; the text stays as long as it was."""

    @override
    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """The text masked as its entity asks; of an entity that is not ours nothing is shown."""
        detector = _core().detectors.get(str((params or {}).get("entity_type")))
        if detector is None:
            return masked_text(text, "", "")
        value = detector.canonical(text.encode("utf-8", "replace"))
        return masked_text(text, value.decode("utf-8", "replace"), detector.mask(value))

    @override
    def validate(self, params: dict[str, Any] | None = None) -> None:
        """There is nothing to set."""

    @override
    def operator_name(self) -> str:
        """Its name in an ``OperatorConfig``."""
        return _MASK

    @override
    def operator_type(self) -> OperatorType:
        """It anonymizes."""
        return OperatorType.Anonymize


def anonymizer() -> AnonymizerEngine:
    """An anonymizer that knows our masks."""
    engine: AnonymizerEngine = AnonymizerEngine()  # type: ignore[no-untyped-call]  # Presidio leaves it untyped
    engine.add_anonymizer(GuanjinMask)
    return engine


def operators() -> dict[str, OperatorConfig]:
    """Our mask for every entity, for ``AnonymizerEngine.anonymize``."""
    return {"DEFAULT": OperatorConfig(_MASK)}
