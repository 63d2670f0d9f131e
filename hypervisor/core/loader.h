/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loader.h - kernels as ELF files [BOOT-1]: what is accepted, where it goes.
 */
#ifndef SILK_CORE_LOADER_H
#define SILK_CORE_LOADER_H

#include "types.h"
#include "../../abi/silk.h"

#define LOADER_SEGMENTS 32   /* program headers, at most */
#define LOADER_NOTES    4096 /* bytes of notes, at most */
#define SOURCE_CHUNKS   (SILK_KERNEL_MAX / CHUNK_SIZE + 1)

/* Bytes somewhere in the machine's memory: in one piece, or in chunks. */
struct source {
	u32 bytes;
	u32 start; /* of byte 0, in the first chunk */
	bool scattered;
	u32 machine[SOURCE_CHUNKS]; /* bases; the first alone if not scattered */
};

/* What stands at one place of guest-physical memory. */
struct piece {
	u32 offset; /* in the source */
	u32 bytes;  /* from there */
	u32 gpa;
	u32 memory; /* bytes, the rest is 0 */
};

struct kernel_layout {
	u32 entry; /* guest virtual address */
	u32 end;   /* guest-physical, behind the last byte */
	u32 pieces;
	struct piece piece[LOADER_SEGMENTS];
};

struct source source_contiguous(u32 machine, u32 bytes);

/*
 * Is this a kernel that may be loaded between guest-physical 4 MB and `limit`?
 * NULL and *out, or why not. Wants machine_attach(). Reads a bounded part of
 * the source; whoever shares it may change it meanwhile and do no harm.
 */
const char *loader_check(const struct source *s, u32 limit,
			 struct kernel_layout *out);

/*
 * Copy what of a piece falls into guest chunk `chunk`, which is the machine
 * chunk `machine`. Wants machine_attach().
 */
void loader_fill(const struct source *s, const struct piece *p, u32 chunk,
		 u32 machine);

#endif
