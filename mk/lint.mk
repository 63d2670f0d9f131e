# SPDX-License-Identifier: GPL-2.0-only
#
# make lint: style and static checks. It changes nothing; make format does.

LINT_DIRS := $(wildcard hypervisor guest tests bench conformance fuzz)
LINT_C = $(shell find $(LINT_DIRS) -name '*.[ch]' ! -path "guest/linux/*" | sort)

.PHONY: lint format
#: lint: check style, licences, shell scripts and C (clang-format, cppcheck)
lint:
	@scripts/packages check lint
	@scripts/lint

#: format: lay out the C files as lint wants them
format:
	$(Q)clang-format -i $(LINT_C)
