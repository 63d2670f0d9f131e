# SPDX-License-Identifier: GPL-2.0-only
#
# The Linux guest. Nothing here is done unless it is asked for: `make linux`
# takes three minutes on two idle CPUs and 2 GB the first time, seconds when nothing
# changed.

LINUX := $(BUILD)/linux
LINUX_PROGRAMS := $(LINUX)/bin/checks $(LINUX)/bin/probe guest/linux/tests/in-tools

.PHONY: linux linux-native initramfs linux-selftests linux-tools check-linux rootfs run-linux
#: linux: build the Linux guest kernel from Debian's package (3 minutes)
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
		linux-selftests rootfs conformance-guest-build,linux)

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

#: rootfs: Debian 12 for i386 on an ext4 image, for Linux guests (1 minute)
rootfs:
	@scripts/packages run rootfs
	@guest/linux/rootfs $(LINUX)

#: run-linux: all the way from nothing to two Linux guests and a mini one
run-linux:
	@guest/linux/estimate $(LINUX)
	@scripts/packages run linux rootfs
	@+$(AGAIN) all
	@guest/linux/build $(LINUX)
	@guest/linux/rootfs $(LINUX)
	@./silk run --linux --guest name=mini,kernel=mini,disk=$(BUILD)/guest/mini/root.img:cow
