/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * life_fixture.h - modules with kernels in them, and the CPU's loop, for tests
 * of the life of guests.
 */
#ifndef TESTS_LIFE_FIXTURE_H
#define TESTS_LIFE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "fake_machine.h"
#include "unit.h"
#include "hypervisor/core/audit.h"
#include "hypervisor/core/chunk.h"
#include "hypervisor/core/config.h"
#include "hypervisor/core/elf.h"
#include "hypervisor/core/loader.h"
#include "hypervisor/core/sched.h"

#define MS            1000000ull
#define SECOND        1000000000ull

#define KERNEL_AT     0xc0400000u /* where the test kernel is linked */
#define KERNEL_ENTRY  (KERNEL_AT + 0x10)
#define KERNEL_FILE   0x2000u /* bytes of its file */
#define KERNEL_TEXT   0x1000u /* offset of what is loaded */
#define KERNEL_NOTE   0x200u
#define KERNEL_LOADED 0x800u /* bytes of it */
#define KERNEL_MEMORY 0x3000u

/* A small kernel file: a note, one segment whose byte i is (u8)(i * 7 + seed). */
struct kernel_file {
	struct elf_header h;
	struct elf_segment s[2];
	u8 rest[KERNEL_FILE - sizeof(struct elf_header) -
		2 * sizeof(struct elf_segment)];
};

static inline void kernel_file(struct kernel_file *f, u8 seed)
{
	static const struct elf_note note = { 5, 8, SILK_NOTE_TYPE };
	static const struct silk_note silk = { SILK_ABI_VERSION, KERNEL_ENTRY };
	u8 *bytes = (u8 *)f;
	u32 i;

	memset(f, 0, sizeof(*f));
	f->h = (struct elf_header){
		.magic = ELF_MAGIC,
		.class = ELF_CLASS_32,
		.data = ELF_LITTLE,
		.ident_version = 1,
		.type = ELF_EXEC,
		.machine = ELF_386,
		.version = 1,
		.entry = KERNEL_AT,
		.phoff = sizeof(f->h),
		.ehsize = sizeof(f->h),
		.phentsize = sizeof(f->s[0]),
		.phnum = 2,
	};
	f->s[0] = (struct elf_segment){
		.type = ELF_LOAD,
		.offset = KERNEL_TEXT,
		.vaddr = KERNEL_AT,
		.filesz = KERNEL_LOADED,
		.memsz = KERNEL_MEMORY,
	};
	f->s[1] = (struct elf_segment){
		.type = ELF_NOTE,
		.offset = KERNEL_NOTE,
		.filesz = 28,
	};
	memcpy(bytes + KERNEL_NOTE, &note, sizeof(note));
	memcpy(bytes + KERNEL_NOTE + 12, "SILK", 5);
	memcpy(bytes + KERNEL_NOTE + 20, &silk, sizeof(silk));
	for (i = 0; i < KERNEL_LOADED; i++)
		bytes[KERNEL_TEXT + i] = (u8)(i * 7 + seed);
}

/* A module of these bytes, in the hypervisor's memory; its number. */
static inline u32 module_add(const void *data, u32 bytes, const char *text)
{
	void *at = hv_pages_alloc((bytes + PAGE_SIZE - 1) / PAGE_SIZE);
	struct module *m = &fake.module[fake.modules];

	memcpy(at, data, bytes);
	*m = (struct module){ hv_page_machine(at), bytes, text };
	return fake.modules++;
}

static inline u32 module_kernel(const char *text)
{
	struct kernel_file f;

	kernel_file(&f, 0);
	return module_add(&f, sizeof(f), text);
}

/* What hypervisor/i386 does between guests, once; the vCPU that runs then, or
 * NULL. A step of a boot takes a millisecond. */
static inline struct vcpu *cpu_step(void)
{
	struct vcpu *v;

	if (work_due()) {
		fake.current = NULL;
		work_run();
	}
	v = sched_pick(fake.now);
	if (v && v->guest->state == GUEST_BOOTING) {
		fake.current = NULL;
		guest_boot_step(v->guest);
		fake.now += MS;
	} else if (v) {
		fake_run(v);
	}
	return v;
}

/* Until nothing is left to do but to run guests. */
static inline void cpu_settle(void)
{
	u32 i;
	struct vcpu *v;

	for (i = 0; i < 10000; i++) {
		v = cpu_step();
		if (v && v->guest->state == GUEST_BOOTING) {
			fake.now += 10 * MS;
			continue;
		}
		if (!work_due() && (!v || v->guest->state == GUEST_RUNNING)) {
			u32 n, booting = 0;

			for (n = 0; n < GUESTS_MAX; n++)
				booting += guests[n].state == GUEST_BOOTING;
			if (!booting)
				return;
			fake.now += 10 * MS;
		}
	}
	ck_abort_msg("the guests never settle");
}

/* Make a guest from a line of text as a module's string would be, and boot it. */
static inline struct guest *boot_guest(const char *text)
{
	struct guest_config c;
	struct guest *g;
	const char *why = config_parse(&c, text, 0);

	ck_assert_msg(!why, "%s", why);
	why = guest_create(&c, &g);
	ck_assert_msg(!why, "%s", why);
	cpu_settle();
	return g;
}

static inline void audit_all(void)
{
	char why[160];
	u32 i;

	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].state == GUEST_NONE)
			continue;
		machine_attach(&guests[i]);
		ck_assert_msg(!audit_guest(&guests[i], why, sizeof(why)),
			      "%s", why);
	}
	ck_assert_msg(!audit_machine(why, sizeof(why)), "%s", why);
	if (fake.current)
		fake_run(fake.current);
}

static inline char *log_text(void)
{
	return fake.output[FAKE_CONSOLES];
}

static inline void log_clear(void)
{
	fake.output_bytes[FAKE_CONSOLES] = 0;
	fake.output[FAKE_CONSOLES][0] = 0;
}

#define ASSERT_LOGGED(text) \
	ck_assert_msg(strstr(log_text(), text) != NULL, \
		      "the log lacks '%s': %s", text, log_text())
#define ASSERT_NOT_LOGGED(text) \
	ck_assert_msg(strstr(log_text(), text) == NULL, \
		      "the log has '%s': %s", text, log_text())

#endif
