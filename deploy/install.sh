#!/bin/sh
# Installs the pinned packages of requirements/$1.txt into .venv and guanjin itself beside them.
set -eu
set=$1
echo "guanjin: installing the packages of requirements/$set.txt (a minute or two, once)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$set.txt"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
touch ".venv/.$set"
