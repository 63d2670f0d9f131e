// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - chunks, and the guest's memory as its kernel sees it.
 *
 * Machine chunks are dealt from the top down and, as long as there are enough,
 * only every second one: no guest-physical address is its own machine address,
 * and none can be had from another by adding. Invariant: chunk_machine,
 * machine_chunk and chunk_kind agree at each moment [MEM-7].
 */
#include "stub.h"

#define MACHINE_TOP 60u /* chunks: what the stub can see */

u32 chunk_machine[SILK_CHUNKS] __attribute__((aligned(4096)));
u32 machine_chunk[SILK_CHUNKS] __attribute__((aligned(4096)));
u8 chunk_kind[PAGE] __attribute__((aligned(4096)));
struct silk_info info_page __attribute__((aligned(4096)));
struct silk_vcpu vcpu_page __attribute__((aligned(4096)));
struct silk_mmu_op queue_page[SILK_QUEUE_MAX] __attribute__((aligned(4096)));
u32 changing = NO_GPA, changing_to, changing_rounds;
static u32 bottom; /* machine chunks below it are in use */

bool owned(u32 gpa)
{
	return chunk_kind[gpa / CHUNK] != SILK_CHUNK_ABSENT;
}

u32 to_machine(u32 gpa)
{
	return chunk_machine[gpa / CHUNK] | gpa % CHUNK;
}

u32 to_gpa(u32 machine)
{
	u32 base = machine_chunk[machine / CHUNK];

	return base == SILK_I386_NO_CHUNK ? NO_GPA : base | machine % CHUNK;
}

void *at_gpa(u32 gpa)
{
	return seen_at(to_machine(gpa));
}

static bool machine_free(u32 m)
{
	return m >= bottom && m < MACHINE_TOP && machine_chunk[m] == SILK_I386_NO_CHUNK;
}

static u32 choose(void)
{
	for (u32 m = MACHINE_TOP - 1; m >= bottom && m < MACHINE_TOP; m -= 2)
		if (machine_free(m))
			return m;
	for (u32 m = bottom; m < MACHINE_TOP; m++)
		if (machine_free(m))
			return m;
	return 0;
}

bool memory_deal(u32 chunk, u32 kind)
{
	u32 m = choose();

	if (!m)
		return false;
	memset(seen_at(m * CHUNK), 0, CHUNK);
	chunk_machine[chunk] = m * CHUNK;
	machine_chunk[m] = chunk * CHUNK;
	chunk_kind[chunk] = (u8)kind;
	return true;
}

void memory_drop(u32 chunk)
{
	machine_chunk[chunk_machine[chunk] / CHUNK] = SILK_I386_NO_CHUNK;
	chunk_machine[chunk] = SILK_I386_NO_CHUNK;
	chunk_kind[chunk] = SILK_CHUNK_ABSENT;
}

void memory_init(u32 first_free)
{
	bottom = (first_free + CHUNK - 1) / CHUNK;
	memset(chunk_machine, 0xff, sizeof(chunk_machine));
	memset(machine_chunk, 0xff, sizeof(machine_chunk));
}

/* Moods differ in how many chunks hold tables, and in how many the direct map
 * shows. */
void memory_new_run(void)
{
	u32 chunks = options.mem;
	u32 low = mood == POISONED && chunks > 5 ? chunks - 2 : chunks;
	u32 tables = (mood == POISONED || mood == NERVOUS) && chunks > 5 ? 2 : 1;

	changing = NO_GPA;
	for (u32 i = 0; i < SILK_CHUNKS; i++)
		if (chunk_kind[i] != SILK_CHUNK_ABSENT)
			memory_drop(i);
	for (u32 i = 0; i < chunks; i++)
		if (!memory_deal(i, i == 0 || (i < low && i + tables > low) ? SILK_CHUNK_TABLE : SILK_CHUNK_RAM))
			finish(BROKEN, "no memory for %u chunks", chunks);
	info_page.chunks = chunks;
	info_page.low_chunks = low;
	if (low < chunks)
		nasty(NASTY_HIGH);
	info_page.table_chunks = tables;
	info_page.chunk_limit = options.most >= chunks ? options.most : chunks + 4;
}

void change_given_up(void)
{
	if (changing != NO_GPA)
		chunk_kind[changing] = SILK_CHUNK_RAM;
	changing = NO_GPA;
}

static void *place_of(u32 va, bool write)
{
	struct place p = walk(va, false);

	if (va >= SILK_I386_HYPERVISOR || p.rights < (write ? WRITABLE : READABLE))
		return NULL;
	if (p.entry)
		*p.entry |= SILK_I386_ACCESSED | (write ? SILK_I386_DIRTY : 0);
	return seen_at(p.machine);
}

static u32 in_page(u32 va, u32 n)
{
	u32 left = PAGE - va % PAGE;

	return n < left ? n : left;
}

bool reachable(u32 va, u32 n, bool write)
{
	if (n > 0 && va + (n - 1) < va)
		return false;
	for (u32 part; n > 0; va += part, n -= part) {
		struct place p = walk(va, false);

		part = in_page(va, n);
		if (va >= SILK_I386_HYPERVISOR || p.rights < (write ? WRITABLE : READABLE))
			return false;
	}
	return true;
}

bool copy_in(void *to, u32 va, u32 n)
{
	if (!reachable(va, n, false))
		return false;
	for (u32 part; n > 0; va += part, n -= part, to = (u8 *)to + part) {
		part = in_page(va, n);
		memcpy(to, place_of(va, false), part);
	}
	return true;
}

bool copy_out(u32 va, const void *from, u32 n)
{
	if (!reachable(va, n, true))
		return false;
	for (u32 part; n > 0; va += part, n -= part, from = (const u8 *)from + part) {
		part = in_page(va, n);
		memcpy(place_of(va, true), from, part);
	}
	return true;
}
