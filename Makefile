# `make` alone lists the targets. Nothing is needed beforehand but a JDK 25 and Maven; `docker/engine/up` cares for the engine.

PG_MAJOR ?= 17
# Those that Debian has; docker/majors has all.
MAJORS := $(shell awk '/^[0-9]/ && $$2 != "-" { print $$1 }' docker/majors)
# 13 has no pg_amcheck.
SOAK_MAJORS ?= 15 17 18
JAR := target/entrypoint.jar
export BASE_IMAGE JDK_IMAGE ENGINE PG_MAJOR CITUS_PACKAGE CITUS_REPOSITORY CITUS_KEY UPGRADE_FROM UPGRADE_IMAGE

.DEFAULT_GOAL := help
.PHONY: help package image slim images test test-fast lint sbom soak bench demo format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

package: $(JAR) ## the runnable jar: target/entrypoint.jar

$(JAR): pom.xml $(shell find src/main -type f)
	docker/engine/maven -q package -DskipTests
	@touch $@

image: $(JAR) ## the image pg-entrypoint:PG_MAJOR (PG_MAJOR=17; BASE_IMAGE=official builds on postgres:17; UPGRADE_FROM="13 15" adds pg-entrypoint:PG_MAJOR-upgrade)
	@docker/engine/up
	@docker/image $(PG_MAJOR)

slim: $(JAR) ## the image pg-entrypoint:PG_MAJOR-slim, without Patroni and Python
	@docker/engine/up
	@TARGET=slim docker/image $(PG_MAJOR)

images: $(JAR) ## the images for PostgreSQL 13, 15, 17 and 18
	@docker/engine/up
	@for major in $(MAJORS); do docker/image $$major || exit 1; done

test: ## everything: format, unit, process and container tests against PostgreSQL 13, 15, 17 and 18
	@docker/test $(MAJORS)

test-fast: ## the tests that need no containers
	docker/engine/maven verify

lint: ## checks the scripts (shellcheck), and the workflows and alert rules where actionlint and promtool are installed
	@docker/lint

sbom: ## target/sbom.json: what the jar is made of, in the format of CycloneDX
	docker/engine/maven -q cyclonedx:makeBom

soak: $(JAR) ## kills a start at every write and at hundreds of instants, on 15, 17 and 18 (hours; KILL_SEED=n repeats, see CONTRIBUTING.md)
	@docker/soak $(SOAK_MAJORS)

bench: image slim ## figures: start, stop, HEALTHCHECK, probes, memory, size (BENCH_IDLE=10 is quicker, BENCH_LARGE=1 adds gigabytes)
	@docker/bench

demo: $(if $(filter none,$(ENGINE)),$(JAR),image) ## three nodes: a switchover, a killed primary, a promotion, a clean stop (ENGINE=none: plain processes)
	@docker/demo.sh

format: ## formats the Java sources
	docker/engine/maven -q spotless:apply

clean: ## removes what was built (images stay)
	rm -rf target
