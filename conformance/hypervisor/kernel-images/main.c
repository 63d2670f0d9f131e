// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-images - which images are kernels: one varied field by field, in its segments and
 * in its notes, and offered to set_kernel.
 *
 * guest: mem=16M
 * covers: BOOT-1 BOOT-4 LIFE-5 LIFE-55
 */
#include "suite.h"

#define IMAGE   (SPARE_GPA + 64 * PAGE_SIZE)
#define LENGTH  0x1000u
#define PHDRS   52u
#define NOTE_AT 0x200u
#define TEXT    0xc0400000u
#define MEMORY  (16u << 20)

enum { BYTE = 1,
       HALF = 2,
       WORD = 4 };

/* Offsets into the ELF header and the first program header (System V ABI). */
enum {
	E_CLASS = 4,
	E_DATA = 5,
	E_IDENT_VERSION = 6,
	E_OSABI = 7,
	E_TYPE = 16,
	E_MACHINE = 18,
	E_VERSION = 20,
	E_ENTRY = 24,
	E_PHOFF = 28,
	E_SHOFF = 32,
	E_FLAGS = 36,
	E_EHSIZE = 40,
	E_PHENTSIZE = 42,
	E_PHNUM = 44,
	E_SHNUM = 48,
	P_TYPE = PHDRS,
	P_OFFSET = PHDRS + 4,
	P_VADDR = PHDRS + 8,
	P_PADDR = PHDRS + 12,
	P_FILESZ = PHDRS + 16,
	P_MEMSZ = PHDRS + 20,
	P_ALIGN = PHDRS + 28,
	SECOND = 32 /* from the first program header to the next */
};

static uint8_t *image;

static void put(uint32_t at, uint32_t size, uint32_t value)
{
	memcpy(image + at, &value, size);
}

static void segment(uint32_t n, uint32_t type, uint32_t offset, uint32_t vaddr,
		    uint32_t filesz, uint32_t memsz)
{
	uint32_t at = n * SECOND;

	put(P_TYPE + at, WORD, type);
	put(P_OFFSET + at, WORD, offset);
	put(P_VADDR + at, WORD, vaddr);
	put(P_FILESZ + at, WORD, filesz);
	put(P_MEMSZ + at, WORD, memsz);
}

/* A note as [BOOT-4] has it, at NOTE_AT + at. Returns its length. */
static uint32_t note(uint32_t at, const char *name, uint32_t descsz, uint32_t version,
		     uint32_t entry)
{
	at += NOTE_AT;
	put(at, WORD, (uint32_t)strlen(name) + 1);
	put(at + 4, WORD, descsz);
	put(at + 8, WORD, SILK_NOTE_TYPE);
	memset(image + at + 12, 0, 8);
	memcpy(image + at + 12, name, strlen(name));
	put(at + 20, WORD, version);
	put(at + 24, WORD, entry);
	return 20 + descsz;
}

/* The smallest good kernel: one segment without bytes of its own. */
static void good(void)
{
	static const uint8_t ident[] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };

	memset(image, 0, LENGTH);
	memcpy(image, ident, sizeof(ident));
	put(E_TYPE, HALF, 2);
	put(E_MACHINE, HALF, 3);
	put(E_VERSION, WORD, 1);
	put(E_ENTRY, WORD, TEXT);
	put(E_PHOFF, WORD, PHDRS);
	put(E_EHSIZE, HALF, 52);
	put(E_PHENTSIZE, HALF, 32);
	put(E_PHNUM, HALF, 1);
	segment(0, 1, 0x100, TEXT, 16, 4096);
}

static void cut_is_kernel(uint32_t length, bool kernel, const char *what)
{
	int32_t result = hv_set_kernel(IMAGE, length);

	expect_that(result == (kernel ? 0 : -SILK_ENOEXEC), "%s: expected %d, seen %d", what,
		    kernel ? 0 : -SILK_ENOEXEC, result);
	if (result == -SILK_ENOEXEC)
		expect(SILK_CLAUSE(SILK_AREA_LIFE, 55), vcpu()->diag.clause, "%s: diag.clause", what);
}

static void is_kernel(bool kernel, const char *what)
{
	cut_is_kernel(LENGTH, kernel, what);
}

