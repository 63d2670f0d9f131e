// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_loader.c - kernels as ELF files: one good one, and everything that can be
 * wrong with it, one at a time.
 */
#include <stddef.h>

#include "life_fixture.h"

#define LIMIT (8 * CHUNK_SIZE)

static struct kernel_file file;
static struct kernel_layout layout;

static void setup(void)
{
	fake_start(32);
	machine_attach(fake_guest(0, 8, 1));
	kernel_file(&file, 0);
}

static const char *check(u32 bytes, u32 limit)
{
	struct source s;

	if (fake.modules) { /* one at a time */
		hv_pages_free(fake.memory + fake.module[0].start,
			      (fake.module[0].bytes + PAGE_SIZE - 1) / PAGE_SIZE);
		fake.modules = 0;
	}
	module_add(&file, MAX(bytes, 1u), "x");
	s = source_contiguous(fake.module[0].start, bytes);
	return loader_check(&s, limit, &layout);
}

/* covers: BOOT-1 BOOT-4 */
START_TEST(test_good)
{
	setup();
	ck_assert_ptr_null(check(sizeof(file), LIMIT));
	ck_assert_uint_eq(layout.entry, KERNEL_ENTRY);
	ck_assert_uint_eq(layout.pieces, 1);
	ck_assert_uint_eq(layout.piece[0].gpa, CHUNK_SIZE);
	ck_assert_uint_eq(layout.piece[0].bytes, KERNEL_LOADED);
	ck_assert_uint_eq(layout.piece[0].memory, KERNEL_MEMORY);
	ck_assert_uint_eq(layout.end, CHUNK_SIZE + KERNEL_MEMORY);
}
END_TEST

/* Without SILK's note the ELF header names the entry [BOOT-4]. */
START_TEST(test_without_note)
{
	setup();
	file.h.phnum = 1;
	ck_assert_ptr_null(check(sizeof(file), LIMIT));
	ck_assert_uint_eq(layout.entry, KERNEL_AT);
}
END_TEST

/* Another's note of the same type is not ours; it may come first. */
START_TEST(test_other_notes)
{
	u8 *n = (u8 *)&file + KERNEL_NOTE;

	setup();
	memmove(n + 20, n, 28);
	memcpy(n, "\4\0\0\0\3\0\0\0\1\0\0\0GNU\0abc", 20);
	file.s[1].filesz = 48;
	ck_assert_ptr_null(check(sizeof(file), LIMIT));
	ck_assert_uint_eq(layout.entry, KERNEL_ENTRY);
	n[20 + 12] = 'X';
	ck_assert_ptr_null(check(sizeof(file), LIMIT));
	ck_assert_uint_eq(layout.entry, KERNEL_AT);
}
END_TEST

#define H(field)  offsetof(struct kernel_file, h.field)
#define S0(field) offsetof(struct kernel_file, s[0].field)
#define S1(field) offsetof(struct kernel_file, s[1].field)
#define OUT(at, size) \
	"a segment of " size " bytes at " at " is not within c0400000 to " \
	"c2000000, the memory for kernels"

