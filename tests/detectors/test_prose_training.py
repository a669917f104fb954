import numpy as np

from detectors.prose.model import read
from detectors.training.corpus import Sentence, laid_out, mended
from detectors.training.lexicon import compile_lexicon, read_words
from detectors.training.names import Names
from detectors.training.patterns import patterns
from detectors.training.recipe import trained
from detectors.training.substitution import replaced

SILVER = [Sentence("记者王小明在北京市报道", [("PERSON", 2, 5), ("LOCATION", 6, 9)])] * 3


def test_training_twice_gives_the_same_file() -> None:
    content = trained(SILVER, epochs=1, times=1)
    assert content == trained(SILVER, epochs=1, times=1)
    assert len(read(content).weights) == 1 << 19


def test_labels_that_are_known_to_be_wrong_are_dropped_and_blanks_trimmed() -> None:
    sentence = Sentence("特斯拉和 王小明 在", [("PERSON", 0, 3), ("PERSON", 4, 9)])
    assert mended(sentence).spans == [("PERSON", 5, 8)]


def test_spans_follow_what_replaces_them() -> None:
    new = replaced(SILVER[0], lambda label, _: "欧阳修远" if label == "PERSON" else "巴黎")
    assert new.text == "记者欧阳修远在巴黎报道"
    assert [new.text[start:end] for _, start, end in new.spans] == ["欧阳修远", "巴黎"]


def test_the_corpus_is_laid_out_with_one_tag_a_character() -> None:
    chars, tags, begins, ends = laid_out(SILVER[:1])
    assert len(chars) == len(tags) == ends[0] == 11
    assert tags.tolist() == [0, 0, 1, 2, 3, 0, 5, 6, 7, 0, 0]
    assert begins.tolist() == [0]


def test_invented_names_are_names() -> None:
    words = read_words()
    names = Names(words, ["克林顿"])
    rng = np.random.default_rng(1)
    assert all(2 <= len(names.full(rng)) <= 4 for _ in range(200))


def test_every_pattern_has_only_known_slots() -> None:
    assert all(line.count("{") == line.count("}") for line in patterns())


def test_every_word_finds_a_place_in_the_table() -> None:
    words = read_words()
    assert 0 < np.count_nonzero(compile_lexicon(words)["keys"]) <= len(words)
