# bash -c THIS NAME DIRECTORY [USE FILE]...
# Which file is used how was decided before. One shell for all of them: what a sourced file exports, the next one sees; and what it
# sets (set -C, set -u), this program has to stand. DIRECTORY holds what is ours:
#   postmaster.opts  the arguments of the server as it was started for the scripts
#   withheld         names of variables that no server is to have
#   progress         the file that runs
set -Eeo pipefail

_entrypoint_directory=$1 _entrypoint_data=$PGDATA
shift
declare -A _entrypoint_use=()
_entrypoint_files=()
while (($#)); do
  _entrypoint_use[$2]=$1
  _entrypoint_files+=("$2")
  shift 2
done

# What sourced files of the official image call. Where the server is, it says itself: a script may have restarted it.
docker_process_sql() {
  local options=(-v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER") server
  [ -z "$POSTGRES_DB" ] || options+=(--dbname "$POSTGRES_DB")
  mapfile -t server <"$_entrypoint_data/postmaster.pid"
  PGHOST=${server[4]:-localhost} PGPORT=${server[3]} PGHOSTADDR= psql "${options[@]}" "$@"
}
psql=(docker_process_sql)

file_env() {
  local file=$1_FILE
  if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then
    echo >&2 "error: both $1 and $file are set (but are exclusive)"
    exit 1
  fi
  if [ -n "${!file:-}" ]; then export "$1=$(<"${!file}")"; else export "$1=${!1:-${2:-}}"; fi
  unset "$file"
}

# The server gets the arguments again that it was started with for the scripts.
docker_temp_server_stop() { pg_ctl -D "$_entrypoint_data" -m fast -w stop; }
docker_temp_server_start() {
  local had name without=()
  [ "${1:-}" != postgres ] || shift
  had=$(<"$_entrypoint_directory/postmaster.opts")
  while read -r name; do without+=(-u "$name"); done <"$_entrypoint_directory/withheld"
  env "${without[@]}" pg_ctl -D "$_entrypoint_data" -o "${had#* } $( (($# == 0)) || printf '%q ' "$@")" -w start
}

# Each file finds a server, and no other one than ours: a server of another container that shares the socket's directory takes the
# socket and the lock file beside it.
_entrypoint_server() {
  local server lock
  pg_ctl -D "$_entrypoint_data" status >/dev/null || docker_temp_server_start
  mapfile -t server <"$_entrypoint_data/postmaster.pid"
  lock=${server[4]:-}/.s.PGSQL.${server[3]}.lock
  if [[ $lock == /* && -e $lock && $(head -n 3 "$lock") != "$(head -n 3 "$_entrypoint_data/postmaster.pid")" ]]; then
    echo >&2 "$0: error: another server has taken ${lock%.lock}: give each server a port or a socket directory of its own"
    exit 75
  fi
}

_entrypoint_use_by_name() {
  case $1 in
    *.sh) if [ -x "$1" ]; then echo RUN; else echo SOURCE; fi ;;
    *.sql) echo SQL ;;
    *.sql.gz) echo SQL_GZ ;;
    *.sql.xz) echo SQL_XZ ;;
    *.sql.zst) echo SQL_ZST ;;
    *) echo IGNORE ;;
  esac
}

# Sourced files see all of them as $@, and themselves as $f.
docker_process_init_files() {
  printf '\n'
  local f _entrypoint_how
  for f; do
    _entrypoint_how=${_entrypoint_use[$f]:-$(_entrypoint_use_by_name "$f")}
    printf '%s' "$f" >|"$_entrypoint_directory/progress"
    [ "$_entrypoint_how" = IGNORE ] || _entrypoint_server
    case $_entrypoint_how in
      SOURCE) printf '%s: sourcing %s\n' "$0" "$f" ;;
      IGNORE) printf '%s: ignoring %s\n' "$0" "$f" ;;
      *) printf '%s: running %s\n' "$0" "$f" ;;
    esac
    case $_entrypoint_how in
      RUN) "$f" ;;
      SOURCE) . "$f" ;;
      SQL) docker_process_sql -f "$f"; printf '\n' ;;
      SQL_GZ) gunzip -c "$f" | docker_process_sql; printf '\n' ;;
      SQL_XZ) xzcat "$f" | docker_process_sql; printf '\n' ;;
      SQL_ZST) zstd -dc "$f" | docker_process_sql; printf '\n' ;;
    esac
    printf '\n'
  done
}

# A sourced file that says `exit 0` means itself, not those after it.
_entrypoint_left() {
  # No local variables: where set -e has ended a sourced file, bash 5.2 takes none here.
  _entrypoint_code=$?
  [ "$_entrypoint_code" = 0 ] || exit "$_entrypoint_code"
  _entrypoint_current=$(<"$_entrypoint_directory/progress") _entrypoint_rest=() _entrypoint_seen=
  for _entrypoint_file in "${_entrypoint_files[@]}"; do
    [ -z "$_entrypoint_seen" ] || _entrypoint_rest+=("${_entrypoint_use[$_entrypoint_file]}" "$_entrypoint_file")
    [ "$_entrypoint_file" != "$_entrypoint_current" ] || _entrypoint_seen=yes
  done
  [ -n "$_entrypoint_seen" ] || exit 0
  printf '\n'
  if ((${#_entrypoint_rest[@]} == 0)); then
    : >|"$_entrypoint_directory/progress"
    exit 0
  fi
  echo >&2 "$0: $_entrypoint_current has ended the shell with exit 0; going on with the next file in a new one"
  exec bash -c "$BASH_EXECUTION_STRING" "$0" "$_entrypoint_directory" "${_entrypoint_rest[@]}"
}
trap _entrypoint_left EXIT

docker_process_init_files "${_entrypoint_files[@]}"
trap - EXIT
# Nothing is in progress any more: who started this looks whether it came this far.
: >|"$_entrypoint_directory/progress"
