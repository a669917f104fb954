from importlib.metadata import packages_distributions
from pathlib import Path
import re
import subprocess
import sys

ROOT = Path(__file__).parents[2]
PACKAGES = ("agent", "collector", "dashboards", "detectors", "guanjin", "wire")
HEAVY = ("numpy", "numba", "hyperscan", "scapy", "datasketches", "starlette", "uvicorn", "yaml", "rich", "jinja2")


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_no_other_distribution_claims_our_package_names() -> None:
    claimed = packages_distributions()
    for package in PACKAGES:
        assert set(claimed.get(package, ["guanjin"])) == {"guanjin"}


def test_files_stay_under_four_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines for path in sources() if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_nothing_is_left_to_be_done_in_the_code() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert not [str(path.relative_to(ROOT)) for path in sources() if words.search(path.read_text())]


def test_help_loads_no_heavy_library() -> None:
    loaded = loaded_by("from guanjin.__main__ import parser_of; parser_of('zh')")
    assert not loaded & set(HEAVY)


def test_the_judge_loads_neither_readers_nor_detectors() -> None:
    loaded = loaded_by("import collector.judge, collector.handle")
    assert not loaded & {"agent", "detectors", "numpy", "numba", "hyperscan", "starlette"}


def test_no_package_index_is_named_in_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    text = [
        path for path in tracked if Path(path).suffix in {".md", ".txt", ".toml", ".py", ".sh", ".yaml", ".yml", ""}
    ]
    offenders = [path for path in text if b"--index-url" in (ROOT / path).read_bytes()]
    assert offenders in ([], ["tests/architecture/test_house.py"])
