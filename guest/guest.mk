# SPDX-License-Identifier: GPL-2.0-only
#
# The guests: the library, tiny, and mini with its root image. Included by the
# top Makefile; also works alone: make -f guest/guest.mk guests

ifndef I386_CFLAGS
.DEFAULT_GOAL := guests
.DELETE_ON_ERROR:
include mk/config.mk
endif

G := $(BUILD)/guest

# Frame pointers: the hypervisor prints a back-trace when a guest crashes.
GUEST_CFLAGS := $(I386_CFLAGS) -Wmissing-prototypes -Wshadow -Wvla \
	-mpreferred-stack-boundary=2 -fno-omit-frame-pointer \
	-I abi -I guest/lib
GUEST_ASFLAGS := -m32 -march=i686 -g -D__ASSEMBLER__ -I abi -I guest/lib
GUEST_LDFLAGS := -m elf_i386 -nostdlib -z noexecstack -z max-page-size=4096 \
	--build-id=none --no-warn-rwx-segments

# ---- the library -------------------------------------------------------

GUEST_LIB := $(G)/lib/libguest.a
GUEST_START := $(G)/lib/start.S.o
GUEST_LD := guest/lib/guest.ld
GUEST_LIB_OBJECTS := $(patsubst guest/%.c,$(G)/%.o,$(wildcard guest/lib/*.c)) \
	$(G)/lib/trap.S.o

.PHONY: guests guest-lib
#: guests: build the guests: tiny, mini and mini's root image
guests: guest-lib $(G)/tiny/tiny.elf $(G)/mini/mini.elf $(G)/mini/root.img
guest-lib: $(GUEST_LIB) $(GUEST_START)

$(GUEST_LIB): $(GUEST_LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(GUEST_LIB_OBJECTS)

# ---- tiny ----------------------------------------------------------------

$(G)/tiny/tiny.elf: $(G)/tiny/tiny.o

# ---- mini ----------------------------------------------------------------

MINI := $(G)/mini
MINI_OBJECTS := $(patsubst guest/%.c,$(G)/%.o,$(wildcard guest/mini/*.c)) \
	$(MINI)/entry.S.o

$(MINI)/mini.elf: $(MINI_OBJECTS)

# The same kernel by another name, for upgrades.
$(MINI)/next.elf: $(MINI_OBJECTS:%/main.o=%/main-next.o)
$(MINI)/main-next.o: GUEST_CFLAGS += -DMINI_VERSION='"mini 1.0 (upgraded)"'
$(MINI)/main-next.o: guest/mini/main.c

$(G)/tiny/tiny.elf $(MINI)/mini.elf $(MINI)/next.elf: \
		$(GUEST_START) $(GUEST_LIB) $(GUEST_LD)
	$(call say,LD,$@)
	$(Q)$(LD) $(GUEST_LDFLAGS) -T $(GUEST_LD) -o $@ $(GUEST_START) \
		$(filter-out $(GUEST_START) $(GUEST_LIB) $(GUEST_LD),$^) $(GUEST_LIB)

# ---- mini's programs -------------------------------------------------------

MINI_PROGRAMS := $(patsubst guest/mini/user/%.c,%,$(wildcard guest/mini/user/*.c))
MINI_BIN := $(MINI_PROGRAMS:%=$(MINI)/root/bin/%)
MINI_USER_LIB := $(MINI)/user/lib/start.S.o $(MINI)/user/lib/lib.o \
	$(G)/lib/format.o $(G)/lib/string.o

$(MINI)/user/%.o: GUEST_CFLAGS += -I guest/mini/user/lib -I guest/mini
$(MINI_BIN): $(MINI)/root/bin/%: $(MINI)/user/%.o $(MINI_USER_LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LD) $(GUEST_LDFLAGS) -s -Ttext-segment=0x400000 -o $@ $^

# The root file system: a fresh tree, then one image of it. Times and numbers
# in it are fixed, so that equal input gives an equal image.
MINI_ETC := $(wildcard guest/mini/root/etc/*)

$(MINI)/root.img: $(MINI_BIN) $(MINI_ETC) $(G)/tiny/tiny.elf $(MINI)/mini.elf \
		$(MINI)/next.elf guest/guest.mk
	$(call say,MKE2FS,$@)
	$(Q)mkdir -p $(MINI)/root/etc $(MINI)/root/boot
	$(Q)cp $(MINI_ETC) $(MINI)/root/etc/
	$(Q)seq 1 20000 > $(MINI)/root/etc/numbers
	$(Q)for k in $(G)/tiny/tiny.elf $(MINI)/mini.elf $(MINI)/next.elf; do \
		$(OBJCOPY) --strip-all $$k $(MINI)/root/boot/$${k##*/} || exit 1; \
	done
	$(Q)rm -f $@ && truncate -s 4M $@
	$(Q)E2FSPROGS_FAKE_TIME=1 /sbin/mke2fs -q -t ext2 -b 1024 -I 256 -m 0 \
		-O none,filetype,sparse_super -U 5117c0de-0000-4000-8000-000000000001 \
		-E hash_seed=5117c0de-0000-4000-8000-000000000002,root_owner=0:0 \
		-L mini -d $(MINI)/root $@

# ---- how files are compiled ------------------------------------------------

$(G)/%.o: guest/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(MINI)/main-next.o:
	$(call say,CC,$< (next))
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ guest/mini/main.c

$(G)/%.S.o: guest/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_ASFLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $(G)/*/*.d $(MINI)/user/*.d $(MINI)/user/lib/*.d)
