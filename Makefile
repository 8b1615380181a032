# make run    everything on this machine: assistant, worker, console, simulator
# make test   all tests, with what they need installed

PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export PYTHONDONTWRITEBYTECODE :=
export TF_CPP_MIN_LOG_LEVEL := 3

.PHONY: help run test check train nlu-report bench format lock migrate

help:
	@echo "make run         set up and start the assistant, the worker, the console and the simulator"
	@echo "make test        install what the tests need and run all of them"
	@echo "make check       format, lint, types, import rules, training data and texts"
	@echo "make train       train the model when data or configuration changed"
	@echo "make nlu-report  evaluate language understanding on held-out messages"
	@echo "make bench       measure speed and memory into docs/benchmarks.md"
	@echo "make format      format the code"
	@echo "make lock        resolve the lock files anew"

run:
	@scripts/environment.sh app
	@$(PYTHON) -m scripts.run

train:
	@scripts/environment.sh app
	@$(PYTHON) -m scripts.train

migrate:
	@scripts/environment.sh app
	@.venv/bin/alembic upgrade head

check:
	@scripts/environment.sh dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m scripts.check_data
	$(PYTHON) -m scripts.conversation_map --check
	$(PYTHON) -m scripts.templates lint

test:
	@scripts/environment.sh dev
	@scripts/system_packages.sh
	@$(PYTHON) -m scripts.train
	$(PYTHON) -m pytest -n logical --dist loadgroup

nlu-report:
	@scripts/environment.sh dev
	@$(PYTHON) -m scripts.train
	$(PYTHON) -m scripts.nlu_report

bench:
	@scripts/environment.sh dev
	@$(PYTHON) -m scripts.train
	$(PYTHON) -m scripts.bench

format:
	@scripts/environment.sh dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock:
	@scripts/environment.sh app
	.tools/bin/uv pip compile --python-version 3.10 --generate-hashes --no-emit-index-url --no-header requirements/app.in -o requirements/app.lock
	.tools/bin/uv pip compile --python-version 3.10 --generate-hashes --no-emit-index-url --no-header requirements/dev.in -c requirements/app.lock -o requirements/dev.lock