/* One field changed: `size` bytes at `at` become `value`. */
static const struct {
	u32 at, size, value;
	const char *why;
} bad[] = {
	{ 0, 1, 0, "not an ELF file" },
	{ H(magic), 4, 0x464c4580, "not an ELF file" },
	{ H(class), 1, 2, "not a 32-bit little-endian ELF file" },
	{ H(data), 1, 2, "not a 32-bit little-endian ELF file" },
	{ H(ident_version), 1, 0, "an ELF file of an unknown version" },
	{ H(version), 4, 2, "an ELF file of an unknown version" },
	{ H(machine), 2, 62, "not for the i386" },
	{ H(type), 2, 1, "not an executable ELF file" },
	{ H(type), 2, 3, "not an executable ELF file" },
	{ H(phentsize), 2, 56, "program headers of a wrong size" },
	{ H(phnum), 2, 0, "0 program headers, 1 to 32 are allowed" },
	{ H(phnum), 2, 33, "33 program headers, 1 to 32 are allowed" },
	{ H(phnum), 2, 65535, "65535 program headers, 1 to 32 are allowed" },
	{ H(phoff), 4, KERNEL_FILE - 63,
	  "truncated: the program headers are not in the file" },
	{ H(phoff), 4, 0xfffffff0,
	  "truncated: the program headers are not in the file" },
	{ H(entry), 4, 0x12345678, NULL }, /* the note counts */
	{ S0(type), 4, 5, "no segment to load" },
	{ S0(offset), 4, KERNEL_FILE - KERNEL_LOADED + 1,
	  "truncated: a segment is not in the file" },
	{ S0(offset), 4, 0xffffff00, "truncated: a segment is not in the file" },
	{ S0(filesz), 4, 0xffffffff, "truncated: a segment is not in the file" },
	{ S0(memsz), 4, KERNEL_LOADED - 1,
	  "a segment is longer in the file than in memory" },
	{ S0(vaddr), 4, 0xc03fffff, OUT("c03fffff", "12288") },
	{ S0(vaddr), 4, 0, OUT("00000000", "12288") },
	{ S0(vaddr), 4, 0xc1fff000, OUT("c1fff000", "12288") },
	{ S0(vaddr), 4, 0xf0000000, OUT("f0000000", "12288") },
	{ S0(vaddr), 4, 0xffffffff, OUT("ffffffff", "12288") },
	{ S0(memsz), 4, 0x1c00001, OUT("c0400000", "29360129") },
	{ S0(memsz), 4, 0xffffffff, OUT("c0400000", "4294967295") },
	{ S0(memsz), 4, 0x1c00000, NULL }, /* all there is */
	{ S1(offset), 4, KERNEL_FILE - 27, "truncated: a note is not in the file" },
	{ S1(filesz), 4, 4097, "4097 bytes of notes, at most 4096 are allowed" },
	{ KERNEL_NOTE, 4, 17, "a note is longer than its segment" },
	{ KERNEL_NOTE, 4, 0xffffffff, "a note is longer than its segment" },
	{ KERNEL_NOTE + 4, 4, 9, "a note is longer than its segment" },
	{ KERNEL_NOTE + 4, 4, 0xfffffff8, "a note is longer than its segment" },
	{ KERNEL_NOTE + 4, 4, 7, "its SILK note is too short" },
	{ S1(filesz), 4, 27, "a note is longer than its segment" },
	{ S1(filesz), 4, 32, "a note is longer than its segment" },
	{ S1(filesz), 4, 0, NULL }, /* no note: e_entry */
	{ KERNEL_NOTE + 20, 4, 0x00020000,
	  "built for version 2.0 of the ABI, this is 1.1" },
	{ KERNEL_NOTE + 20, 4, 0x00010007, NULL }, /* same major */
	{ KERNEL_NOTE + 24, 4, KERNEL_AT + KERNEL_MEMORY,
	  "its entry c0403000 is in none of its segments" },
	{ KERNEL_NOTE + 24, 4, KERNEL_AT - 1,
	  "its entry c03fffff is in none of its segments" },
	{ KERNEL_NOTE + 24, 4, 0x00400000,
	  "its entry 00400000 is in none of its segments" },
};

/* covers: BOOT-1 BOOT-8 BOOT-9 */
START_TEST(test_bad)
{
	const char *why;

	setup();
	memcpy((u8 *)&file + bad[_i].at, &bad[_i].value, bad[_i].size);
	why = check(sizeof(file), LIMIT);
	if (bad[_i].why)
		ck_assert_str_eq(why, bad[_i].why);
	else
		ck_assert_msg(!why, "%s", why);
}
END_TEST

/* Cut off anywhere, it is refused or (behind its contents) whole.
 * covers: BOOT-8 */
START_TEST(test_truncated)
{
	u32 bytes;

	setup();
	ck_assert_str_eq(check(0, LIMIT), "not an ELF file: too short");
	ck_assert_str_eq(check(51, LIMIT), "not an ELF file: too short");
	ck_assert_str_eq(check(52, LIMIT),
			 "truncated: the program headers are not in the file");
	for (bytes = 53; bytes < KERNEL_TEXT + KERNEL_LOADED; bytes += 61)
		ck_assert_ptr_nonnull(check(bytes, LIMIT));
	ck_assert_ptr_null(check(KERNEL_TEXT + KERNEL_LOADED, LIMIT));
}
END_TEST

START_TEST(test_overlap)
{
	setup();
	file.s[1] = file.s[0];
	file.s[1].vaddr += KERNEL_MEMORY - 1;
	ck_assert_str_eq(check(sizeof(file), LIMIT), "segments overlap at c0402fff");
	file.s[1].vaddr++;
	ck_assert_ptr_null(check(sizeof(file), LIMIT));
	ck_assert_uint_eq(layout.pieces, 2);
	file.s[1].memsz = file.s[1].filesz = 0; /* nothing: no matter where */
	file.s[1].vaddr = 0;
	ck_assert_ptr_null(check(sizeof(file), LIMIT));
	ck_assert_uint_eq(layout.pieces, 1);
}
END_TEST

