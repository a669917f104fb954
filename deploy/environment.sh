#!/bin/sh
# Makes .venv with the given Python. Debian ships venv's pip as a package of its own: as root it is installed here.
set -eu
python=$1
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "error: guanjin needs Python 3.11 or newer; $python is $("$python" --version 2>&1)" >&2
    echo "  help: make PYTHON=/path/to/python3.11 demo" >&2
    exit 2
}
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    deploy="$(dirname "$0")"
    "$deploy/system.sh" --must "$package"
fi
echo "guanjin: making the environment in .venv"
"$python" -m venv .venv
