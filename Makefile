# `make lab` opens the lessons. `make help` lists the rest.
#
# Everything happens in .venv, which is made on first use with the exact versions of requirements.lock.
# Another Python: make lab PYTHON=/path/to/python3.12
# Options for JupyterLab: make lab LAB_OPTIONS=--no-browser

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

BIN := .venv/bin
READY := .venv/.ready

# True for a Python that fits and can make a virtual environment (Debian keeps ensurepip in a package of its own).
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.PHONY: help lab doctor progress clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-17s %s\n", $$1, $$2 }'

.venv/bin/python:
	@for python in $(if $(PYTHON),"$(patsubst ~/%,$(HOME)/%,$(PYTHON))",python3.11 python3.12 python3.13 python3 python); do \
	    if "$$python" -c "$(SUITABLE)" >/dev/null 2>&1; then \
	        echo "Making .venv with $$("$$python" --version)"; exec "$$python" -m venv .venv; fi; \
	done; \
	echo "No suitable Python: this course needs Python 3.11, 3.12 or 3.13 with its venv module$(if $(PYTHON),$(comma) and $(PYTHON) is not one)." >&2; \
	echo "Debian and Ubuntu: sudo apt-get install python3 python3-venv; elsewhere: python.org, or conda (see environment.yml)." >&2; \
	exit 1

comma := ,

# True where .venv has the build of TensorFlow that the lock does not name: two builds own the same files, so it
# goes first.
OTHER_BUILD := import platform, sys; from importlib.metadata import distributions; \
    cpu = sys.platform == "linux" and platform.machine() == "x86_64"; \
    sys.exit(not (cpu and any(package.name == "tensorflow" for package in distributions())))

# pip shows how far it is, but for a log that nobody watches.
QUIET = $(if $(CI),--quiet)

# A .venv whose making was ended may lack pip: it is put in first.
$(READY): .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing the exact versions of requirements.lock into .venv: 2.6 GB, some minutes the first time."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --default-pip
	@if $(BIN)/python -c '$(OTHER_BUILD)'; then $(BIN)/python -m pip uninstall --yes tensorflow tensorflow-cpu; fi
	$(BIN)/python -m pip install --disable-pip-version-check $(QUIET) --requirement requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# In a container one is often root, and JupyterLab asks for a word more.
ROOT_OPTION = $(if $(filter 0,$(shell id -u)),--allow-root)

