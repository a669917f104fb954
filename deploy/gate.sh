#!/bin/sh
# The gate: style, types, storeys, tests, and the tests of the numeric core once more without its compiler.
set -eu
bin=.venv/bin
step() { printf '\n== %s\n' "$*"; }
step ruff;         $bin/ruff check . && $bin/ruff format --check .
step mypy;         $bin/mypy
step lint-imports; $bin/lint-imports
step pytest;       $bin/python -m pytest -q -n auto --dist loadfile
step "pytest tests/agent and detectors/batch without the compiler"
NUMBA_DISABLE_JIT=1 $bin/python -m pytest -q -n auto --dist loadfile tests/agent tests/detectors/test_batch.py
