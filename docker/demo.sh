#!/usr/bin/env bash
# Three nodes with one environment, from empty volumes over a switchover and a lost primary to a clean stop. Each step checks what it
# shows. ENGINE=none plays it with plain processes instead of containers.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
nodes=(db1 db2 db3) step=0
tell() { step=$((step + 1)); printf '\n%s%d. %s%s\n' "$bold" "$step" "$*" "$plain"; }
note() { printf '   %s\n' "$*"; }
show() { sed "s/^/   $dim|$plain /"; }
fail() { printf '\n%scannot go on: %s%s\n' "$bold" "$*" "$plain" >&2; exit 1; }

# The stage brings: title, prepare, start NODE..., address NODE, alive NODE, sql NODE QUERY, on NODE COMMAND [ARGUMENT...],
# client SCRIPT (bash on db3; $hosts is all nodes for libpq), crash NODE, stop NODE..., exit_code NODE, logs NODE, remove.
if [ "${ENGINE:-}" = none ]; then
  # shellcheck source=docker/demo-processes.sh
  . docker/demo-processes.sh
else
  # shellcheck source=docker/demo-containers.sh
  . docker/demo-containers.sh
fi

acknowledged=$(mktemp)
leave() {
  local ended=$?
  trap - EXIT
  if [ "$ended" != 0 ]; then
    for node in "${nodes[@]}"; do printf '\n   last words of %s:\n' "$node"; logs "$node" 2>&1 | tail -15 | show; done
  fi
  remove
  rm -f "$acknowledged"
  exit "$ended"
}
trap leave EXIT
trap 'exit 130' INT TERM

# until_true SECONDS NODE QUERY: asks until the answer is t.
until_true() {
  local end=$((SECONDS + $1))
  until [ "$(sql "$2" "$3" 2>/dev/null)" = t ]; do
    alive "$2" || fail "$2 has ended; its log is below"
    [ "$SECONDS" -lt "$end" ] || fail "after $1 s $2 still does not say yes to: $3"
    sleep 0.3
  done
}
# the_primary_is NODE: it takes writes, and the other two stream from it.
the_primary_is() {
  local node
  until_true 120 "$1" "SELECT NOT pg_is_in_recovery() AND count(*) = 2 FROM pg_stat_replication WHERE state = 'streaming'"
  for node in "${nodes[@]}"; do
    [ "$node" = "$1" ] || [ "$(sql "$node" "SELECT pg_is_in_recovery()")" = t ] || fail "$node takes writes beside $1"
  done
}
# everywhere ROWS NODE...: those nodes have that many rows.
everywhere() {
  local rows=$1 node
  shift
  for node in "$@"; do until_true 60 "$node" "SELECT count(*) = $rows FROM greeting"; done
  note "rows on $*: $rows"
}
# table WORD...: what db3 says of all, which has each of those words.
table() {
  local lines word
  lines=$(on db3 cluster) || fail "entrypoint cluster ended with $?: $lines"
  show <<<"$lines"
  for word; do grep -q "$word" <<<"$lines" || fail "the table does not say: $word"; done
}

printf '%s%s%s\n' "$bold" "$title" "$plain"
prepare

tell "Three nodes start at the same moment, with empty volumes and one environment. The first makes the cluster, the others clone it."
began=$SECONDS
start "${nodes[@]}"
the_primary_is db1
note "both standbys stream after $((SECONDS - began)) s. entrypoint cluster, on db3:"
table primary

tell "A table and 100000 rows on the primary, then on the standbys, which take no writes."
sql db1 "CREATE TABLE greeting AS SELECT n AS id, 'row ' || n AS text FROM generate_series(1, 100000) n" >/dev/null
until_true 60 db2 "SELECT to_regclass('greeting') IS NOT NULL"
until_true 60 db3 "SELECT to_regclass('greeting') IS NOT NULL"
everywhere 100000 "${nodes[@]}"
if refused=$(sql db2 "DELETE FROM greeting" 2>&1); then fail "db2 is a standby and takes writes"; fi
note "$(head -1 <<<"$refused")"

tell "A switchover: db2 becomes the primary while a client inserts one row after the other, with all hosts in its connection string."
# A row is repeated until it is acknowledged, and its number written down then. The end of its input ends the client.
# shellcheck disable=SC2016 # for the shell of the client
exec 4> >(client 'n=1
while read -rt 0.05 _; [ $? -gt 128 ]; do
  psql -Xqc "INSERT INTO greeting SELECT 100000 + $n, '\''client'\'' WHERE NOT EXISTS (SELECT FROM greeting WHERE id = 100000 + $n)" \
    "$hosts user=admin dbname=admin target_session_attrs=read-write connect_timeout=3" </dev/null >/dev/null 2>&1 &&
    { echo "$n ${EPOCHREALTIME/[^0-9]/}"; n=$((n + 1)); }
done' >"$acknowledged")
client=$!
# rows_after COUNT: the client goes on.
rows_after() {
  for _ in $(seq 600); do [ "$(wc -l <"$acknowledged")" -le "$1" ] || return 0; sleep 0.1; done
  fail "no row of the client is acknowledged any more"
}
rows_after 3
said=$(on db1 switchover "$(address db2)") || fail "the switchover ended with $?: $said"
show <<<"$said"
the_primary_is db2
rows_after "$(($(wc -l <"$acknowledged") + 3))"
exec 4>&-
wait "$client" || true
rows=$(wc -l <"$acknowledged")
kept=$(sql db2 "SELECT count(*) FROM greeting WHERE id BETWEEN 100001 AND 100000 + $rows")
[ "$kept" = "$rows" ] || fail "the client was told of $rows rows, and $kept are there"
note "all $rows rows that the client was told of are there; between two of them it waited $(awk 'NR > 1 && $2 - last > longest { longest = $2 - last }
  { last = $2 } END { printf "%.1f", longest / 1000000 }' "$acknowledged") s at most"
rows=$((100000 + rows))
everywhere "$rows" "${nodes[@]}"

tell "The primary is killed. No standby takes its place by itself; both serve reads."
crash db2
everywhere "$rows" db1 db3
table missing "no node takes writes"

tell "A person decides: entrypoint promote on db1. The other standby follows it without a restart."
said=$(on db1 promote) || fail "the promotion ended with $?: $said"
show <<<"$said"
sql db1 "INSERT INTO greeting VALUES (0, 'after the promotion')" >/dev/null
rows=$((rows + 1))
everywhere "$rows" db1 db3

tell "The old primary starts again with its volume and the same environment: it is a standby now."
start db2
the_primary_is db1
everywhere "$rows" "${nodes[@]}"
table primary

tell "All stop as an orchestrator would stop them: the standbys first, then the primary."
stop db2 db3
stop db1
for node in "${nodes[@]}"; do
  note "$node ended with exit code $(exit_code "$node")"
  [ "$(exit_code "$node")" = 0 ] || fail "a clean stop ends with 0"
done

tell "What the demo made is removed."
remove
rm -f "$acknowledged"
trap - EXIT
note "nothing is left, after $SECONDS s."
