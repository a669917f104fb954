#!/bin/sh
# Installs Debian packages that are not there yet, where it runs as root; else prints the exact line to run.
# With --must, a package that cannot be had is the end; without, the tests that need it are skipped and say so.
set -eu
must=
if [ "${1:-}" = --must ]; then must=1; shift; fi
missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "guanjin: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    said=$(mktemp)
    trap 'rm -f "$said"' EXIT
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >"$said" 2>&1; then
        exit 0
    fi
    cat "$said" >&2
fi
echo "guanjin: missing on this machine:$missing" >&2
echo "  help: sudo apt-get install -y --no-install-recommends$missing" >&2
[ -z "$must" ] || exit 2
