# SPDX-License-Identifier: GPL-2.0-only
#
# The native fuzzer: libFuzzer over sequences of hypercalls on hypervisor/core,
# with the fake machine of the unit tests, the audit and a model (fuzz/fuzz.h).
#
#   make fuzz FUZZ_TIME=60     fuzz for so many seconds; bad status on a finding
#   make fuzz FAULT=name       the same, on a core with conformance/faults/hypervisor/name.patch
#   make build/fuzz/replay     carries out inputs, built by the usual compiler
#
# The fuzzer counts edges of hypervisor/core only, without the audit.

FUZZ := $(BUILD)/fuzz
FUZZ_TIME ?= 60
FUZZ_CC ?= $(CLANG)
FUZZ_FLAGS := -std=gnu11 -Wall -Wextra -Werror -g -O2 -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-D__SANITIZE_ADDRESS__=1
FUZZ_C := $(filter-out fuzz/replay.c,$(wildcard fuzz/*.c))

# A core to fuzz: this one, or a copy with a fault in it.
FUZZ_OUT := $(FUZZ)/$(or $(FAULT),main)
FUZZ_TREE := $(if $(FAULT),$(FUZZ_OUT)/tree,.)
FUZZ_OBJS := $(UNIT_CORE:%.c=$(FUZZ_OUT)/%.o) $(UNIT_HELP:%.c=$(FUZZ_OUT)/%.o) \
	$(FUZZ_C:%.c=$(FUZZ_OUT)/%.o)

.PHONY: fuzz
#: fuzz: search for FUZZ_TIME=60 seconds for what breaks the core; FAULT=name
fuzz:
	@scripts/packages check fuzz
	@$(if $(FAULT),fuzz/plant $(FAULT) $(FUZZ_OUT)/tree)
	@+$(AGAIN) $(FUZZ_OUT)/fuzzer
	@fuzz/run $(FUZZ_OUT) $(FUZZ_TIME)

$(FUZZ_OUT)/fuzzer: $(FUZZ_OBJS)
	$(call say,LD,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^

# Includes are relative to the tree; the fuzzer's own files are in each copy.
# No comparisons: the grammar has the values, and tracing them costs most of the time.
$(FUZZ_OUT)/hypervisor/%.o: FUZZ_EDGES := -fsanitize-coverage=inline-8bit-counters,pc-table
$(FUZZ_OUT)/hypervisor/core/audit.o: FUZZ_EDGES :=
$(FUZZ_OUT)/hypervisor/core/chunk.o: FUZZ_QUICK := -include fuzz/quick.h
$(FUZZ_OUT)/%.o: $(FUZZ_TREE)/%.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)cd $(FUZZ_TREE) && $(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_EDGES) $(FUZZ_QUICK) -I . \
		-MMD -MP -MT $@ -c -o $(abspath $@) $*.c

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
FUZZ_SEES := $(patsubst %,$(FUZZ)/replay-%,convert-kernel free-twin)

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

-include $(wildcard $(FUZZ)/*.d $(FUZZ_OUT)/*/*.d $(FUZZ_OUT)/*/*/*.d $(UNIT)/fuzz/*.d)
