# SPDX-License-Identifier: GPL-2.0-only
#
# The benchmarks: one kernel built as a guest and as a native kernel, run by
# bench/run. Works by itself too: make -f bench/bench.mk bench

ifndef I386_CFLAGS
include mk/config.mk
BENCH_ALONE := 1
endif

BENCH := $(BUILD)/bench
BENCH_SHARED := rows.c print.c entry.S user.S
BENCH_NATIVE := $(BENCH_SHARED) $(addprefix native/,start.S main.c virtio.c)
BENCH_GUEST := $(BENCH_SHARED) $(addprefix guest/,start.S main.c)
BENCH_LDFLAGS := -m elf_i386 -nostdlib -z noexecstack -z max-page-size=4096 \
	--build-id=none --no-warn-rwx-segments

.PHONY: bench bench-clock bench-kernels
#: bench: instructions spent by each operation, against the bare machine
bench: bench-kernels $(if $(BENCH_ALONE),,hypervisor)
	$(Q)bench/run instructions

#: bench-clock: the same by the clock, ratios of medians
bench-clock: bench-kernels $(if $(BENCH_ALONE),,hypervisor)
	$(Q)bench/run clock

bench-kernels: $(BENCH)/native.elf $(BENCH)/guest.elf
guests: $(BENCH)/guest.elf

$(BENCH)/native.elf: $(BENCH_NATIVE:%=$(BENCH)/native-o/%.o) \
		bench/native/native.ld
	$(call say,LD,$@)
	$(Q)$(LD) $(BENCH_LDFLAGS) -T bench/native/native.ld -o $@ \
		$(filter %.o,$^) $(LIBGCC32)

$(BENCH)/guest.elf: $(BENCH_GUEST:%=$(BENCH)/guest-o/%.o) \
		bench/guest/guest.ld
	$(call say,LD,$@)
	$(Q)$(LD) $(BENCH_LDFLAGS) -T bench/guest/guest.ld -o $@ \
		$(filter %.o,$^) $(LIBGCC32)

# Each kernel sees its own plat.h.
define BENCH_RULES
$(BENCH)/$(1)-o/%.c.o: bench/%.c bench/bench.mk
	$$(call say,CC,$$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(I386_CFLAGS) -I bench/$(1) -I bench -I abi \
		-MMD -MP -c -o $$@ $$<

$(BENCH)/$(1)-o/%.S.o: bench/%.S bench/bench.mk
	$$(call say,AS,$$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) -m32 -march=i686 -g -D__ASSEMBLER__ -I bench/$(1) -I bench \
		-I abi -MMD -MP -c -o $$@ $$<
endef
$(eval $(call BENCH_RULES,native))
$(eval $(call BENCH_RULES,guest))

-include $(shell find $(BENCH) -name '*.d' 2>/dev/null)
