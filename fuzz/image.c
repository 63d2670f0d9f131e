// SPDX-License-Identifier: GPL-2.0-only
/*
 * image.c - kernel images: right ones with a few wrong numbers in them, and a
 * second opinion on what a right one puts where [BOOT-1] [BOOT-4].
 */
#include <string.h>

#include "fuzz.h"
#include "tests/unit/life_fixture.h"

/* Where numbers are that matter: the headers and the note. */
static u32 pick_place(struct input *in)
{
	u32 n = byte(in), headers = sizeof(struct elf_header) + 4 * sizeof(struct elf_segment);

	if (n < headers)
		return n;
	return KERNEL_NOTE + n % 40;
}

u32 pick_image(struct input *in, u8 *to)
{
	u32 changes = byte(in), length = KERNEL_FILE, i, at;
	struct kernel_file *f = (struct kernel_file *)to;

	memset(to, 0, FUZZ_IMAGE);
	kernel_file(f, (u8)changes);
	if (changes & 0x10) { /* a second segment, after the first */
		f->h.phnum = 3;
		f->s[2 - 1] = f->s[0];
		f->s[1].vaddr += 0x4000;
		*(struct elf_segment *)(to + sizeof(f->h) + 2 * sizeof(f->s[0])) =
			(struct elf_segment){ .type = ELF_NOTE, .offset = KERNEL_NOTE, .filesz = 28 };
	}
	for (i = 0; i < (changes & 15); i++) {
		u32 value = pick_word(in), how = byte(in);

		at = pick_place(in);
		if (how & 3)
			to[at] = (u8)value;
		else
			memcpy(to + at, &value, sizeof(value));
	}
	if (changes & 0x20)
		length = pick_word(in) % FUZZ_IMAGE;
	return length;
}

/* ---- the second opinion ---- */

static u32 word(const u8 *image, u32 bytes, u32 at)
{
	u32 value = 0;

	if (at > bytes || bytes - at < sizeof(value))
		finding("a kernel was loaded of which %u is no offset", at);
	memcpy(&value, image + at, sizeof(value));
	return value;
}

/* What byte of guest-physical memory should be, by the segments of the file. */
static u8 wanted(const u8 *image, u32 bytes, u32 gpa)
{
	u32 table = word(image, bytes, 28), n = word(image, bytes, 44) & 0xffff, i;

	for (i = 0; i < n; i++) {
		u32 s = table + 32 * i, offset = word(image, bytes, s + 4);
		u32 at = word(image, bytes, s + 8) - SILK_I386_KERNEL_BASE;
		u32 filesz = word(image, bytes, s + 16);

		if (word(image, bytes, s) == ELF_LOAD && gpa - at < filesz)
			return (u8)word(image, bytes + 3, offset + (gpa - at));
	}
	return 0;
}

/* Pages of a hole in the machine's memory are zeros, and not looked at. */
void image_look(const struct guest *g, const u8 *image, u32 bytes)
{
	u32 chunk, i;

	for (chunk = 0; chunk < CHUNKS; chunk++) {
		u32 machine = g->chunks.machine[chunk], at;

		if (g->chunks.kind[chunk] != SILK_CHUNK_RAM)
			continue;
		for (at = 0; at < CHUNK_SIZE; at = i) {
			at = memory_used(machine + at, CHUNK_SIZE - at) - machine;
			for (i = at; i < CHUNK_SIZE && i < at + PAGE_SIZE; i++) {
				u32 gpa = chunk << CHUNK_SHIFT | i;
				u8 want = wanted(image, bytes, gpa);

				if (fake.memory[machine + i] != want)
					finding("guest %u boots with %02x at %08x, not %02x", g->id,
						fake.memory[machine + i], gpa, want);
			}
		}
	}
	for (i = 0; i < (word(image, bytes, 44) & 0xffff); i++) {
		u32 s = word(image, bytes, 28) + 32 * i, k;

		for (k = 0; word(image, bytes, s) == ELF_LOAD && k < word(image, bytes, s + 16); k++) {
			u32 gpa = word(image, bytes, s + 8) - SILK_I386_KERNEL_BASE + k;
			u8 want = (u8)word(image, bytes + 3, word(image, bytes, s + 4) + k);

			if (*(u8 *)fake_gpa(g, gpa) != want)
				finding("guest %u boots without %02x at %08x", g->id, want, gpa);
		}
	}
}
