// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - copying and filling by the string instructions.
 *
 * Invariant: the direction flag is clear in all C code of the hypervisor
 * (entry.S clears it), so these go upwards. Pages and chunks are what is copied
 * and cleared here; both are whole words.
 */
#include "../core/libc.h"
#include "../core/types.h"

void *memcpy(void *to, const void *from, size_t bytes)
{
	void *t = to;
	size_t n = bytes / 4;

	asm volatile("rep movsl"
		     : "+D"(t), "+S"(from), "+c"(n)
		     :
		     : "memory");
	n = bytes % 4;
	asm volatile("rep movsb"
		     : "+D"(t), "+S"(from), "+c"(n)
		     :
		     : "memory");
	return to;
}

void *memset(void *to, int value, size_t bytes)
{
	u32 fill = (u8)value * 0x01010101u;
	void *t = to;
	size_t n = bytes / 4;

	asm volatile("rep stosl"
		     : "+D"(t), "+c"(n)
		     : "a"(fill)
		     : "memory");
	n = bytes % 4;
	asm volatile("rep stosb"
		     : "+D"(t), "+c"(n)
		     : "a"(fill)
		     : "memory");
	return to;
}
