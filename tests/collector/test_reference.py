from pathlib import Path

import jsonschema
import msgspec
import yaml

from collector.reference import registry_page, registry_schema, routes_page
from tests.collector.builders import EXAMPLE

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_published_schema_is_fresh() -> None:
    assert (REFERENCE / "registry.schema.json").read_bytes() == registry_schema()


def test_the_published_pages_are_fresh() -> None:
    assert (REFERENCE / "registry.md").read_text(encoding="utf-8") == registry_page()
    assert (REFERENCE / "routes.md").read_text(encoding="utf-8") == routes_page()


def test_the_schema_accepts_the_example_and_refuses_an_unknown_key() -> None:
    validator = jsonschema.Draft202012Validator(msgspec.json.decode(registry_schema()))
    # BaseLoader leaves every scalar a string; what the schema asks to be otherwise is put right here.
    document = yaml.load(EXAMPLE, yaml.BaseLoader)  # noqa: S506  # BaseLoader builds strings, lists and dicts only
    for exporter in document["exporters"]:
        exporter["is_ciio"] = exporter.get("is_ciio") == "true"
    for filing in document["filings"]:
        filing["most_persons"] = int(filing["most_persons"]) if "most_persons" in filing else None
    assert list(validator.iter_errors(document)) == []
    document["filings"][0]["valid_till"] = "2027-01-01"
    assert len(list(validator.iter_errors(document))) == 1
