# Every command anyone needs. `make` lists them.
PORT ?= 8080
PY := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup run test lint format types layers trust torture simulate bench growth burst soak lock pictures schemas messages clean

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.run  ## make .venv from the hashed lock

.venv/bin/python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Elternlotse needs Python 3.11 or newer."; exit 2; }
	@python3 -c 'import ensurepip' 2>/dev/null || { test "$$(id -u)" = 0 && apt-get install -y python3-venv; } \
	  || { echo "Python's venv is missing. Please run: sudo apt install python3-venv"; exit 2; }
	python3 -m venv .venv

.venv/.run: requirements/run.lock pyproject.toml | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run requirements/test.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	@touch $@

run: setup       ## start everything on this machine: make run PORT=8080
	@.venv/bin/elternlotse run --port $(PORT)

test: .venv/.test  ## everything that must hold; exactly what CI runs
	@sh tests/browser.sh
	$(MAKE) --no-print-directory lint types layers
	$(PY) -m pytest -n 2 --dist loadgroup

lint: .venv/.test    ## ruff, format check included
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format: .venv/.test  ## let ruff format and mend what it can
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

types: .venv/.test   ## mypy, strict
	.venv/bin/mypy

layers: .venv/.test  ## the import rule of the house
	.venv/bin/lint-imports

pictures: .venv/.test  ## take the README's pictures anew, from the test that plays a whole day
	PICTURES=docs/pictures $(PY) -m pytest -q tests/e2e/test_day.py -k arabic

trust: .venv/.test   ## which requirement is proved by which tests; WRITE=--write keeps docs/reference/trust.md
	PYTHONPATH=tests $(PY) tests/trust.py $(WRITE)

torture: .venv/.test ## kill the house 360 times, or KILLS=n, take its store away, stop its clock; count what is lost (nothing)
	PYTHONPATH=tests $(PY) -m load.torture $(TRIALS)
	$(if $(TRIALS),,PYTHONPATH=tests $(PY) tests/simulation/simulate.py $${SEEDS:-1000})

simulate: .venv/.test  ## play SEEDS=1000 seeds of the simulated house; SEED=17 plays one again and tells all of it
	PYTHONPATH=tests $(PY) tests/simulation/simulate.py $${SEEDS:-1000}

bench: .venv/.test .venv-peers/.made  ## how quick it is here; QUICK=1 in a minute, WRITE=--write keeps it in benchmarks/RESULTS.md
	PYTHONPATH=tests $(PY) benchmarks/run.py $(if $(QUICK),--quick) $(WRITE) $(PARTS)

.venv-peers/.made: requirements/peers.lock
	@{ python3 -m venv .venv-peers \
	  && .venv-peers/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/peers.lock \
	  && touch $@; } || echo "The other bots could not be installed. They are missing in what is measured."

growth: .venv/.test  ## what a message costs in a house that has grown; SIZE=1000000 for a million contacts, WRITE=--write
	PYTHONPATH=tests $(PY) benchmarks/growth.py --size $${SIZE:-100000} $(WRITE) $(PARTS)

burst: .venv/.test   ## ten thousand parents write within a minute; PARTS="--rate 25 --telegram 2000" and more
	PYTHONPATH=tests $(PY) benchmarks/burst.py $(PARTS)

soak: .venv/.test    ## steady load, MINUTES=20, on both engines; WRITE=--write keeps the pictures in docs/pictures
	PYTHONPATH=tests $(PY) benchmarks/soak.py --minutes $${MINUTES:-20} $(WRITE) $(PARTS)

schemas: .venv/.run  ## write the JSON Schemas that editors use into docs/schema
	$(PY) -c 'import json; from pathlib import Path; from bot.check.schema import schemas; \
	  [Path("docs/schema", name).write_text(json.dumps(one, ensure_ascii=False, indent=1) + "\n", "utf-8") \
	   for name, one in schemas().items()]'

messages: .venv/.test  ## write anew what the checker says to authors, in tests/problems/messages.txt
	PYTHONPATH=tests $(PY) tests/problems/messages_kit.py

lock:            ## make the hashed locks anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate requirements/run.in -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate requirements/test.in -o requirements/test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate requirements/peers.in -o requirements/peers.lock

clean:           ## remove what setup made; data/ stays
	rm -rf .venv *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
