# Every target makes the virtual environment it needs.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
BENCHMARK ?= ../shared

.PHONY: install torture demo test check fix docs accept gate train worst bench fuzz clean

install: $(STAMP)

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: install  ## fetch the fixture site into a fresh archive, and ask it
	@$(BIN)/python -m tests.demo

test: install  ## every test, warnings are errors
	@$(BIN)/python -m pytest --quiet

check: install  ## what CI asks: format, lint, types, documents, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m tests.docs --check
	@$(BIN)/python -m pytest --quiet

fix: install  ## what a machine can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: install  ## write the generated parts of the README
	@$(BIN)/python -m tests.docs

accept: install  ## rewrite the fixtures' records for review
	@$(BIN)/python -m tests.accept

gate: install  ## the corpora, if they are there
	@$(BIN)/python -m tests.gate $(BENCHMARK)

train: install  ## make the models of the extractor anew, with their reports
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	@$(BIN)/python -m tests.train $(BENCHMARK)
	@$(BIN)/python -m tests.train_captures $(BENCHMARK)

worst: install  ## the pages that are read worst, line by line; PAGES=…
	@$(BIN)/python -m tests.worst $(BENCHMARK) --pages $(or $(PAGES),20)

fuzz: install  ## bytes that grow into everything that reads a page; SECONDS=…
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,fuzz]'
	@$(BIN)/python -m tests.fuzz -max_total_time=$(or $(SECONDS),600)

bench: install  ## speed and memory; ARTICLES=1000000 for an archive of that many (an hour, 9 GB in TMPDIR), KNOWN=… addresses
	@$(BIN)/python -m tests.bench $(BENCHMARK) --articles $(or $(ARTICLES),20000) --known $(or $(KNOWN),200000)

torture: install  ## the crawl and whatever changes an archive killed with -9 a hundred times each; KILLS=…
	@$(BIN)/python -m tests.torture $(or $(KILLS),100)
	@SCRAPER_TORTURE=$(or $(KILLS),100) $(BIN)/python -m pytest --quiet -s -k killed tests/test_damage.py

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz build dist data/demo*