static const struct {
	const char *name;
	uint32_t at, size, value;
	bool kernel;
} fields[] = {
	{ "magic", 0, BYTE, 0x7e, false },
	{ "magic, last byte", 3, BYTE, 'G', false },
	{ "class 64", E_CLASS, BYTE, 2, false },
	{ "big-endian", E_DATA, BYTE, 2, false },
	{ "ident version 0", E_IDENT_VERSION, BYTE, 0, false },
	{ "OS ABI", E_OSABI, BYTE, 9, true },
	{ "type REL", E_TYPE, HALF, 1, false },
	{ "type DYN", E_TYPE, HALF, 3, false },
	{ "machine x86-64", E_MACHINE, HALF, 62, false },
	{ "version 2", E_VERSION, WORD, 2, false },
	{ "flags", E_FLAGS, WORD, ~0u, true },
	{ "section headers far away", E_SHOFF, WORD, 0xfffffff0, true },
	{ "number of section headers", E_SHNUM, HALF, 0xffff, true },
	{ "program headers of 56 bytes", E_PHENTSIZE, HALF, 56, false },
	{ "no program header", E_PHNUM, HALF, 0, false },
	{ "33 program headers", E_PHNUM, HALF, 33, false },
	{ "65535 program headers", E_PHNUM, HALF, 0xffff, false },
	{ "program headers beyond the end", E_PHOFF, WORD, LENGTH - 31, false },
	{ "program headers far away", E_PHOFF, WORD, 0xffffffe0, false },
	{ "no segment to load", P_TYPE, WORD, 6, false },
	{ "an empty segment", P_MEMSZ, WORD, 0, false },
	{ "file size above memory size", P_FILESZ, WORD, 4097, false },
	{ "bytes beyond the end", P_OFFSET, WORD, LENGTH - 15, false },
	{ "bytes far away", P_OFFSET, WORD, 0xfffffff8, false },
	{ "bytes up to the end", P_OFFSET, WORD, LENGTH - 16, true },
	{ "in the TABLE chunk", P_VADDR, WORD, TEXT - 4096, false },
	{ "begins in the TABLE chunk", P_VADDR, WORD, TEXT - 4, false },
	{ "in user space", P_VADDR, WORD, 0x00400000, false },
	{ "beyond the guest's memory", P_VADDR, WORD, 0xc1000000, false },
	{ "across the end of memory", P_VADDR, WORD, 0xc0fff004, false },
	{ "in the hypervisor", P_VADDR, WORD, 0xf0000000, false },
	{ "at the end of the address space", P_VADDR, WORD, 0xffffff00, false },
	{ "up to the end of memory", P_MEMSZ, WORD, MEMORY - 0x400000, true },
	{ "a byte beyond the end of memory", P_MEMSZ, WORD, MEMORY - 0x3fffff, false },
	{ "as long as the address space", P_MEMSZ, WORD, 0xfffff000, false },
	{ "around the address space", P_MEMSZ, WORD, 0xfffffff0, false },
	{ "physical address", P_PADDR, WORD, 0xdeadbeef, true },
	{ "alignment", P_ALIGN, WORD, 3, true },
	{ "entry before the segment", E_ENTRY, WORD, TEXT - 1, false },
	{ "entry behind the segment", E_ENTRY, WORD, TEXT + 4096, false },
	{ "entry at the segment's end", E_ENTRY, WORD, TEXT + 4095, true },
	{ "entry 0", E_ENTRY, WORD, 0, false },
};

static void one_field(void)
{
	test("BOOT-1 LIFE-55", "a kernel with one field changed");
	good();
	is_kernel(true, "unchanged");
	for (uint32_t i = 0; i < ARRAY_SIZE(fields); i++) {
		good();
		put(fields[i].at, fields[i].size, fields[i].value);
		if (fields[i].at == P_VADDR)
			put(E_ENTRY, WORD, fields[i].value);
		is_kernel(fields[i].kernel, fields[i].name);
	}
	end();
}

