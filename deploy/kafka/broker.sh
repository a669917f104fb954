#!/bin/sh
# Runs one broker in the foreground from FOLDER/server.properties; an empty FOLDER/data is formatted first.
# FOLDER/format.arguments may hold more arguments of the formatting, one a line (such as --add-scram and its value).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
cluster=Z3VhbmppbmJyb2tlcnMwMQ
export CLASSPATH="$here/lib/*"
export JDK_JAVA_OPTIONS="-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile=$here/log4j2.xml"
if [ ! -e "$folder/data/meta.properties" ]; then
    set --
    if [ -e "$folder/format.arguments" ]; then
        while IFS= read -r argument; do set -- "$@" "$argument"; done <"$folder/format.arguments"
    fi
    java kafka.tools.StorageTool format -t "$cluster" -c "$folder/server.properties" "$@"
fi
exec java kafka.Kafka "$folder/server.properties"
