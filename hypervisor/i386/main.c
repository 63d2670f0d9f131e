// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - from boot.S to the first guest.
 *
 * Invariant: memory is divided here, once: the hypervisor keeps the first
 * `hvmem` bytes (32 MB unless its command line says otherwise), modules stay
 * where the loader put them, every whole 4 MB of RAM besides is a chunk.
 */
#include "../core/blk.h"
#include "../core/chunk.h"
#include "../core/config.h"
#include "../core/control.h"
#include "../core/format.h"
#include "../core/libc.h"
#include "../core/machine.h"
#include "../drivers/init.h"
#include "../drivers/uart.h"
#include "arch.h"
#include "irq.h"
#include "multiboot.h"

#define HVMEM_DEFAULT 0x02000000u
#define HVMEM_MIN     0x00800000u

extern u8 image_end[];

void hypervisor_main(u32 magic, u32 info);

/* The value of `key` ("hvmem=") on the command line, or NULL. */
static const char *option(const char *key)
{
	const char *at = multiboot_cmdline();
	u32 length = strlen(key);

	while (*at) {
		while (*at == ' ')
			at++;
		if (!strncmp(at, key, length))
			return at + length;
		while (*at && *at != ' ')
			at++;
	}
	return NULL;
}

/* "32M" on the command line: megabytes, a multiple of 4. */
static u32 hypervisor_memory(void)
{
	const char *text = option("hvmem=");
	u32 mb = 0;

	if (!text)
		return HVMEM_DEFAULT;
	while (*text >= '0' && *text <= '9' && mb < 10000)
		mb = mb * 10 + (u32)(*text++ - '0');
	if (*text != 'M' || mb % 4 || mb < HVMEM_MIN >> 20 || mb > HVMEM_MAX >> 20)
		panic("hvmem= wants a multiple of 4M from 8M to 64M");
	return mb << 20;
}

/* Does a module lie in start..end? */
static bool holds_module(u32 start, u32 end)
{
	u32 i;

	for (i = 0; i < machine_modules(); i++) {
		const struct module *m = machine_module(i);

		if (m->start < end && m->start + m->bytes > start)
			return true;
	}
	return false;
}

static void divide_memory(u32 hvmem)
{
	u32 chunk, dealt = 0, i;

	if (!multiboot_usable(0x100000, hvmem))
		panic("the machine has less than %u MB of memory", hvmem >> 20);
	pages_init(machine_of(image_end), hvmem);
	for (i = 0; i < machine_modules(); i++)
		pages_reserve(machine_module(i)->start,
			      machine_module(i)->start + machine_module(i)->bytes);
	for (chunk = hvmem / CHUNK_SIZE; chunk < CHUNKS - 1; chunk++) {
		u32 start = chunk * CHUNK_SIZE;

		if (!multiboot_usable(start, start + CHUNK_SIZE) ||
		    holds_module(start, start + CHUNK_SIZE))
			continue;
		chunk_add_free(start);
		dealt++;
	}
	log_printf("memory: %u MB for the hypervisor, %u MB in chunks for guests\n",
		   hvmem >> 20, dealt * (CHUNK_SIZE >> 20));
}

/* A module that can't be a guest is reported, and the others go on. */
static void create_guests(void)
{
	u32 i;

	for (i = 0; i < machine_modules(); i++) {
		const char *text = machine_module(i)->text;
		struct guest_config config;
		struct guest *g;
		const char *why;

		if (!config_is_guest(text))
			continue;
		why = config_parse(&config, text, i);
		if (!why)
			why = guest_create(&config, &g);
		if (why)
			log_printf("module %u (%s): %s\n", i, text, why);
	}
}

void hypervisor_main(u32 magic, u32 info)
{
	u32 hvmem;

	uart_early_init();
	log_printf("SILK %u.%u: Simultaneous Instances of the Linux Kernel\n",
		   SILK_ABI_MAJOR, SILK_ABI_MINOR);
	multiboot_take(magic, info);
	hvmem = hypervisor_memory();
	fpu_init();
	descriptor_init();
	irq_init();
	divide_memory(hvmem);
	paging_init(hvmem);
	clock_init();
	drivers_init();
	machine_attach(NULL);
	create_guests();
	control_start();
	on_boot_stack(cpu_loop);
}
