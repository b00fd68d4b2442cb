# Everything that is done with this repository, one command each. `make` alone lists them.

PYTHON ?= python3
PORT ?= 8000
LAB_PORT ?= 8888
BIN = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help book pdf serve lab test lighthouse mutation binder measure lint lock system-packages clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1 — /p' $(MAKEFILE_LIST)

book: .venv/installed ## execute every chapter and build the site into _build/html
	@rm -rf _build/new && mkdir -p _build/new/_build/html && touch _build/new/_build/html/.started
	$(BIN)/jupyter-book build . --toc book/_toc.yml --path-output _build/new -W --keep-going -n -q > /dev/null
	@rm -rf _build/html && mv _build/new/_build/html _build/html && rm -rf _build/new
	@echo "The book is built. Open _build/html/index.html, or run: make serve"

pdf: system-packages .venv/installed ## print the book into _build/backprop-lab.pdf
	$(BIN)/python book/pdf.py

serve: ## show the built book at http://127.0.0.1:8000/ (another port: make serve PORT=9000)
	@test -f _build/html/index.html || { echo "There is no book yet. Run: make book"; exit 1; }
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2> /dev/null || { \
	  echo "Port $(PORT) is in use or forbidden. Take another one: make serve PORT=$$(($(PORT) + 1))"; exit 1; }
	@echo "The book is at http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

# JupyterLab takes the next port where this one is in use, and says which.
lab: .venv/installed ## open the book in JupyterLab, to run and change it (another port: make lab LAB_PORT=9000)
	@$(BIN)/jupyter lab --ServerApp.ip=127.0.0.1 --ServerApp.port=$(LAB_PORT) --ServerApp.root_dir=. \
	  --LabApp.default_url=/lab/tree/chapters/00_how_to_use.ipynb $(LAB_OPTIONS)

test: system-packages lint book pdf ## everything that CI runs
	$(BIN)/pytest -n 2 --dist loadfile
	$(BIN)/pytest --nbval chapters solutions book/*.ipynb
	$(BIN)/backprop-lab release --check

# Needs npm and its network, and takes minutes: not a part of `make test`, which holds the layout still by itself.
lighthouse: ## what Lighthouse says of the built site on a phone and a desktop, and what weighs what
	$(BIN)/python book/lighthouse.py

# Some minutes, so it is not a part of `make test`, which only sees that every mutant still has its place.
mutation: .venv/installed ## change the derivatives and backward passes one by one, and see that tests fail
	$(BIN)/python -m tests.mutation.run

# tests/binder does the same; this prints what it took.
binder: .venv/installed ## build Binder's environment without Docker, and run every notebook in it as another user
	$(BIN)/python -m tests.binder.run

# Not a part of `make book`: a timing differs each time, and what a chapter prints is compared.
measure: book ## measure what chapters quote; then execute the chapters that print it
	$(BIN)/backprop-lab measure

lint: .venv/installed ## style, format, which room may import which, notebooks' form, workflows, licences
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/backprop-lab execute --check chapters/*.ipynb solutions/*.ipynb book/*.ipynb
	$(BIN)/zizmor --offline --quiet --persona=pedantic .github
	@$(BIN)/pip-licenses > /dev/null

# Run this with the oldest Python that the book serves, Debian 12's 3.11.2: a newer one takes releases that it cannot.
lock: .venv/installed ## write the versions that are installed into constraints.txt
	$(BIN)/python -m pip list --format=freeze --exclude-editable --exclude pip --exclude setuptools > constraints.txt
	@touch .venv/installed

system-packages: ## install the Debian packages that the browser and sandbox tests need, or say how
	@tests/system-packages

clean: ## remove all that these targets made
	rm -rf _build .venv

# The stamp is made last, so an installation that broke off is taken up again.
.venv/installed: requirements.txt constraints.txt pyproject.toml book/ipython_kernel_config.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This book needs Python 3.11 or newer, and $(PYTHON) is older or missing."; \
	  echo "If a newer one is installed under another name, say so: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x .venv/bin/pip || $(PYTHON) -m venv .venv || { \
	  echo "Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || { \
	  echo "What this book needs could not be installed. Is there a network? With one, run the same command again."; \
	  exit 1; }
	@mkdir -p .venv/etc/ipython && cp book/ipython_kernel_config.py .venv/etc/ipython/
	@touch $@
