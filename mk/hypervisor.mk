# SPDX-License-Identifier: GPL-2.0-only
#
# The hypervisor: every C and assembler file of hypervisor/ linked into one
# ELF that a Multiboot loader (QEMU's -kernel, GRUB) can boot.
#
# DEBUG=1 builds it apart, in build/debug, with SILK_DEBUG defined: argument
# registers are poisoned and the audit runs after each hypercall.

ifeq ($(DEBUG),1)
HV := $(BUILD)/debug/hypervisor
HV_DEFINES := -DSILK_DEBUG
else
HV := $(BUILD)/hypervisor
HV_DEFINES :=
endif

HV_CFLAGS := $(I386_CFLAGS) -Wmissing-prototypes -Wshadow -Wvla \
	-I hypervisor -I abi -I $(HV) $(HV_DEFINES)
HV_ASFLAGS := -m32 -march=i686 -g -D__ASSEMBLER__ \
	-I hypervisor -I abi -I $(HV) $(HV_DEFINES)
HV_SCRIPT := hypervisor/i386/silk.ld
HV_LDFLAGS := -m elf_i386 -nostdlib -z noexecstack -z max-page-size=4096 \
	--build-id=none --no-warn-rwx-segments

HV_OFFSETS := hypervisor/i386/offsets.c
HV_C := $(filter-out $(HV_OFFSETS),$(wildcard hypervisor/core/*.c \
	hypervisor/i386/*.c hypervisor/drivers/*.c))
HV_S := $(wildcard hypervisor/i386/*.S)
HV_OBJECTS := $(HV_C:hypervisor/%.c=$(HV)/%.o) \
	$(HV_S:hypervisor/%.S=$(HV)/%.S.o)

.PHONY: hypervisor
#: hypervisor: build the hypervisor (DEBUG=1: the checking one)
hypervisor: $(HV)/silk.elf

$(HV)/silk.elf: $(HV_OBJECTS) $(HV_SCRIPT)
	$(call say,LD,$@)
	$(Q)$(LD) $(HV_LDFLAGS) -T $(HV_SCRIPT) -o $@ $(HV_OBJECTS) $(LIBGCC32)

$(HV)/%.o: hypervisor/%.c $(HV)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HV_CFLAGS) -MMD -MP -c -o $@ $<

$(HV)/%.S.o: hypervisor/%.S $(HV)/flags
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HV_ASFLAGS) -MMD -MP -c -o $@ $<

# Offsets of structure members, for the assembler: the compiler writes
# "->NAME value" lines into its output, which become #defines.
$(HV)/offsets.h: $(HV_OFFSETS) $(HV)/flags
	$(call say,GEN,$@)
	$(Q)$(CC) $(HV_CFLAGS) -MMD -MP -MT $@ -MF $(HV)/offsets.d \
		-S -o $(HV)/offsets.s $<
	$(Q)sed -n 's/^[[:space:]]*->\([A-Za-z0-9_]*\) [$$#]*\(-\{0,1\}[0-9]*\).*/#define \1 \2/p' \
		$(HV)/offsets.s > $@

ifneq ($(wildcard $(HV_OFFSETS)),)
$(HV_S:hypervisor/%.S=$(HV)/%.S.o): $(HV)/offsets.h
endif

# Built anew when the flags or the list of files change.
$(HV)/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(CC) $(HV_CFLAGS) $(HV_OBJECTS)' | cmp -s - $@ || \
		echo '$(CC) $(HV_CFLAGS) $(HV_OBJECTS)' > $@

.PHONY: FORCE
FORCE:

-include $(HV_OBJECTS:.o=.d) $(HV)/offsets.d
