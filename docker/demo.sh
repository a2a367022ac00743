#!/usr/bin/env bash
# A primary and a replica, from empty volumes to a clean stop. ENGINE=none plays it with plain processes instead of containers.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
step=0
tell() { step=$((step + 1)); printf '\n%s%d. %s%s\n' "$bold" "$step" "$*" "$plain"; }
note() { printf '   %s\n' "$*"; }
show() { sed "s/^/   $dim|$plain /"; }
fail() { printf '\n%scannot go on: %s%s\n' "$bold" "$*" "$plain" >&2; exit 1; }

# The stage brings: title, prepare, start, alive, sql NODE QUERY, status NODE, logs NODE, stop, exit_code NODE, remove.
if [ "${ENGINE:-}" = none ]; then
  # shellcheck source=docker/demo-processes.sh
  . docker/demo-processes.sh
else
  # shellcheck source=docker/demo-containers.sh
  . docker/demo-containers.sh
fi

leave() {
  local ended=$?
  trap - EXIT
  if [ "$ended" != 0 ]; then
    for node in primary replica; do printf '\n   last words of the %s:\n' "$node"; logs "$node" 2>&1 | tail -15 | show; done
  fi
  remove
  exit "$ended"
}
trap leave EXIT
trap 'exit 130' INT TERM

# until_true SECONDS NODE QUERY: asks until the answer is t.
until_true() {
  local end=$((SECONDS + $1))
  until [ "$(sql "$2" "$3" 2>/dev/null)" = t ]; do
    alive || fail "a node has ended; its log is below"
    [ "$SECONDS" -lt "$end" ] || fail "after $1 s the $2 still does not say yes to: $3"
    sleep 0.3
  done
}

printf '%s%s%s\n' "$bold" "$title" "$plain"
prepare

tell "Both nodes start at the same moment, each with an empty data directory. The replica waits, then clones the primary."
began=$SECONDS
start
until_true 120 primary "SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming'"
note "the replica streams after $((SECONDS - began)) s"

tell "On the primary: a table and 100000 rows."
sql primary "CREATE TABLE greeting AS SELECT n AS id, 'row ' || n AS text FROM generate_series(1, 100000) n" >/dev/null
position=$(sql primary "SELECT pg_current_wal_insert_lsn()")
note "$(sql primary "SELECT count(*) || ' rows, the last is: ' || max(text) FILTER (WHERE id = 100000) FROM greeting")"
note "the primary's WAL ends at $position"

tell "On the replica: the same rows, as soon as it has replayed up to there."
until_true 30 replica "SELECT pg_last_wal_replay_lsn() >= '$position'"
note "$(sql replica "SELECT count(*) || ' rows, the last is: ' || max(text) FILTER (WHERE id = 100000) FROM greeting")"

tell "The replica refuses to write."
note "$(sql replica "DELETE FROM greeting" 2>&1 | head -1 || true)"

tell "How far behind is it, and do both live in the same history?"
# Replies of an idle replica may be a moment old: the delay is the one measured last.
sql primary "SELECT 'lag: ' || pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) || ' bytes, replay delay '
  || coalesce(round(extract(epoch FROM replay_lag) * 1000, 1) || ' ms', 'none (idle)') || ', ' || sync_state FROM pg_stat_replication" | show
for node in primary replica; do
  printf '%-8s %s\n' "$node" "$(sql "$node" "SELECT 'timeline ' || timeline_id || ', ' ||
    CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'read-write' END || ', system identifier ' || system_identifier
    FROM pg_control_checkpoint(), pg_control_system()")"
done | show

tell "What the nodes say about themselves (entrypoint status)."
for node in primary replica; do { status "$node" || echo "status of the $node ended with $?"; } 2>&1 | show; done

tell "Both stop as an orchestrator would stop them: the replica first, then the primary."
stop
for node in replica primary; do note "the $node ended with exit code $(exit_code "$node")"; done
[ "$(exit_code replica) $(exit_code primary)" = "0 0" ] || fail "a clean stop ends with 0"

tell "What the demo made is removed."
remove
trap - EXIT
note "nothing is left."
