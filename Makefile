# Two commands: `make demo` shows the main job, `make test` runs the gate. Neither needs the other.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test fix bench environment stack

demo: .venv/.run
	@$(BIN)/guanjin demo $(DEMO)

test: .venv/.test
	@deploy/system.sh tshark postgresql prometheus prometheus-alertmanager default-jre-headless maven libfaketime
	@deploy/kafka/install.sh || echo 'guanjin: tests that need a broker will be skipped and say so'
	@deploy/gate.sh

fix: .venv/.test
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: .venv/.test
	@$(BIN)/python -m benchmarks

.venv/bin/python:
	@deploy/environment.sh $(PYTHON)

.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	@deploy/install.sh run

.venv/.test: requirements/test.txt pyproject.toml | .venv/bin/python
	@deploy/install.sh test

stack: .venv/.test
	@deploy/system.sh --must prometheus prometheus-alertmanager postgresql default-jre-headless maven
	@$(BIN)/python -m guanjin.stack $(STACK)