# The notebook with which JupyterLab opens.
FIRST = $(patsubst notebooks/%,%,$(firstword $(sort $(wildcard notebooks/*/*.ipynb))))

lab: $(READY)  ## open JupyterLab on the lessons
	JUPYTER_CONFIG_PATH="$$PWD/jupyter" PATH="$$PWD/$(BIN):$$PATH" \
	    $(BIN)/jupyter lab --ServerApp.root_dir=notebooks --LabApp.default_url="/lab/tree/$(FIRST)" \
	    --LabApp.extra_labextensions_path="$$PWD/jupyter/labextensions" $(ROOT_OPTION) $(LAB_OPTIONS)

doctor: $(READY)  ## say whether this machine is ready
	@$(BIN)/course doctor

progress: $(READY)  ## show your points, lesson by lesson
	@$(BIN)/course progress

clean:  ## remove .venv and everything that tools left behind
	rm -rf .venv _build .pytest_cache .ruff_cache .mypy_cache tests/artifacts .build-* *.egg-info
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -not -path './.git/*' -prune -exec rm -rf {} +

# authors: begin. `course bundle` leaves out what follows.
# `make test` to change something. Options for pytest: make test PYTEST_OPTIONS="-k progress"

.PHONY: test test-all lessons lint build prove processors cores bundle site bench lock picture style generated \
    suite lessons-run numeric

LESSONS ?=
# Processes that run tests; each may take 3 GB. With four, both cores are busy to the end.
WORKERS ?= 4

# A step of `make test` with the seconds that it took.
timed = @started=$$(date +%s); $(2) && echo "$(1): $$(($$(date +%s) - started)) s"

test: $(READY)  ## check what is written and generated, run the quick tests (CHANGED=1: of what you have changed)
	@$(MAKE) --no-print-directory --jobs 2 style generated LESSONS=
	@$(MAKE) --no-print-directory suite

# `.ci/run` runs the slow tests that a change since the commit in tests/green.txt can break.
test-all: $(READY)  ## run every test, then all mutants and other processors for lessons that changed
	@$(MAKE) --no-print-directory --jobs 2 style generated LESSONS=
	@$(MAKE) --no-print-directory suite MARKS=
	$(call timed,mutants,$(BIN)/course prove --mutants)
	$(call timed,processors,$(BIN)/course processors)
	@if git diff --quiet HEAD -- . ':!solutions/verified.json'; then git rev-parse HEAD >tests/green.txt; \
	    else echo "Not recorded in tests/green.txt: something is not committed."; fi

# Two steps at a time: no core waits while one ends with its longest part.
style:
	$(call timed,lint,$(LINT))

generated:
	$(call timed,build --check,$(BIN)/course build --check $(LESSONS))

PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder
# Which tests: those without the mark `slow`, or all with MARKS= .
MARKS ?= not slow
# With CHANGED=1 what differs from the branch that this one follows, with CHANGED=<commit> from that.
SINCE = $(if $(filter 1,$(CHANGED)),$$(git merge-base HEAD @{upstream} 2>/dev/null || echo HEAD),$(CHANGED))

suite:
	$(PYTEST) --durations=10 --durations-min=1 --record -m "$(MARKS)" \
	    $(if $(CHANGED),--changed $(SINCE)$(if $(filter 1,$(CHANGED)), --near),$(if $(findstring not slow,$(MARKS)),--budgets)) $(PYTEST_OPTIONS)

# Of `make test`, what asks the lessons: each has a test class of its number.
lessons: $(READY)  ## the part of `make test` that asks the lessons alone (LESSONS="02" for one)
	$(call timed,lessons,$(MAKE) --no-print-directory --jobs 2 generated lessons-run)

# "2 solutions/09-early-stopping/" becomes "Test02 or Test09", which pytest looks for in the names of classes.
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
NUMBER = $(firstword $(subst -, ,$(notdir $(patsubst %/,%,$(1)))))
PADDED = $(if $(filter 0 1 2 3 4 5 6 7 8 9,$(1)),0)$(1)
ONE_OF = $(subst $(SPACE), or ,$(strip $(foreach lesson,$(LESSONS),Test$(call PADDED,$(call NUMBER,$(lesson))))))

lessons-run:
	$(PYTEST) --record -k "$(ONE_OF)" $(PYTEST_OPTIONS) tests/test_lessons.py

LINT := $(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy

lint: $(READY)  ## check style and types of all Python sources
	$(LINT)

build: $(READY)  ## source of lessons -> solutions and notebooks (LESSONS="01-learning-rate" for one)
	$(BIN)/course build $(LESSONS)

prove: $(READY)  ## show that the checks accept right answers and recognise wrong ones
	$(BIN)/course prove $(LESSONS)

processors: $(READY)  ## run lessons as other processors compute, measure how sure assertions are (LESSONS="02" for one)
	$(BIN)/course processors $(LESSONS)

# What computes with NumPy. The others start processes, browsers and sandboxes, and count points.
NUMERIC := tests/helpers tests/course/authoring tests/solutions tests/course/site/test_site.py \
    tests/course/grading/test_agreement.py tests/test_lessons.py

cores: $(READY)  ## check, prove and test as NumPy computes on three kinds of x86-64 processors
	$(BIN)/python scripts/on_each_processor.py $(MAKE) --no-print-directory --jobs 2 generated numeric

numeric:
	$(PYTEST) -k "not unsolved" $(PYTEST_OPTIONS) $(NUMERIC)

bundle: $(READY)  ## write what students get, without solutions: bundle/hyperparameter-course.zip
	$(BIN)/course bundle $(LESSONS)

site: $(READY)  ## make the course's site and the guide for those who teach: _build/site, _build/guide
	$(BIN)/course site

bench: $(READY)  ## measure lessons, grading, training, searches and mutants against their bars
	$(BIN)/python -m benchmarks

lock: $(READY)  ## resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra laboratory --extra dev --upgrade --quiet --custom-compile-command "make lock" \
	    --output-file requirements.lock

picture: $(READY)  ## take the README's pictures, docs/*.png, anew, the lesson's in a real browser
	$(BIN)/python -m pytest tests/test_browser.py tests/helpers/training/test_training_diagnostics.py -k "misconception or readme"
	cp tests/artifacts/lesson.png tests/artifacts/laboratory.png docs/
