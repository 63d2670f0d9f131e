# SPDX-License-Identifier: GPL-2.0-only
#
# The guests: the library, tiny, and mini with its root image. Included by the
# top Makefile; also works alone: make -f guest/guest.mk guests

ifndef I386_CFLAGS
.DEFAULT_GOAL := guests
include mk/config.mk
endif

G := $(BUILD)/guest

GUEST_CFLAGS := $(I386_CFLAGS) -Wmissing-prototypes -Wshadow -Wvla \
	-I abi -I guest/lib
GUEST_ASFLAGS := -m32 -march=i686 -g -D__ASSEMBLER__ -I abi -I guest/lib
GUEST_LDFLAGS := -m elf_i386 -nostdlib -z noexecstack -z max-page-size=4096 \
	--build-id=none --no-warn-rwx-segments -T guest/lib/guest.ld

GUEST_LIB := $(G)/lib/libguest.a
GUEST_START := $(G)/lib/start.S.o
GUEST_LIB_OBJECTS := $(patsubst guest/%.c,$(G)/%.o,$(wildcard guest/lib/*.c)) \
	$(G)/lib/trap.S.o

.PHONY: guests guest-lib
guests: guest-lib $(G)/tiny/tiny.elf
guest-lib: $(GUEST_LIB) $(GUEST_START)

$(GUEST_LIB): $(GUEST_LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(GUEST_LIB_OBJECTS)

$(G)/tiny/tiny.elf: $(GUEST_START) $(G)/tiny/tiny.o $(GUEST_LIB) guest/lib/guest.ld
	$(call say,LD,$@)
	$(Q)$(LD) $(GUEST_LDFLAGS) -o $@ $(filter-out %.ld,$^)

$(G)/%.o: guest/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(G)/%.S.o: guest/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_ASFLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $(G)/*/*.d)
