/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image.h - the smallest kernels that can be booted [BOOT-1]: an ELF header and one
 * segment of a page, in which nothing is or all is 0. They crash at once.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdint.h>

#define IMAGE_WORDS  21u
#define IMAGE_OFFSET 14u /* the segment: where it lies in the file, */
#define IMAGE_FILESZ 17u /* and how many bytes of it do */

/* The segment's bytes are the file's second page, or come out of nothing. */
static inline void smallest_image(uint32_t *w, int with_bytes)
{
	static const uint32_t header[IMAGE_WORDS] = {
		0x464c457f, /* ELF */
		0x00010101,
		0,
		0,
		0x00030002, /* ET_EXEC, EM_386 */
		1,
		0xc0400000, /* entry */
		52,
		0,
		0,
		0x00200034,
		1, /* one program header */
		0,
		1, /* PT_LOAD */
		0,
		0xc0400000,
		0,
		0,
		4096,
		7,
		4096,
	};

	for (uint32_t i = 0; i < IMAGE_WORDS; i++)
		w[i] = header[i];
	if (with_bytes)
		w[IMAGE_OFFSET] = w[IMAGE_FILESZ] = 4096;
}

#endif
