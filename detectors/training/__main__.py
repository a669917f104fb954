"""``python -m detectors.training --data DIR --out FILE``: train the tagger from the silver corpus."""

from argparse import ArgumentParser
from pathlib import Path

from detectors.training.corpus import mended, read
from detectors.training.recipe import trained


def main() -> None:
    """Read the corpus, train, write the model."""
    parser = ArgumentParser(prog="python -m detectors.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with distill_lac.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="model file to write")
    choice = parser.parse_args()
    choice.out.write_bytes(trained([mended(sentence) for sentence in read(choice.data / "distill_lac.jsonl")]))


if __name__ == "__main__":
    main()
