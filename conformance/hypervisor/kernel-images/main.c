// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-images - which images are kernels: one that is good, and the same with one
 * thing changed, given to set_kernel in turn. What is accepted is forgotten at once.
 *
 * guest: mem=16M
 * covers: BOOT-1 BOOT-4 LIFE-5 LIFE-55
 */
#include "suite.h"

#define IMAGE   SPARE_GPA
#define BYTES   1024u
#define SEGMENT 52u /* first program header */
#define SECOND  84u
#define NOTE    512u

#define BASE    0xc0400000u

/* Two segments and a note, at fixed places; offsets as in the ELF header. */
static void good_image(uint32_t *w)
{
	const uint32_t end = info()->chunks << 22;

	memset(w, 0, BYTES);
	w[0] = 0x464c457f;
	w[1] = 0x00010101;
	w[4] = 0x00030002;
	w[5] = 1;
	w[6] = BASE + 8; /* entry */
	w[7] = SEGMENT;  /* program headers */
	w[10] = 0x00200034;
	w[11] = 3;
	/* type, offset, vaddr, paddr, filesz, memsz, flags, align */
	memcpy(w + SEGMENT / 4, (uint32_t[]){ 1, 0, BASE, 0x12345, 256, 4096, 7, 4096 }, 32);
	memcpy(w + SECOND / 4,
	       (uint32_t[]){ 1, 256, 0xc0000000 + end - 8192, 0, 256, 4096, 7, 4096 }, 32);
	memcpy(w + 116 / 4, (uint32_t[]){ 4, NOTE, 0, 0, 28, 0, 4, 4 }, 32);
	memcpy(w + NOTE / 4,
	       (uint32_t[]){ 5, 8, 1, 0x4b4c4953, 0, SILK_ABI_VERSION, BASE + 16 }, 28);
}

static const struct {
	const char *name;
	uint32_t offset, value; /* a word of the image */
	uint32_t bytes;         /* 0: as many as it has */
	bool good;
} changes[] = {
	{ "nothing", 0, 0x464c457f, 0, true },
	{ "another magic number", 0, 0x464c457e, 0, false },
	{ "64 bits", 4, 0x00010102, 0, false },
	{ "big-endian", 4, 0x00010201, 0, false },
	{ "version 0 in the identification", 4, 0x00000101, 0, false },
	{ "version 2", 20, 2, 0, false },
	{ "a shared object", 16, 0x00030003, 0, false },
	{ "another machine", 16, 0x003e0002, 0, false },
	{ "program headers of 31 bytes", 40, 0x001f0034, 0, false },
	{ "no program header", 44, 0, 0, false },
	{ "33 program headers", 44, 33, 0, false },
	{ "program headers beyond the image", 28, 1000, 0, false },
	{ "program headers at the end of the address space", 28, 0xfffffff0, 0, false },
	{ "a file size above the memory size", SEGMENT + 20, 255, 0, false },
	{ "a segment's bytes beyond the image", SEGMENT + 4, 800, 0, false },
	{ "a segment's offset beyond everything", SEGMENT + 4, 0xffffff00, 0, false },
	{ "a segment below 0xc0400000", SEGMENT + 8, 0xc03fff00, 0, false },
	{ "a segment in the user range", SEGMENT + 8, 0x00400000, 0, false },
	{ "a segment that ends with memory", SECOND + 20, 8192, 0, true },
	{ "a segment a byte longer than memory", SECOND + 20, 8193, 0, false },
	{ "a segment as long as the address space", SECOND + 20, 0xfffff000, 0, false },
	{ "a segment that wraps", SECOND + 8, 0xffffff00, 0, false },
	{ "a segment without memory", SECOND + 20, 0, 0, false },
	{ "segments that overlap", SECOND + 8, BASE + 4095, 0, false },
	{ "segments that touch", SECOND + 8, BASE + 4096, 0, true },
	{ "a note beyond the image", 116 + 4, 1000, 0, false },
	{ "notes that end in the middle", 116 + 16, 27, 0, false },
	{ "a name longer than the notes", NOTE, 100, 0, false },
	{ "another major version", NOTE + 20, (SILK_ABI_MAJOR + 1) << 16, 0, false },
	{ "a higher minor version", NOTE + 20, SILK_ABI_VERSION | 0xff, 0, true },
	{ "a note of 4 bytes", NOTE + 4, 4, 0, false },
	{ "a note of another type", NOTE + 8, 2, 0, true },
	{ "a note by another name", NOTE + 12, 0x4b4c4954, 0, true },
	{ "an entry in the last word of a segment", NOTE + 24, BASE + 4095, 0, true },
	{ "an entry behind a segment", NOTE + 24, BASE + 4096, 0, false },
	{ "an entry before a segment", NOTE + 24, BASE - 1, 0, false },
	{ "e_entry nowhere, but a note", 24, 0, 0, true },
	{ "physical addresses that are odd", SEGMENT + 12, ~0u, 0, true },
	{ "section headers that are rubbish", 32, ~0u, 0, true },
	{ "an image cut in its note", 0, 0x464c457f, NOTE + 24, false },
	{ "an image cut behind its note", 0, 0x464c457f, NOTE + 28, true },
};

void hostile_main(void)
{
	uint32_t *words = gpa_to_va(IMAGE);

	if (!feature(SILK_GROUP_CORE, SILK_F_CORE_KERNEL)) {
		test("BOOT-1", "images");
		skip("feature CORE_KERNEL");
		return;
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(changes); i++) {
		uint32_t bytes = changes[i].bytes ? changes[i].bytes : BYTES;
		int32_t result;

		good_image(words);
		words[changes[i].offset / 4] = changes[i].value;
		test("BOOT-1 LIFE-55", "an image with %s", changes[i].name);
		result = hv_set_kernel(IMAGE, bytes);
		expect(changes[i].good ? 0 : ERRNO(ENOEXEC), (uint32_t)result, "result");
		if (result == -SILK_ENOEXEC)
			expect(SILK_CLAUSE(SILK_AREA_LIFE, 55), vcpu()->diag.clause,
			       "diag.clause");
		else
			hv_set_kernel(0, 0);
		end();
	}
}
