from inspect import signature
from typing import Any

import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue

presidio_analyzer = pytest.importorskip("presidio_analyzer", reason="the extra presidio is not installed")
from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry, RecognizerResult  # noqa: E402  # after the skip

from detectors import presidio  # noqa: E402  # after the skip
from detectors.presidio import GuanjinRecognizer, JiebaNlpEngine, analyze, anonymizer, entity_of, operators  # noqa: E402

SCANNER = build_scanner()
TEXT = "患者的手机是13800138000，身份证号11010519491231002X，邮箱 zhang.san@example.com，订单号13900139000。"
FOUND = [
    ("CN_MOBILE", "13800138000"),
    ("CN_RESIDENT_ID", "11010519491231002X"),
    ("EMAIL_ADDRESS", "zhang.san@example.com"),
]


def values(text: str, results: list[RecognizerResult]) -> list[tuple[str, str]]:
    return sorted((result.entity_type, text[result.start : result.end]) for result in results)


@pytest.fixture(scope="module")
def engine() -> AnalyzerEngine:
    registry = RecognizerRegistry(recognizers=presidio.recognizers(), supported_languages=["zh"])
    return AnalyzerEngine(registry=registry, nlp_engine=JiebaNlpEngine(), supported_languages=["zh"])


def test_presidio_s_own_engine_finds_what_ours_does(engine: AnalyzerEngine) -> None:
    assert values(TEXT, engine.analyze(TEXT, "zh")) == FOUND
    assert values(TEXT, analyze(TEXT, "zh")) == FOUND
    assert values(TEXT, engine.analyze(TEXT, "zh", entities=["CN_MOBILE"])) == FOUND[:1]


def test_results_carry_their_reasons_and_are_not_raised_twice(engine: AnalyzerEngine) -> None:
    by_type = {each.entity_type: each for each in engine.analyze(TEXT, "zh", return_decision_process=True)}
    told = by_type["CN_MOBILE"]
    assert told.analysis_explanation.original_score == 0.5
    assert told.analysis_explanation.score == told.score < 1.0
    assert told.analysis_explanation.supportive_context_word == "手机"
    assert "邻近的词 手机 支持" in told.analysis_explanation.textual_explanation
    assert told.recognition_metadata[RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY]
    assert "13800138000" not in repr(told.analysis_explanation)


def test_our_analyze_has_presidio_s_signature() -> None:
    theirs = list(signature(AnalyzerEngine.analyze).parameters)[1:]
    assert list(signature(analyze).parameters) == theirs


def test_every_entity_is_named_and_the_recognizer_is_china_s() -> None:
    recognizer = GuanjinRecognizer()
    assert recognizer.country_code() == "cn"
    names = {"CN_RESIDENT_ID", "CN_MOBILE", "CN_BANK_CARD", "CN_PASSPORT", "CN_PLATE", "CN_USCC", "EMAIL_ADDRESS"}
    assert names <= set(recognizer.supported_entities)
    assert len(recognizer.supported_entities) == len(catalogue())
    again = GuanjinRecognizer.from_dict(recognizer.to_dict())
    assert again.supported_entities == recognizer.supported_entities


@pytest.mark.parametrize("detector", catalogue(), ids=lambda detector: detector.kind)
def test_every_kind_is_found_in_its_examples(detector: Any) -> None:
    for example in detector.examples:
        if example.media in ("text", "json") and detector.is_personal:
            found = SCANNER.scan(example.text.encode(), example.media, "body", presidio.today())
            if any(finding.kind == detector.kind for finding in found):
                assert entity_of(detector.kind) in {each.entity_type for each in analyze(example.text)}


def test_an_organisation_s_code_is_told_to_who_asks_presidio() -> None:
    text = "统一社会信用代码：91350100M000100Y43"
    assert values(text, analyze(text)) == [("CN_USCC", "91350100M000100Y43")]


def test_places_are_characters_also_where_something_is_encoded() -> None:
    for text, value in (
        ("😀手机：１３８００１３８０００。", "１３８００１３８０００"),
        ('{"说明":"\\u624b\\u673a：13800138000"}', "13800138000"),
    ):
        assert values(text, analyze(text)) == [("CN_MOBILE", value)]


def test_allow_list_threshold_context_and_recognizers_of_others_are_heeded() -> None:
    assert values(TEXT, analyze(TEXT, allow_list=["13800138000"])) == FOUND[1:]
    assert values(TEXT, analyze(TEXT, allow_list=[r"\d{11}$", "@example"], allow_list_match="regex")) == FOUND[1:2]
    with pytest.raises(ValueError, match="allow_list_match"):
        analyze(TEXT, allow_list=["x"], allow_list_match="fuzzy")
    bare = "13800138000"
    assert analyze(bare) == []
    assert values(bare, analyze(bare, score_threshold=0.4)) == [("CN_MOBILE", bare)]
    assert values(bare, analyze(bare, context=["客户手机"])) == [("CN_MOBILE", bare)]
    other = PatternRecognizer("ACME", patterns=[Pattern("acme", r"ACME-\d{4}", 0.9)], supported_language="zh")
    assert values("ACME-1234", analyze("ACME-1234", ad_hoc_recognizers=[other])) == [("ACME", "ACME-1234")]


def test_a_result_within_another_of_its_type_is_told_once() -> None:
    text = "手机13800138000"
    whole = PatternRecognizer("CN_MOBILE", patterns=[Pattern("all", r"手机\d{11}", 0.99)], supported_language="zh")
    assert values(text, analyze(text, ad_hoc_recognizers=[whole])) == [("CN_MOBILE", text)]


def test_chinese_context_words_reach_the_recognizers_of_others() -> None:
    other = PatternRecognizer(
        "STAFF", patterns=[Pattern("staff", r"\d{5}", 0.3)], context=["工号"], supported_language="zh"
    )
    registry = RecognizerRegistry(recognizers=[other], supported_languages=["zh"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=JiebaNlpEngine(), supported_languages=["zh"])
    near, far = (engine.analyze(text, "zh")[0].score for text in ("他的工号是12345", "他在大街上看到12345"))
    assert near > far


def test_tokens_stand_where_they_say() -> None:
    nlp = JiebaNlpEngine()
    artifacts = nlp.process_text(TEXT, "zh")
    assert nlp.is_loaded()
    assert all(TEXT[token.idx : token.idx + len(token)] == token.text for token in artifacts.tokens)
    assert "手机" in artifacts.keywords
    assert "，" not in artifacts.keywords
    assert [text for text, _ in nlp.process_batch(["一", "二"], "zh")] == ["一", "二"]
    assert nlp.get_supported_languages() == ["zh"]
    assert artifacts.to_json()


def test_an_anonymizer_masks_as_we_do_and_keeps_the_length() -> None:
    results: Any = analyze(TEXT)  # presidio-anonymizer declares a twin of the analyzer's type
    masked = anonymizer().anonymize(TEXT, results, operators()).text
    assert masked.startswith("患者的手机是138****8000，身份证号110105************，邮箱 z****.***@example.com")
    assert len(masked) == len(TEXT)
    others: Any = [RecognizerResult("OTHER", 0, 2, 1.0)]
    assert anonymizer().anonymize("ab c", others, operators()).text == "** c"


def test_nothing_of_a_value_is_in_what_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    analyze(TEXT, return_decision_process=True)
    assert "13800138000" not in caplog.text
