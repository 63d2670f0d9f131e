// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - the machine's memory, emptied quickly: a chunk of 4 MB is a part of a
 * sparse file, of which a few pages were ever written.
 *
 * Invariant: what is cleared reads as zeros, in every mapping of the file; pages
 * stay allocated if they are few, as giving them back and getting them again
 * costs more than writing them.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define FEW (64u * PAGE_SIZE)

/* The first range of written pages in [from, end), or of none: false. */
static bool written(off_t from, off_t end, off_t *first, off_t *after)
{
	if (from >= end)
		return false;
	*first = lseek(fake.memory_fd, from, SEEK_DATA);
	if (*first < 0 || *first >= end)
		return false;
	*after = lseek(fake.memory_fd, *first, SEEK_HOLE);
	if (*after < 0 || *after > end)
		*after = end;
	return true;
}

static void clear(off_t from, off_t end)
{
	off_t first, after, at, bytes = 0;

	for (at = from; written(at, end, &first, &after); at = after) {
		bytes += after - first;
		if (bytes > FEW)
			break;
		memset(fake.memory + first, 0, (size_t)(after - first));
	}
	if (bytes > FEW && fallocate(fake.memory_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				     from, end - from))
		finding("the machine's memory can't be cleared");
}

static bool fresh[FUZZ_MACHINE]; /* cleared between inputs, not dealt out since */

void *quick_memset(void *to, int value, size_t bytes)
{
	off_t from = (u8 *)to - fake.memory;

	if (bytes != CHUNK_SIZE || value)
		return memset(to, value, bytes);
	if (!fresh[from >> CHUNK_SHIFT])
		clear(from, from + CHUNK_SIZE);
	fresh[from >> CHUNK_SHIFT] = false;
	return to;
}

void memory_clear(u32 chunk)
{
	off_t from = (off_t)chunk << CHUNK_SHIFT;

	clear(from, from + CHUNK_SIZE);
	fresh[chunk] = true;
}

u32 memory_used(u32 machine, u32 bytes)
{
	off_t at = machine, end = (off_t)machine + bytes, first, after, i;

	for (; written(at, end, &first, &after); at = after)
		for (i = first; i < after; i += sizeof(u32))
			if (*(u32 *)(fake.memory + i))
				return (u32)i;
	return machine + bytes;
}
