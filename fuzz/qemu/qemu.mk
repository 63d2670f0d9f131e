# SPDX-License-Identifier: GPL-2.0-only
#
# The fuzzing guest, and the goal that lets it loose on the real hypervisor in
# QEMU, beside the witness (tests/hostile).

FUZZ_SEED ?=
FUZZ_DEBUG ?= 1

FUZZ_QEMU := $(BUILD)/fuzz-qemu
FUZZ_GUEST := $(FUZZ_QEMU)/guest.elf
FUZZ_GUEST_OBJS := $(patsubst fuzz/qemu/guest/%,$(FUZZ_QEMU)/%.o,\
	$(wildcard fuzz/qemu/guest/*.c fuzz/qemu/guest/*.S))

.PHONY: fuzz-qemu
#: fuzz-qemu: the same for the real hypervisor, in QEMU; FUZZ_SEED=N repeats one run
fuzz-qemu:
	@scripts/packages run $(if $(FAULT),check)
	@$(if $(FAULT),DEBUG=$(filter 1,$(FUZZ_DEBUG)) fuzz/qemu/plant $(FAULT))
	@+$(AGAIN) $(if $(FAULT),,$(if $(filter 1,$(FUZZ_DEBUG)),DEBUG=1) hypervisor) $(FUZZ_GUEST) \
		$(HOSTILE)/witness.elf
	@FAULT="$(FAULT)" FUZZ_DEBUG=$(FUZZ_DEBUG) fuzz/qemu/run $(FUZZ_TIME) $(FUZZ_SEED)

guests: $(FUZZ_GUEST)

$(FUZZ_GUEST): $(GUEST_START) $(FUZZ_GUEST_OBJS) $(addprefix $(HOSTILE)/lib/,try.S.o call.S.o) $(GUEST_LIB)
	$(call say,LD,$@)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(GUEST_LD) -o $@ $^

$(FUZZ_QEMU)/%.c.o: fuzz/qemu/guest/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -I tests/hostile/lib -MMD -MP -c -o $@ $<

$(FUZZ_QEMU)/%.S.o: fuzz/qemu/guest/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_ASFLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $(FUZZ_QEMU)/*.d)
