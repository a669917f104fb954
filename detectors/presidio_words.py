"""Chinese words for Presidio: what its context needs, by rjieba or jieba."""

from collections.abc import Iterable, Iterator
import re
from typing import Any, Final

from msgspec import Struct
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from typing_extensions import override

_SPACES: Final = re.compile(r"\s+")
_STOPWORDS: Final = frozenset(
    "的 了 和 是 在 与 及 或 也 都 就 而 着 为 对 把 被 让 向 从 这 那 其 之 a an the of to is".split()
)


class Token(Struct, frozen=True):
    """A word and where it stands, as much of spaCy's token as Presidio asks for."""

    text: str
    idx: int

    def __len__(self) -> int:
        return len(self.text)


class JiebaNlpEngine(NlpEngine):
    """Chinese words for the context of other people's recognizers: rjieba if it is installed, else jieba."""

    def __init__(self) -> None:
        self._cutter: Any = None

    @override
    def load(self) -> None:
        """Load the dictionary; jieba's cache is left alone: any user may write where it lies."""
        try:
            import rjieba  # noqa: PLC0415  # a second choice that need not be installed

            self._cutter = rjieba.cut
        except ImportError:
            import jieba  # noqa: PLC0415  # heavy

            tokenizer = jieba.Tokenizer()
            tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
            tokenizer.initialized = True
            self._cutter = lambda text: tokenizer.cut(text, HMM=False)

    @override
    def is_loaded(self) -> bool:
        """Whether the dictionary is loaded."""
        return self._cutter is not None

    @override
    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """The words of a text; a word is its own lemma, and no entities are told."""
        if self._cutter is None:
            self.load()
        tokens: Any = []  # of Token; Presidio asks for no more of spaCy's Doc
        place = 0
        for word in self._cutter(text):
            if not _SPACES.fullmatch(word):
                tokens.append(Token(word, place))
            place += len(word)
        words = [token.text for token in tokens]
        return NlpArtifacts(
            entities=[],
            tokens=tokens,
            tokens_indices=[token.idx for token in tokens],
            lemmas=words,
            nlp_engine=self,
            language=language,
        )

    @override
    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Text by text, whatever the size of the batch."""
        del batch_size, n_process
        return ((text, self.process_text(text, language)) for text in texts)

    @override
    def is_stopword(self, word: str, language: str) -> bool:
        """Whether a word carries no meaning of its own."""
        del language
        return word.lower() in _STOPWORDS

    @override
    def is_punct(self, word: str, language: str) -> bool:
        """Whether a word is made of marks only."""
        del language
        return not any(letter.isalnum() for letter in word)

    @override
    def get_supported_entities(self) -> list[str]:
        """None: names are found by recognizers."""
        return []

    @override
    def get_supported_languages(self) -> list[str]:
        """Chinese."""
        return ["zh"]
