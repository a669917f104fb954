from pathlib import Path
import re

import jsonschema
import msgspec
import pytest
import yaml

from collector.reference import lists_page, registry_page, registry_schema, routes_page, terms_page
from tests.collector.builders import EXAMPLE

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_published_schema_is_fresh() -> None:
    assert (REFERENCE / "registry.schema.json").read_bytes() == registry_schema()


def test_the_published_pages_are_fresh() -> None:
    assert (REFERENCE / "registry.md").read_text(encoding="utf-8") == registry_page()
    assert (REFERENCE / "routes.md").read_text(encoding="utf-8") == routes_page()
    assert (REFERENCE / "lists.md").read_text(encoding="utf-8") == lists_page()
    assert (REFERENCE / "terms.md").read_text(encoding="utf-8") == terms_page()


class _Editor(yaml.SafeLoader):
    """Guesses types as editors do, by the core schema of YAML 1.2: days and NO are strings."""


_Editor.yaml_implicit_resolvers = {}
_Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
_Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("[-+]?[0-9]+$"), list("-+0123456789"))
_Editor.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("~$|null$|$"), ["~", "n", ""])

VALIDATOR = jsonschema.Draft202012Validator(
    msgspec.json.decode(registry_schema()), format_checker=jsonschema.FormatChecker()
)


@pytest.mark.parametrize("name", ["collector/registry.example.yaml", "captures/registry.yaml"])
def test_the_schema_accepts_what_is_published_as_an_editor_reads_it(name: str) -> None:
    content = (REFERENCE.parents[1] / "tests" / name).read_bytes()
    assert list(VALIDATOR.iter_errors(yaml.load(content, _Editor))) == []  # noqa: S506  # a safe loader


@pytest.mark.parametrize(
    "change", [{"valid_till": "2027-01-01"}, {"valid_from": "2026-02-30"}, {"most_persons": "many"}, {"kinds": ["*"]}]
)
def test_the_schema_refuses_what_the_reader_refuses(change: dict[str, object]) -> None:
    document = yaml.load(EXAMPLE, _Editor)  # noqa: S506  # a safe loader
    document["filings"][0].update(change)
    assert len(list(VALIDATOR.iter_errors(document))) == 1
