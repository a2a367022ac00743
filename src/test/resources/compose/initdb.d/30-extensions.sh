# Sourced: no execute bit, no first line.
export PGUSER="$POSTGRES_USER"
"${psql[@]}" <<-'EOSQL'
	CREATE DATABASE template_shop IS_TEMPLATE true;
EOSQL
for each in template_shop "$POSTGRES_DB"; do
	"${psql[@]}" --dbname="$each" <<-'EOSQL'
		CREATE EXTENSION IF NOT EXISTS plpgsql;
		CREATE SCHEMA app;
	EOSQL
done
echo "work_mem = '9MB'" >>"$PGDATA/postgresql.conf"
