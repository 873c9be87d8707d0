# Goldpan: every command has one line of help behind its name; `make help` shows them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= python3
READY := .venv/.ready
CONNECTIONS ?=
STREAMS ?=
DAYS ?= 1
SEED ?= 1
FAULTS ?= 500
# Its two processes leave a semaphore to Python's tracker, which says so and cleans it up.
SQLFLUFF := PYTHONWARNINGS=ignore:resource_tracker sqlfluff
ENTITY ?= customer
ID ?=
FIELD ?=
DATA ?= this warehouse
PLANS ?=
STATE ?= open
WHY ?=
VERSION ?=

.PHONY: help run setup ingest verify build rollback check summary report review quarantine alerts explain \
	identity-train identity-eval docs serve-docs test soak lint format clean sandbox-advance sandbox-reset lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ingest build docs report summary ## from nothing to gold: set up, ingest, build, document, report, sum up

setup: $(READY) ## make the environment (.venv) from the lock file, with the dbt packages

$(READY): requirements.lock packages.yml
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python '>=3.11,<3.14' .venv && \
		uv pip sync --quiet --python .venv/bin/python requirements.lock; \
	else \
		$(PYTHON) -m venv .venv && .venv/bin/pip install --quiet --no-deps --requirement requirements.lock; \
	fi
	@.venv/bin/python -m pipelines.packages
	@touch $@

ingest: setup ## read the systems into bronze (CONNECTIONS=shop_eu STREAMS=orders FULL=1 SCALE=5000)
	@python -m pipelines ingest --connections "$(CONNECTIONS)" --streams "$(STREAMS)" \
		$(if $(FULL),--full) $(if $(ACCEPT_DELETES),--accept-deletes) $(if $(SCALE),--scale $(SCALE))

verify: setup ## compare every stream's keys with the vendor's and mend bronze (CONNECTIONS= STREAMS=)
	@python -m pipelines verify --connections "$(CONNECTIONS)" --streams "$(STREAMS)" \
		$(if $(ACCEPT_DELETES),--accept-deletes)

build: setup ## staging, silver, gold and ops with all data tests (dbt build); publish what passed
	@GOLDPAN_REVISION=$$(git rev-parse --short HEAD 2>/dev/null) python -m pipelines build

rollback: setup ## let readers see the published version before theirs, or VERSION=…
	@python -m pipelines rollback "$(VERSION)"

check: setup ## check connections.yml, mappings and streams for mistakes
	@python -m pipelines check

summary: setup ## what came in, what is in gold, what was quarantined
	@python -m pipelines summary

report: setup ## one page on what can be trusted and what gold says (target/report.html)
	@python -m pipelines report

review: setup ## decide which records are the same, where no rule can (ENTITY=customer)
	@python -m pipelines review --entity $(ENTITY)

quarantine: setup ## list what was set aside; ID=… shows it, ACCEPT=1 or DISMISS=1 with WHY="…" decides
	@python -m pipelines quarantine "$(ID)" --state $(STATE) --why "$(WHY)" \
		$(if $(ACCEPT),--accept) $(if $(DISMISS),--dismiss)

alerts: setup ## what is wrong now; tells each channel of the secrets once (TEST=1 tries them)
	@python -m pipelines alerts $(if $(TEST),--test)

explain: setup ## why a golden value is what it is (ENTITY=customer ID=crm/contacts/1 FIELD=email)
	@python -m pipelines explain "$(ID)" --entity $(ENTITY) --field "$(FIELD)"

identity-train: setup ## train how records are matched on this warehouse; review the seed's diff
	@python -m pipelines identity-train --data "$(DATA)" --plans "$(PLANS)"

identity-eval: setup ## how well records are matched, on data sets whose truth is known, beside Splink
	@python -m benchmarks.identity_eval

docs: setup ## write the dbt docs with lineage as one page (target/static_index.html)
	@dbt docs generate --static --quiet

serve-docs: docs ## serve the dbt docs on this machine
	@dbt docs serve --host 127.0.0.1

test: setup ## run every test: pytest, then dbt's own on a warehouse of their own
	@python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

soak: setup ## break the vendors, the run and the machine 500 times over all systems (SEED=1 FAULTS=500)
	@python -m tests.faults.soak --seed $(SEED) --faults $(FAULTS)

lint: setup ## sqlfluff, ruff and mypy
	@ruff check . && ruff format --check . && mypy && $(SQLFLUFF) lint --quiet dbt_project macros tests

format: setup ## put SQL and Python into the house style
	@ruff check --fix . && ruff format . && $(SQLFLUFF) fix --quiet dbt_project macros tests

sandbox-advance: setup ## move the sandbox's clock forward (DAYS=1)
	@python -m pipelines.sandbox advance --days $(DAYS)

sandbox-reset: setup ## throw the sandbox's company away; the next run makes it anew
	@python -m pipelines.sandbox reset

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--group dev pyproject.toml --output-file requirements.lock

clean: ## remove the warehouse, what is published, the sandbox and everything generated; keep .dlt and .venv
	@rm -rf warehouse.duckdb warehouse.duckdb.wal published .goldpan target logs
