# SPDX-License-Identifier: GPL-2.0-only
#
# The benchmark of Linux in a guest against Linux on the bare machine. It needs
# both kernels, so nothing of it is part of `make check`.

BENCH_LINUX := $(BUILD)/bench/linux
SILKBENCH := silkbench.c alone.c between.c

.PHONY: bench-linux bench-xen
#: bench-linux: Linux in a guest against Linux natively (kernels: 15 minutes, runs: 5)
bench-linux:
	@scripts/packages run linux
	@+$(AGAIN) hypervisor $(BENCH_LINUX)/silkbench
	@guest/linux/build $(LINUX)
	@guest/linux/build $(LINUX) native
	@+$(AGAIN) LINUX=$(LINUX) $(BENCH_LINUX)/initramfs.gz
	@BUILD=$(BUILD) LINUX=$(LINUX) bench/linux/run instructions; status=$$?; \
		BUILD=$(BUILD) LINUX=$(LINUX) bench/linux/run clock && exit $$status

#: bench-xen: the same program in Xen's dom0 against Debian's kernel natively
bench-xen:
	@scripts/packages run linux
	@guest/linux/build $(LINUX)
	@+$(AGAIN) $(BENCH_LINUX)/silkbench
	@+$(AGAIN) LINUX=$(LINUX) $(BENCH_LINUX)/initramfs.gz
	@BUILD=$(BUILD) LINUX=$(LINUX) GUEST=xen bench/linux/run instructions
	@BUILD=$(BUILD) LINUX=$(LINUX) GUEST=xen bench/linux/run clock

$(BENCH_LINUX)/silkbench: $(addprefix bench/linux/,$(SILKBENCH) silkbench.h)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -m32 -O2 -static -Wall -Wextra -Werror -o $@ $(filter %.c,$^)

$(BENCH_LINUX)/initramfs.gz: $(BENCH_LINUX)/silkbench
	$(call say,CPIO,$@)
	$(Q)printf '%s\n' 'dir /dev 755 0 0' 'nod /dev/console 600 0 0 c 5 1' \
		'dir /proc 755 0 0' 'dir /tmp 1777 0 0' 'file /init $< 755 0 0' > $@.list
	$(Q)$(LINUX)/obj/usr/gen_init_cpio $@.list | gzip -n -9 > $@
