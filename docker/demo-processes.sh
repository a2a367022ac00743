# shellcheck shell=bash disable=SC2034,SC2209
# The stage of demo.sh without an engine: plain processes on the loopback address. Started by root, the command steps down to the
# user postgres by itself; the directories have to be that user's.

title="One cluster of three plain processes"
work=$(mktemp -d)
declare -A pid=() code=() port=()

free_port() { local p; for p in $(seq "$1" "$(($1 + 400))"); do (: <"/dev/tcp/127.0.0.1/$p") 2>/dev/null || { echo "$p"; return; }; done; }
address() { echo "127.0.0.1:${port[$1]}"; }
alive() { kill -0 "${pid[$1]}" 2>/dev/null; }
sql() { PGPASSWORD=admin psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${port[$1]}" -U admin -d admin -c "$2"; }
logs() { cat "$work/$1.log"; }
exit_code() { echo "${code[$1]}"; }

# entrypoint NODE COMMAND: becomes the command, with the names and values of docker/compose.yaml in its environment. To be called in
# a subshell or in the background, so that the process started is the one to be signalled. initdb's own rules ask for no password on
# the loopback address, hence "none".
entrypoint() {
  local node=$1
  shift
  exec env HA_MODE=native REPLICATION_ROLE=auto "CLUSTER_HOSTS=$(address db1),$(address db2),$(address db3)" REJOIN=rewind \
    POSTGRES_USER=admin POSTGRES_PASSWORD=admin REPLICATION_USER=replicator REPLICATION_PASSWORD=secret \
    REPLICATION_REQUIRE_AUTH=scram-sha-256,none "PGDATA=$work/$node/data" "PGPORT=${port[$node]}" "${socket[@]}" \
    "$java" -jar "$PWD/target/entrypoint.jar" "$@"
}
on() { (entrypoint "$@"); }
client() { PGPASSWORD=admin hosts="host=127.0.0.1,127.0.0.1,127.0.0.1 port=${port[db1]},${port[db2]},${port[db3]}" bash -c "$1"; }

prepare() {
  local bin node next=5441
  java=$(docker/engine/host-jdk)/bin/java
  bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
  [ ! -x "$bin/initdb" ] || PATH=$bin:$PATH
  command -v initdb >/dev/null || fail "PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin nor in the PATH"
  chmod 755 "$work"
  for node in "${nodes[@]}"; do
    mkdir "$work/$node"
    [ "$(id -u)" != 0 ] || chown postgres: "$work/$node"
    port[$node]=$(free_port "$next")
    next=$((port[$node] + 1))
  done
  # Debian's servers put their socket into a directory that only root and postgres can write to.
  socket=()
  [ "$(id -u)" = 0 ] || [ -w /var/run/postgresql ] || socket=("POSTGRES_CONF_unix_socket_directories=$work")
  [ "$(id -u)" != 0 ] || install -d -o postgres -g postgres -m 2775 /var/run/postgresql
  note "$(postgres --version), ports ${port[db1]}, ${port[db2]} and ${port[db3]}, data in $work"
}
start() {
  local node
  for node; do
    entrypoint "$node" run >>"$work/$node.log" 2>&1 </dev/null 4>&- &
    pid[$node]=$!
  done
}
# The server, which is a child, ends when it sees that its own postmaster.pid is no more: it is killed with its process.
crash() {
  kill -KILL "$(head -1 "$work/$1/data/postmaster.pid")" "${pid[$1]}"
  wait "${pid[$1]}" 2>/dev/null || true
}
stop() {
  local node
  for node; do
    kill -TERM "${pid[$node]}"
    code[$node]=0
    wait "${pid[$node]}" || code[$node]=$?
  done
}
remove() {
  [ ${#pid[@]} = 0 ] || kill -TERM "${pid[@]}" 2>/dev/null || true
  for _ in $(seq 300); do [ -n "$(jobs -pr)" ] || break; sleep 0.2; done
  [ -z "$(jobs -pr)" ] || kill -KILL "${pid[@]}" 2>/dev/null || true
  rm -rf "$work"
}
