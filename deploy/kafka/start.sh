#!/bin/sh
# Starts one broker or three on loopback, in the foreground: start.sh [1|3] [FOLDER] [PORT]. Ctrl+C stops them.
# Clients go to 127.0.0.1:PORT (and PORT+2, PORT+4); the controllers take the ports between.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
count=${1:-1} folder=${2:-kafka-state} port=${3:-9092}
"$here/install.sh"
voters=
for node in $(seq "$count"); do voters="$voters${voters:+,}$node@127.0.0.1:$((port + 2 * node - 1))"; done
most=$((count < 3 ? 1 : 3)) least=$((count < 3 ? 1 : 2))
trap 'kill 0' INT TERM
for node in $(seq "$count"); do
    mkdir -p "$folder/$node"
    cat >"$folder/$node/server.properties" <<END
process.roles=broker,controller
node.id=$node
controller.quorum.voters=$voters
listeners=PLAINTEXT://127.0.0.1:$((port + 2 * node - 2)),CONTROLLER://127.0.0.1:$((port + 2 * node - 1))
controller.listener.names=CONTROLLER
log.dirs=$folder/$node/data
default.replication.factor=$most
min.insync.replicas=$least
offsets.topic.replication.factor=$most
transaction.state.log.replication.factor=$most
transaction.state.log.min.isr=$least
message.max.bytes=8388608
replica.fetch.max.bytes=8388608
END
    "$here/broker.sh" "$folder/$node" &
done
wait
