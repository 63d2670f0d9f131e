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
include $(wildcard guest/guest.mk guest/linux/linux.mk abi/abi.mk spec/spec.mk tests/unit/unit.mk \
	tests/hostile/hostile.mk tests/block/block.mk bench/bench.mk \
	conformance/*.mk conformance/*/*.mk fuzz/fuzz.mk fuzz/qemu/qemu.mk bench/linux/linux.mk)

# Goals that install packages first run make again for the rest, so that the
# compiler is there before anything asks for it.
AGAIN = $(MAKE) $(JOBS)

.PHONY: all guests run check check-debug test lint clean help packages

#: all: build the hypervisor and the guests
all: hypervisor guests

guests:

#: run: install what is missing, build, boot the demo system with a console
run:
	@scripts/packages run
	@+$(AGAIN) all
	@./silk run

# A count is the last line of each goal that tests, and a recipe that fails makes
# make say so after it: on SIGQUIT, GNU make ends with a bad status and no word.
QUIETLY_FAIL = kill -QUIT $$PPID

# After $(1), build $(2), then run the suites $(3), or all.
define tested
	@+$(1)$(AGAIN) $(2) || { echo '0 passed, 1 failed'; $(QUIETLY_FAIL); }
	@tests/run $(3) || $(QUIETLY_FAIL)
endef
PACKAGES := scripts/packages run check &&

TEST_NEEDS := all conformance-guest-build $(if $(UNIT_TESTS),unit-build)

#: check: install what is missing, build, run every test; counts in the last line
check:
	$(call tested,scripts/packages run check linux && ,$(TEST_NEEDS) initramfs)

#: test: the same without looking for packages; SUITES="boot launcher/args" for some
test:
	$(call tested,,$(TEST_NEEDS) $(if $(SUITES),,initramfs),$(SUITES))

#: check-debug: the tests that boot, on the checking hypervisor
check-debug: export DEBUG := 1
check-debug:
	$(call tested,$(PACKAGES) ,all,boot hostile)

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
