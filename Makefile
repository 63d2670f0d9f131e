# SPDX-License-Identifier: GPL-2.0-only
#
# SILK's one Makefile: `make help` lists what it does. Each part of the tree
# brings its own rules (mk/*.mk, guest/guest.mk, spec/spec.mk ...), included
# below; nothing is written outside of build/.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

include mk/config.mk
include mk/hypervisor.mk
include mk/lint.mk
include $(wildcard guest/guest.mk abi/abi.mk spec/spec.mk tests/unit/unit.mk \
	tests/hostile/hostile.mk bench/bench.mk)

# Goals that install packages first run make again for the rest, so that the
# compiler is there before anything asks for it.
AGAIN = $(MAKE) $(JOBS)

.PHONY: all guests run check test lint clean help packages

#: all: build the hypervisor and the guests
all: hypervisor guests

guests:

#: run: install what is missing, build, boot the demo system with a console
run:
	@scripts/packages run
	@$(AGAIN) all
	@./silk run

#: check: install what is missing, build, run every test (RESULT: last line)
check:
	@scripts/packages run check
	@$(AGAIN) test

#: test: the same as check, without looking for packages
test:
	@tests/run

#: packages: install what any goal of this Makefile needs
packages:
	@scripts/packages run check spec

#: clean: remove everything that was built
clean:
	$(Q)rm -rf build

#: help: this list
help:
	@echo 'Goals:'
	@cat $(MAKEFILE_LIST) | sed -n 's/^#: \([a-z-]*\): \(.*\)/\1|\2/p' | \
		while IFS='|' read -r goal text; do \
			printf '  make %-12s %s\n' "$$goal" "$$text"; \
		done
	@echo 'Variables:'
	@echo '  V=1      show the commands'
	@echo '  DEBUG=1  build and use the checking hypervisor (build/debug)'
	@echo 'The launcher: ./silk --help. The promises: spec/.'
