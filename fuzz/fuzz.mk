# SPDX-License-Identifier: GPL-2.0-only
#
# The native fuzzer: libFuzzer over sequences of hypercalls on hypervisor/core,
# with the fake machine of the unit tests, the audit and a model (fuzz/fuzz.h).
#
#   make fuzz FUZZ_TIME=60     fuzz for so many seconds; bad status on a finding
#   make fuzz FAULT=name       the same, on a core with conformance/faults/hypervisor/name.patch
#   make fuzz-faults           all faults of memory isolation in turn: a table (JOBS=n at a time)
#   make fuzz-coverage         which edges the inputs in fuzz/corpus reach, and why not the rest;
#                              CORPUS=directory: and those there
#   make build/fuzz/replay     carries out inputs, built by the usual compiler
#
# The fuzzer counts edges of hypervisor/core only, without the audit, which is
# asked after each step and built for speed.

FUZZ := $(BUILD)/fuzz
FUZZ_TIME ?= 60
FUZZ_CC ?= $(CLANG)
FUZZ_FLAGS := -std=gnu11 -Wall -Wextra -Werror -g -O2 -fno-omit-frame-pointer \
	-D__SANITIZE_ADDRESS__=1
FUZZ_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_C := $(filter-out fuzz/replay.c,$(wildcard fuzz/*.c))

# A core to fuzz: this one, or a copy with a fault in it.
FUZZ_OUT := $(FUZZ)/$(or $(FAULT),main)
FUZZ_TREE := $(if $(FAULT),$(FUZZ_OUT)/tree,.)
FUZZ_OBJS := $(UNIT_CORE:%.c=$(FUZZ_OUT)/%.o)
# What is not the core is the same for all of them, and built for speed.
FUZZ_HELP := $(patsubst %.c,$(FUZZ)/help/%.o,$(UNIT_HELP) $(FUZZ_C))

.PHONY: fuzz fuzz-build fuzz-faults fuzz-coverage
#: fuzz: search for FUZZ_TIME=60 seconds for what breaks the core; FAULT=name
fuzz:
	@scripts/packages check fuzz
	@+$(AGAIN) fuzz-build
	@$(if $(FAULT),,fuzz/run $(FUZZ_OUT) $$(($(FUZZ_TIME) / 10 + 1)) text)
	@fuzz/run $(FUZZ_OUT) $(if $(FAULT),$(FUZZ_TIME),$$(($(FUZZ_TIME) * 9 / 10)))

# The copy first: its files are to be there when make looks for them.
fuzz-build:
	@$(if $(FAULT),fuzz/plant $(FAULT) $(FUZZ_OUT)/tree)
	@+$(MAKE) $(FUZZ_OUT)/fuzzer

FAULT_TIME ?= 300
#: fuzz-faults: how long the fuzzer needs for each seeded fault; FAULT_TIME=300 JOBS=1
fuzz-faults:
	@scripts/packages check fuzz
	@JOBS=$(if $(filter command line environment,$(origin JOBS)),$(JOBS:-j%=%),1) \
		fuzz/faults $(FAULT_TIME) $(FAULTS)

$(FUZZ_OUT)/fuzzer: $(FUZZ_OBJS) $(FUZZ_HELP)
	$(call say,LD,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_SANITIZE) -fsanitize=fuzzer -o $@ $^

# Includes are relative to the tree.
# No comparisons: the grammar has the values, and tracing them costs most of the time.
$(FUZZ_OUT)/hypervisor/%.o: FUZZ_EDGES := $(FUZZ_SANITIZE) -fsanitize-coverage=inline-8bit-counters,pc-table,trace-loads
$(FUZZ_OUT)/hypervisor/core/audit.o: FUZZ_EDGES := -O3
$(FUZZ_OUT)/hypervisor/core/chunk.o: FUZZ_QUICK := -include $(CURDIR)/fuzz/quick.h
$(FUZZ_OUT)/%.o: $(FUZZ_TREE)/%.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)cd $(FUZZ_TREE) && $(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_EDGES) $(FUZZ_QUICK) -I . \
		-MMD -MP -MT $@ -c -o $(abspath $@) $*.c

$(FUZZ)/help/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -I . -MMD -MP -c -o $@ $<

# ---- coverage ----

# Counted by the source, not by what an optimiser left of it.
FUZZ_COVER := $(FUZZ)/coverage
FUZZ_COVER_OBJS := $(UNIT_CORE:%.c=$(FUZZ_COVER)/%.o)
FUZZ_COUNTS := -fprofile-instr-generate -fcoverage-mapping

#: fuzz-coverage: edges of hypervisor/core that the inputs in fuzz/corpus reach
fuzz-coverage:
	@scripts/packages check fuzz
	@+$(AGAIN) $(FUZZ_COVER)/replay
	@fuzz/coverage $(FUZZ_COVER)/replay $(FUZZ_COVER) $(CORPUS)

$(FUZZ_COVER)/replay: $(FUZZ_COVER_OBJS) $(FUZZ_HELP) $(FUZZ)/help/fuzz/replay.o
	$(call say,LD,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_SANITIZE) $(FUZZ_COUNTS) -o $@ $^

$(FUZZ_COVER)/hypervisor/core/chunk.o: FUZZ_QUICK := -include fuzz/quick.h
$(FUZZ_COVER)/hypervisor/%.o: hypervisor/%.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_COUNTS) $(FUZZ_QUICK) -I . -MMD -MP -c -o $@ $<

# ---- the replay of make check ----

FUZZ_REPLAY := $(FUZZ)/replay
FUZZ_REPLAY_OBJS := $(filter-out %/chunk.o,$(UNIT_SHARED)) $(FUZZ)/chunk.o \
	$(patsubst %.c,$(UNIT)/%.o,$(wildcard fuzz/*.c))

$(FUZZ_REPLAY): $(FUZZ_REPLAY_OBJS)
	$(call say,LD,$@)
	$(Q)$(UNIT_CC) $(UNIT_SANITIZE) -o $@ $^

$(FUZZ)/chunk.o: hypervisor/core/chunk.c fuzz/quick.h
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(UNIT_CC) $(UNIT_FLAGS) $(UNIT_SANITIZE) -include fuzz/quick.h -MMD -MP -c -o $@ $<

# With a fault in one file of the core, to show that the oracles see it.
FUZZ_SEES := $(patsubst %,$(FUZZ)/replay-%,convert-kernel free-twin list-twice)

$(FUZZ)/replay-%: conformance/faults/hypervisor/%.patch $(FUZZ_REPLAY_OBJS)
	$(call say,LD,$@)
	$(Q)set -e; file=$$(sed -n "s,^+++ b/,,p" $<); mkdir -p $(FUZZ)/planted/$*; \
		cp $$file $(FUZZ)/planted/$*/fault.c; patch -s $(FUZZ)/planted/$*/fault.c $<; \
		$(UNIT_CC) $(UNIT_FLAGS) $(UNIT_SANITIZE) -iquote hypervisor/core -c \
			-o $(FUZZ)/planted/$*/fault.o $(FUZZ)/planted/$*/fault.c; \
		name=$$(basename $$file .c); \
		$(UNIT_CC) $(UNIT_SANITIZE) -o $@ $(FUZZ)/planted/$*/fault.o \
			$$(printf "%s\n" $(FUZZ_REPLAY_OBJS) | grep -v "/$$name\.o$$")

unit-build: $(FUZZ_REPLAY) $(FUZZ_SEES)

-include $(wildcard $(FUZZ)/*.d $(FUZZ_OUT)/*/*/*.d $(FUZZ)/help/*/*.d $(FUZZ)/help/*/*/*.d $(FUZZ_COVER)/*/*/*.d \
	$(UNIT)/fuzz/*.d)
