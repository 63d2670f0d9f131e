# SPDX-License-Identifier: GPL-2.0-only
#
# The Linux guest. Nothing here is done unless it is asked for: `make linux`
# takes some ten minutes and 3 GB the first time, seconds when nothing changed.

LINUX := $(BUILD)/linux
LINUX_PROGRAMS := $(LINUX)/bin/checks $(LINUX)/bin/probe guest/linux/tests/in-tools

.PHONY: linux linux-native initramfs linux-selftests linux-tools check-linux
#: linux: build the Linux guest kernel from Debian's package (10 minutes)
linux:
	@scripts/packages linux
	@guest/linux/build $(LINUX)

#: linux-native: the same kernel for bare metal, to compare with
linux-native:
	@scripts/packages linux
	@guest/linux/build $(LINUX) native

#: initramfs: a small Linux system of Debian's busybox, and our checks
initramfs: linux $(LINUX_PROGRAMS)
	@guest/linux/initramfs $(LINUX) $(LINUX_PROGRAMS)

#: linux-tools: a disk with strace, gdb, stress-ng and so on for the tests
linux-tools:
	@scripts/packages linux
	@guest/linux/tools $(LINUX)

#: check-linux: build Linux, the small system, the tools; run all tests of it
check-linux:
	$(call tested,scripts/packages run check linux && ,all initramfs linux-tools \
		linux-selftests conformance-guest-build,linux)

# The programs of the tests: static, for i386.
LINUX_PROGRAM = $(CC) -m32 -msse2 -static -O2 -Wall -Wextra -Werror -o $@ $(filter %.c,$^) -lpthread

$(LINUX)/bin/checks: $(wildcard guest/linux/tests/checks/*.[ch])
$(LINUX)/bin/probe: guest/linux/tests/probe.c
$(LINUX)/bin/checks $(LINUX)/bin/probe:
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_PROGRAM)

#: linux-selftests: Linux's own i386 tests on an initial ramdisk, for check-linux
linux-selftests: linux linux-native initramfs
	@guest/linux/selftests $(LINUX)
