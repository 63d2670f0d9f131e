# SPDX-License-Identifier: GPL-2.0-only
#
# Unit tests of the hypervisor's core, built natively: each tests/unit/test_*.c
# is one Check program, linked with all of hypervisor/core, the fake machine and
# the other files here, under ASan and UBSan.
#
#   make unit                    build and run them all
#   make build/unit/test_mmu     build one
#   make unit UNIT_CORE=...      with some files of the core only
#
# test_exhaustive_*.c tests a header alone: no sanitizers, optimised.

BUILD ?= build
UNIT := $(BUILD)/unit
UNIT_CC ?= $(CC)
UNIT_FLAGS := -std=gnu11 -Wall -Wextra -Werror -g -I .
UNIT_SANITIZE := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
# Plain loops over all values become vectors only without these two.
UNIT_FAST := -O3 -fno-thread-jumps -fno-tree-pre
UNIT_LIBS := -lcheck -lsubunit -lm -lrt -lpthread

# string.c is the C library's part of the freestanding build.
UNIT_CORE ?= $(filter-out hypervisor/core/string.c,$(wildcard hypervisor/core/*.c))
UNIT_TESTS := $(sort $(wildcard tests/unit/test_*.c))
UNIT_HELP := $(filter-out $(UNIT_TESTS),$(wildcard tests/unit/*.c))
UNIT_PURE := $(filter tests/unit/test_exhaustive_%,$(UNIT_TESTS))

UNIT_PROGRAMS := $(UNIT_TESTS:tests/unit/%.c=$(UNIT)/%)
UNIT_SHARED := $(UNIT_CORE:%.c=$(UNIT)/%.o) $(UNIT_HELP:%.c=$(UNIT)/%.o)

.PHONY: unit unit-build
#: unit: build and run the unit tests of the hypervisor's core
unit: unit-build
	@tests/unit/run $(UNIT_PROGRAMS)

unit-build: $(UNIT_PROGRAMS)

$(filter-out $(UNIT_PURE:tests/unit/%.c=$(UNIT)/%),$(UNIT_PROGRAMS)): \
		$(UNIT)/%: $(UNIT)/tests/unit/%.o $(UNIT_SHARED)
	@echo "  LD      $@"
	@$(UNIT_CC) $(UNIT_SANITIZE) -o $@ $^ $(UNIT_LIBS)

$(UNIT_PURE:tests/unit/%.c=$(UNIT)/%): $(UNIT)/%: tests/unit/%.c
	@echo "  CC      $@"
	@mkdir -p $(@D)
	@$(UNIT_CC) $(UNIT_FLAGS) $(UNIT_FAST) -MMD -MP -o $@ $< $(UNIT_LIBS)

$(UNIT)/%.o: %.c
	@echo "  CC      $<"
	@mkdir -p $(@D)
	@$(UNIT_CC) $(UNIT_FLAGS) $(UNIT_SANITIZE) -MMD -MP -c -o $@ $<

.PRECIOUS: $(UNIT)/%.o

-include $(wildcard $(UNIT)/*.d $(UNIT)/*/*/*.d)
