# SPDX-License-Identifier: GPL-2.0-only
#
# The Linux guest. Nothing here is done unless it is asked for: `make linux`
# takes some ten minutes and 3 GB the first time, seconds when nothing changed.

LINUX := $(BUILD)/linux

.PHONY: linux linux-native initramfs linux-selftests
#: linux: build the Linux guest kernel from Debian's package (10 minutes)
linux:
	@scripts/packages linux
	@guest/linux/build $(LINUX)

#: linux-native: the same kernel for bare metal, to compare with
linux-native:
	@scripts/packages linux
	@guest/linux/build $(LINUX) native

#: initramfs: a small Linux system of Debian's busybox, and our checks
initramfs: $(LINUX)/bin/checks
	@scripts/packages linux
	@guest/linux/initramfs $(LINUX) $(LINUX)/bin/checks

$(LINUX)/bin/checks: guest/linux/tests/checks.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -m32 -msse2 -static -O2 -Wall -Wextra -Werror -o $@ $< -lpthread

#: linux-selftests: Linux's own i386 tests on an initial ramdisk, for check-linux
linux-selftests: linux linux-native initramfs
	@guest/linux/selftests $(LINUX)
