// SPDX-License-Identifier: GPL-2.0-only
/*
 * multiboot.c - modules, command line and memory map of the boot loader.
 *
 * Invariant: all that is needed later is copied here, into the hypervisor's own
 * memory, but for the modules' contents: their memory is never dealt out.
 */
#include "multiboot.h"
#include "../core/format.h"
#include "../core/libc.h"
#include "../core/machine.h"
#include "arch.h"

#define MODULES_MAX   32
#define TEXT_BYTES    (MODULES_MAX * 512)
#define MAP_MAX       32
#define CMDLINE_BYTES 512

static struct module modules[MODULES_MAX];
static u32 module_count;
static char text[TEXT_BYTES];
static u32 text_used;
static char cmdline[CMDLINE_BYTES];
static struct {
	u32 start, end;
} ram[MAP_MAX];
static u32 ram_count;

/* The loader keeps its information low; boot.S maps the first 64 MB. */
static const void *at(u32 machine, u32 bytes)
{
	if (machine + bytes < bytes || machine + bytes > HVMEM_MAX)
		panic("boot loader's information at %08x is out of reach", machine);
	return (const void *)(HYPERVISOR_BASE + machine);
}

static const char *keep_text(u32 machine)
{
	const char *from = at(machine, 1);
	char *to = text + text_used;
	u32 length = 0;

	while (from[length] && from + length < (const char *)SLOT_BASE - 1)
		length++;
	if (text_used + length + 1 > TEXT_BYTES)
		panic("the modules' strings are too long");
	memcpy(to, from, length);
	to[length] = 0;
	text_used += length + 1;
	return to;
}

static void take_modules(const struct multiboot_info *info)
{
	const struct multiboot_module *m;
	u32 i;

	if (info->mods_count > MODULES_MAX)
		panic("more than %u modules", MODULES_MAX);
	m = at(info->mods_addr, info->mods_count * sizeof(*m));
	for (i = 0; i < info->mods_count; i++) {
		modules[i].start = m[i].start;
		modules[i].bytes = m[i].end - m[i].start;
		modules[i].text = keep_text(m[i].string);
	}
	module_count = i;
}

static void add_ram(u64 start, u64 end)
{
	end = MIN(end, 0x100000000ull - PAGE_SIZE);
	if (start >= end)
		return;
	if (ram_count == MAP_MAX)
		panic("the memory map has more than %u parts", MAP_MAX);
	ram[ram_count].start = (u32)start;
	ram[ram_count].end = (u32)end;
	ram_count++;
}

static void take_map(const struct multiboot_info *info)
{
	u32 done = 0;

	while (done < info->mmap_length) {
		const struct multiboot_map *m = at(info->mmap_addr + done, sizeof(*m));
		u64 start = (u64)m->base_high << 32 | m->base_low;
		u64 length = (u64)m->length_high << 32 | m->length_low;

		if (m->type == MULTIBOOT_MAP_RAM)
			add_ram(start, start + length);
		done += m->size + sizeof(m->size);
	}
}

void multiboot_take(u32 magic, u32 where)
{
	const struct multiboot_info *info;
	u32 length;

	if (magic != MULTIBOOT_LOADED)
		panic("not loaded by a Multiboot loader");
	info = at(where, sizeof(*info));
	if (info->flags & MULTIBOOT_HAS_CMDLINE) {
		const char *from = at(info->cmdline, CMDLINE_BYTES);

		for (length = 0; length < CMDLINE_BYTES - 1 && from[length]; length++)
			cmdline[length] = from[length];
	}
	if (info->flags & MULTIBOOT_HAS_MODULES)
		take_modules(info);
	if (!(info->flags & MULTIBOOT_HAS_MAP))
		panic("the boot loader gave no memory map");
	take_map(info);
}

const char *multiboot_cmdline(void)
{
	return cmdline;
}

bool multiboot_usable(u32 start, u32 end)
{
	u32 i;

	for (i = 0; i < ram_count; i++)
		if (start >= ram[i].start && end <= ram[i].end)
			return true;
	return false;
}

u32 machine_modules(void)
{
	return module_count;
}

const struct module *machine_module(u32 number)
{
	return &modules[number];
}
