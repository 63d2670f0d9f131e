/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * multiboot.h - what the boot loader left for us (Multiboot 0.6.96, 3.3).
 */
#ifndef SILK_I386_MULTIBOOT_H
#define SILK_I386_MULTIBOOT_H

#include "../core/types.h"

#define MULTIBOOT_LOADED      0x2badb002
#define MULTIBOOT_HAS_CMDLINE 0x04
#define MULTIBOOT_HAS_MODULES 0x08
#define MULTIBOOT_HAS_MAP     0x40
#define MULTIBOOT_MAP_RAM     1

struct multiboot_info {
	u32 flags, mem_lower, mem_upper, boot_device, cmdline;
	u32 mods_count, mods_addr;
	u32 syms[4];
	u32 mmap_length, mmap_addr;
};

struct multiboot_module {
	u32 start, end, string, reserved;
};

struct multiboot_map {
	u32 size; /* of the rest */
	u32 base_low, base_high, length_low, length_high, type;
};

/* Copy modules, command line and memory map out of the loader's memory. */
void multiboot_take(u32 magic, u32 info);
const char *multiboot_cmdline(void);
/* Is all of start..end (below 4 GB) usable memory by the map? */
bool multiboot_usable(u32 start, u32 end);

#endif
