# The two commands: `make run` opens the reader, `make test` runs everything. Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
TORCH_INDEX ?=
TORCH_BUILD ?= auto
export GRADIO_ANALYTICS_ENABLED = False
export HF_HUB_DISABLE_TELEMETRY = 1
export TOKENIZERS_PARALLELISM = false

.PHONY: run test check bench road docs sample clean

run: $(VENV)/.run
	$(BIN)/python -m ecgscribe app

test: $(VENV)/.test
	@command -v chromium >/dev/null || echo "chromium is missing: browser tests are skipped (install Debian's chromium)"
	@command -v java >/dev/null || echo "java is missing: METEOR and the PTB tokenizer are skipped (install default-jre-headless)"
	OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.test
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/python docs/draw.py --check
	$(BIN)/python tools/tree_size.py
	$(BIN)/python -m pytest tests/test_architecture.py

bench: $(VENV)/.test
	for file in building captions engine findings page_stages training; do OMP_NUM_THREADS=1 $(BIN)/python bench/$$file.py || exit 1; done

# The whole road on the embedded sample: build, train a tiny model, evaluate it, read a page.
road: $(VENV)/.test
	OMP_NUM_THREADS=2 HF_HUB_OFFLINE=1 $(BIN)/python tools/road.py --out runs/road

docs: $(VENV)/.test
	$(BIN)/python docs/draw.py

sample: $(VENV)/.test
	$(BIN)/python -m ecgscribe make-sample --out sample/ptb-xl

clean:
	rm -rf $(VENV) runs build *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# torch first and pinned: whatever asks for torch later is then content with it
$(VENV)/.torch: $(VENV)/bin/python constraints.txt tools/torch_build.py
	@if [ "$(TORCH_BUILD)" = auto ] && [ -z "$(TORCH_INDEX)" ]; then $(BIN)/python tools/torch_build.py -c constraints.txt; fi
	$(PIP) install -q torch -c constraints.txt $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@touch $@

$(VENV)/.run: $(VENV)/.torch requirements.txt
	$(PIP) install -q -c constraints.txt -r requirements.txt
	@touch $@

$(VENV)/.test: $(VENV)/.torch pyproject.toml
	$(PIP) install -q -c constraints.txt -e ".[test]"
	@touch $@
