# SPDX-License-Identifier: GPL-2.0-only
#
# The stub hypervisor that checks guests, and the deliberately wrong guests that
# check the stub. Nothing here is built unless it is asked for.

CG := conformance/guest
CGB := $(BUILD)/conformance/guest
CG_CFLAGS := $(I386_CFLAGS) -Wmissing-prototypes -Wshadow -Wvla -I abi \
	-I $(CG)/stub
CG_OBJECTS := $(patsubst $(CG)/stub/%.c,$(CGB)/stub/%.o,$(wildcard $(CG)/stub/*.c)) \
	$(CGB)/stub/entry.S.o

.PHONY: conformance-guest conformance-guest-build
conformance-guest-build: $(CGB)/stub.elf

$(CGB)/stub.elf: $(CG_OBJECTS) $(CG)/stub/stub.ld
	$(call say,LD,$@)
	$(Q)$(LD) -m elf_i386 -nostdlib -z noexecstack -z max-page-size=4096 \
		--build-id=none --no-warn-rwx-segments -T $(CG)/stub/stub.ld \
		-o $@ $(CG_OBJECTS)

$(CGB)/stub/%.o: $(CG)/stub/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CG_CFLAGS) -MMD -MP -c -o $@ $<

$(CGB)/stub/entry.S.o: $(CG)/stub/entry.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -m32 -march=i686 -g -D__ASSEMBLER__ -c -o $@ $<

-include $(CG_OBJECTS:.o=.d)
