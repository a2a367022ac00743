# shellcheck shell=bash disable=SC2034
# The stage of demo.sh on a Docker engine: docker/compose.yaml under a project name of its own.

title="One cluster of three containers"
major=${PG_MAJOR:-17}
export IMAGE=${IMAGE:-pg-entrypoint:$major}
[ "$major" -lt 18 ] || export VOLUME_DIR=/var/lib/postgresql

compose() { docker compose --project-name pg-entrypoint-demo --file docker/compose.yaml --ansi never --progress quiet "$@"; }

prepare() {
  compose down --volumes --timeout 10 # of a demo that was cut off
  note "image $IMAGE, environment as in docker/compose.yaml"
}
start() { compose up --detach --wait --wait-timeout 180 "$@" || fail "docker compose up --wait gave up"; }
address() { echo "$1"; }
alive() { [ -n "$(compose ps --quiet --status running "$1")" ]; }
sql() { compose exec -T "$1" psql -X -q -A -t -v ON_ERROR_STOP=1 -U admin -d admin -c "$2"; }
on() { compose exec -T "$1" entrypoint "${@:2}"; }
client() { compose exec -T -e PGPASSWORD=admin -e hosts=host=db1,db2,db3 db3 bash -c "$1"; }
crash() { compose kill "$1"; }
stop() { compose stop "$@"; }
logs() { docker logs "$(compose ps --all --quiet "$1")"; }
exit_code() { docker inspect --format '{{.State.ExitCode}}' "$(compose ps --all --quiet "$1")"; }
remove() { compose down --volumes --timeout 10; }
