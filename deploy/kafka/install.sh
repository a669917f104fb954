#!/bin/sh
# Fetches the broker's jars (43 MB, once) into lib/ beside this script.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ "$here/lib/.installed" -nt "$here/pom.xml" ] && exit 0
for program in java mvn; do
    command -v "$program" >/dev/null || {
        echo "guanjin: the broker needs $program" >&2
        echo "  help: sudo apt-get install -y --no-install-recommends default-jre-headless maven" >&2
        exit 2
    }
done
echo "guanjin: fetching the Kafka broker (43 MB, once)"
rm -rf "$here/lib"
mvn -B -q -f "$here/pom.xml" package
touch "$here/lib/.installed"