/* A segment over several chunks, from a source that begins anywhere; its bss is
 * left alone.
 * covers: BOOT-2 */
START_TEST(test_fill)
{
	struct guest *g = NULL;
	u32 bytes = 2 * CHUNK_SIZE + 12345, i, chunk;
	struct piece p = { 100, bytes - 100, CHUNK_SIZE + 777, 3 * CHUNK_SIZE };
	struct source s;
	u8 *from;

	setup();
	g = &guests[0];
	from = fake.memory + (20 << CHUNK_SHIFT) + 4321;
	for (i = 0; i < bytes; i++)
		from[i] = (u8)(i % 251);
	s = source_contiguous((20 << CHUNK_SHIFT) + 4321, bytes);
	for (chunk = 0; chunk < 8; chunk++) {
		memset(fake.memory + g->chunks.machine[chunk], 0xee, CHUNK_SIZE);
		loader_fill(&s, &p, chunk, g->chunks.machine[chunk]);
	}
	for (i = 0; i < p.bytes; i++)
		ck_assert_uint_eq(*(u8 *)fake_gpa(g, p.gpa + i), (100 + i) % 251);
	ck_assert_uint_eq(*(u8 *)fake_gpa(g, p.gpa - 1), 0xee);
	ck_assert_uint_eq(*(u8 *)fake_gpa(g, p.gpa + p.bytes), 0xee);
	ck_assert_uint_eq(*(u8 *)fake_gpa(g, 8 * CHUNK_SIZE - 1), 0xee);
}
END_TEST

/* A source of chunks that lie anywhere. */
START_TEST(test_scattered)
{
	struct source s = { .bytes = sizeof(file), .start = CHUNK_SIZE - 100 };
	u32 i;

	s.scattered = true;
	s.machine[0] = 24u << CHUNK_SHIFT;
	s.machine[1] = 21u << CHUNK_SHIFT;

	setup();
	memcpy(fake.memory + (25u << CHUNK_SHIFT) - 100, &file, 100);
	memcpy(fake.memory + (21u << CHUNK_SHIFT), (u8 *)&file + 100,
	       sizeof(file) - 100);
	ck_assert_ptr_null(loader_check(&s, LIMIT, &layout));
	loader_fill(&s, &layout.piece[0], 1, guests[0].chunks.machine[1]);
	for (i = 0; i < KERNEL_LOADED; i++)
		ck_assert_uint_eq(*(u8 *)fake_gpa(&guests[0], CHUNK_SIZE + i),
				  (u8)(i * 7));
}
END_TEST

/* Any bytes at all do no harm: sanitizers watch. */
START_TEST(test_noise)
{
	u32 i, n;

	setup();
	srand(1);
	for (i = 0; i < 20000; i++) {
		struct source s;

		if (i % 50 == 0)
			kernel_file(&file, 0);
		for (n = rand() % 4 + 1; n; n--)
			((u8 *)&file)[rand() % (rand() % 2 ? 0x80 : KERNEL_FILE)] =
				(u8)rand();
		file.h.magic = ELF_MAGIC;
		if (!fake.modules)
			module_add(&file, sizeof(file), "x");
		memcpy(fake.memory + fake.module[0].start, &file, sizeof(file));
		s = source_contiguous(fake.module[0].start, sizeof(file));
		if (!loader_check(&s, LIMIT, &layout)) {
			ck_assert_uint_le(layout.end, LIMIT);
			for (n = 0; n < layout.pieces; n++) {
				ck_assert_uint_ge(layout.piece[n].gpa, CHUNK_SIZE);
				loader_fill(&s, &layout.piece[n], 1,
					    guests[0].chunks.machine[1]);
			}
		}
	}
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_good);
	tcase_add_test(c, test_without_note);
	tcase_add_test(c, test_other_notes);
	tcase_add_loop_test(c, test_bad, 0, ARRAY_SIZE(bad));
	tcase_add_test(c, test_truncated);
	tcase_add_test(c, test_overlap);
	tcase_add_test(c, test_fill);
	tcase_add_test(c, test_scattered);
	tcase_add_test(c, test_noise);
}

UNIT_MAIN("loader", tests)
