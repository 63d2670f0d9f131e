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

# ---- the wrong guests ------------------------------------------------------

CG_WRONG := $(patsubst $(CG)/wrong/%.c,$(CGB)/wrong/%.elf,$(wildcard $(CG)/wrong/*.c))
# Three are wrong before their first instruction.
CG_WRONG_LD = $(GUEST_LD)
CG_WRONG_START = $(GUEST_START)
$(CGB)/wrong/boot-4.elf: CG_WRONG_START :=
$(CGB)/wrong/boot-9.elf: CG_WRONG_LD = $(CGB)/wrong/low.ld
$(CGB)/wrong/boot-9.elf: $(CGB)/wrong/low.ld
$(CGB)/wrong/boot-9-high.elf: CG_WRONG_LD = $(CGB)/wrong/high.ld
$(CGB)/wrong/boot-9-high.elf: $(CGB)/wrong/high.ld

# ---- right guests, for what tiny and mini do not do ------------------------

CG_RIGHT := $(patsubst $(CG)/right/%.c,$(CGB)/right/%.elf,$(wildcard $(CG)/right/*.c))

conformance-guest-build: $(CG_WRONG) $(CG_RIGHT)

$(CGB)/right/%.elf: $(CGB)/right/%.o $(GUEST_START) $(GUEST_LIB) $(GUEST_LD)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(GUEST_LD) -o $@ $(GUEST_START) $< $(GUEST_LIB)

$(CGB)/right/%.o: $(CG)/right/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -I $(CG)/wrong -MMD -MP -c -o $@ $<


$(CGB)/wrong/low.ld: $(GUEST_LD)
	$(Q)mkdir -p $(@D)
	$(Q)sed 's/0xc0400000;/0xc0000000;/' $(GUEST_LD) > $@

$(CGB)/wrong/high.ld: $(GUEST_LD)
	$(Q)mkdir -p $(@D)
	$(Q)sed 's/0xc0400000;/0xd0000000;/' $(GUEST_LD) > $@

$(CGB)/wrong/%.elf: $(CGB)/wrong/%.o $(GUEST_START) $(GUEST_LIB) $(GUEST_LD)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(CG_WRONG_LD) -o $@ $(CG_WRONG_START) $< $(GUEST_LIB)

$(CGB)/wrong/%.o: $(CG)/wrong/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -I $(CG)/wrong -MMD -MP -c -o $@ $<

-include $(CG_WRONG:.elf=.d) $(CG_RIGHT:.elf=.d)
.PRECIOUS: $(CGB)/wrong/%.o $(CGB)/right/%.o

#: conformance-guest: tiny and mini in every mood, and guests that must be caught
conformance-guest: guests conformance-guest-build
	$(Q)$(CG)/run

# ---- a guest by somebody who had read nothing but spec/ and abi/ -------------

CG_OUTSIDER := $(patsubst $(CG)/outsider/%,$(CGB)/outsider/%.o,\
	$(wildcard $(CG)/outsider/*.c $(CG)/outsider/*.S))
conformance-guest-build: $(CGB)/outsider.elf

$(CGB)/outsider.elf: $(CG_OUTSIDER) $(CG)/outsider/guest.ld
	$(call say,LD,$@)
	$(Q)$(LD) -m elf_i386 -nostdlib -z noexecstack --build-id=none \
		--no-warn-rwx-segments -T $(CG)/outsider/guest.ld -o $@ $(CG_OUTSIDER)

$(CGB)/outsider/%.o: $(CG)/outsider/%
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(I386_CFLAGS) -fno-tree-loop-distribute-patterns -I abi -MMD -MP -c -o $@ $<

-include $(CG_OUTSIDER:.o=.d)
