"""Very many stored transfers judged again at once, over columns (ADR 0017). The rule is the stream's own."""
