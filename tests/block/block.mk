# SPDX-License-Identifier: GPL-2.0-only
#
# The guest of tests/boot/block.exp: it works its disks hard.

BLOCK_GUEST := $(BUILD)/block/disk.elf

$(BLOCK_GUEST): $(GUEST_START) $(BUILD)/block/main.o $(GUEST_LIB)
	$(call say,LD,$@)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(GUEST_LD) -o $@ $^

$(BUILD)/block/main.o: tests/block/main.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

guests: $(BLOCK_GUEST)

-include $(BUILD)/block/main.d