static void segments(void)
{
	test("BOOT-1 LIFE-55", "kernels with several segments");
	good();
	put(E_PHNUM, HALF, 2);
	segment(1, 1, 0x100, TEXT + 4096, 0, 4096);
	is_kernel(true, "side by side");
	segment(1, 1, 0x100, TEXT + 4095, 0, 4096);
	is_kernel(false, "overlapping by a byte");
	segment(1, 1, 0x100, TEXT, 0, 0);
	is_kernel(true, "the second one empty");
	segment(1, 1, LENGTH + 1, TEXT + 8192, 0, 1);
	is_kernel(false, "no bytes, and those beyond the end");
	segment(1, 1, 0x100, TEXT + 8192, 2, 1);
	is_kernel(false, "the second one wrong");
	segment(1, 0x70000000, 0xfffff000, 0, ~0u, 0);
	is_kernel(true, "a type of somebody else's");
	good();
	put(E_PHNUM, HALF, 32);
	for (uint32_t i = 1; i < 32; i++)
		segment(i, 1, 0x800, TEXT + i * 4096, 4, 4096);
	segment(31, 1, 0x800, TEXT + 31 * 4096, 4, 4096);
	is_kernel(true, "32 of them");
	segment(31, 1, 0x800, TEXT + 30 * 4096 + 1, 4, 4096);
	is_kernel(false, "32, the last two overlapping");
	end();
}

/* One PT_NOTE segment that holds `length` bytes from NOTE_AT on. */
static void with_notes(uint32_t length)
{
	put(E_PHNUM, HALF, 2);
	segment(1, 4, NOTE_AT, 0, length, 0);
}

static void notes(void)
{
	uint32_t n;

	test("BOOT-1 LIFE-55", "kernels with notes");
	good();
	with_notes(note(0, "SILK", 8, SILK_ABI_VERSION, TEXT + 4));
	is_kernel(true, "a note");
	put(E_ENTRY, WORD, 0);
	is_kernel(true, "the note's entry counts, not the header's");
	with_notes(note(0, "SILK", 8, 0x00010007, TEXT));
	is_kernel(true, "a later minor version");
	with_notes(note(0, "SILK", 8, 0x00020000, TEXT));
	is_kernel(false, "another major version");
	with_notes(note(0, "SILK", 4, SILK_ABI_VERSION, TEXT));
	is_kernel(false, "contents of 4 bytes");
	with_notes(note(0, "SILK", 8, SILK_ABI_VERSION, TEXT + 4096));
	is_kernel(false, "an entry outside");
	with_notes(note(0, "SILK", 8, SILK_ABI_VERSION, TEXT) - 4);
	is_kernel(false, "a note that is not whole");
	with_notes(note(0, "SILK", 8, SILK_ABI_VERSION, TEXT) + 4);
	is_kernel(false, "a word behind the note");
	with_notes(note(0, "SILK", 0xfffffff0, SILK_ABI_VERSION, TEXT));
	is_kernel(false, "a length that wraps");
	good();
	n = note(0, "SILK", 8, SILK_ABI_VERSION, TEXT);
	with_notes(n + note(n, "SILK", 8, 0x00020000, TEXT));
	is_kernel(false, "two notes, the second one of another major version");
	n = note(0, "SILK", 8, SILK_ABI_VERSION, 0);
	with_notes(n + note(n, "SILK", 8, SILK_ABI_VERSION, TEXT));
	is_kernel(true, "two notes, the last counts");
	with_notes(note(0, "ELSE", 8, 0x00070000, 0));
	is_kernel(true, "somebody else's note");
	segment(1, 4, LENGTH - 8, 0, 28, 0);
	is_kernel(false, "notes beyond the end");
	segment(1, 4, 0, 0, 4097, 0);
	is_kernel(false, "notes of 4097 bytes");
	good();
	with_notes(note(0, "SILK", 8, SILK_ABI_VERSION, TEXT));
	cut_is_kernel(NOTE_AT + 24, false, "the image ends in its note");
	cut_is_kernel(NOTE_AT + 28, true, "the image ends behind its note");
	put(NOTE_AT, WORD, 100);
	is_kernel(false, "a name longer than the notes");
	with_notes(note(0, "SILK", 8, 0x00020000, TEXT));
	put(NOTE_AT + 8, WORD, SILK_NOTE_TYPE + 1);
	is_kernel(true, "a note of another type");
	end();
}

void hostile_main(void)
{
	image = gpa_to_va(IMAGE);
	if (!feature(SILK_GROUP_CORE, SILK_F_CORE_KERNEL)) {
		test("BOOT-1", "kernels");
		skip("feature CORE_KERNEL");
		return;
	}
	one_field();
	segments();
	notes();
	test("LIFE-5", "none of them is kept");
	expect(0, (uint32_t)hv_set_kernel(0, 0), "result");
	end();
}
