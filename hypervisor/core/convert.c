// SPDX-License-Identifier: GPL-2.0-only
/*
 * convert.c - a chunk changes its kind or its owner: chunk_convert, chunk_give,
 * chunk_take.
 *
 * Invariant: when a chunk becomes TABLE no entry of the guest maps it writable,
 * when it is given back no entry maps it at all, and no CPU has cached one. There
 * are no counts of mappings, so the guest's tables are searched, a part in each
 * call. Meanwhile the chunk is CHANGING: no entry of the kind that is searched
 * for can be made, so a table that was searched stays without one [MEM-9].
 *
 * What need not be searched: FREE frames, which are zeroed before use; twins,
 * which equal their directories; directories' copies of the kernel range, for
 * which the guest-wide set stands. All three may be in a translation cache still,
 * which is emptied before the chunk changes.
 */
#include "hypercall.h"
#include "chunk.h"
#include "machine.h"
#include "table.h"

#define SEARCH_FRAMES 256u /* table frames searched in one call at most */

enum search { CLEAR,
	      FOUND,
	      AGAIN };

static void change_end(struct guest *g)
{
	struct chunks *c = &g->chunks;

	if (c->change.chunk != NO_FRAME)
		chunk_make_ram(g, c->change.chunk);
	c->change.chunk = NO_FRAME;
}

/*
 * Any conversion or giving-back but the one under way ends it: the chunk is RAM
 * again [MEM-9]. chunk NO_FRAME: it can't be that one.
 */
static void end_another(struct guest *g, u32 chunk, bool giving)
{
	if (g->chunks.change.chunk != chunk || g->chunks.change.giving != giving)
		change_end(g);
}

static bool maps(const u32 *entries, u32 count, u32 machine, u32 bits)
{
	u32 mask = SILK_I386_LARGE_FRAME | bits;
	u32 i;

	for (i = 0; i < count; i++)
		if ((entries[i] & mask) == (machine | bits))
			return true;
	return false;
}

/* Does frame f of t map the chunk? *cost: 1 if entries were looked at. */
static bool frame_maps(const struct table_chunk *t, u32 f, u32 machine, u32 bits, u32 *cost)
{
	u32 count = 0;

	if (table_is_leaf(t, f))
		count = CHUNK_FRAMES;
	else if (t->state[f] == TABLE_DIRECTORY)
		count = KERNEL_FIRST;
	*cost = count != 0;
	return maps(table_entries(t, f), count, machine, bits);
}

/* Begin the search for mappings of the chunk, or go on with it. */
static enum search search(struct guest *g, u32 chunk, bool giving)
{
	struct chunks *c = &g->chunks;
	u32 machine = c->machine[chunk];
	u32 bits = SILK_I386_PRESENT | (giving ? 0 : SILK_I386_WRITABLE);
	u32 budget = SEARCH_FRAMES;

	if (c->change.chunk == NO_FRAME) {
		if (maps(g->kernel.entry, CHUNKS, machine, bits))
			return FOUND;
		c->change.chunk = chunk;
		c->change.giving = giving;
		c->change.slot = 0;
		c->change.frame = 0;
		chunk_make_changing(g, chunk, giving);
	}
	for (; c->change.slot < SILK_TABLE_CHUNKS_MAX; c->change.slot++, c->change.frame = 0) {
		struct table_chunk *t = c->slot[c->change.slot];

		for (; t && c->change.frame < CHUNK_FRAMES; c->change.frame++) {
			u32 cost;

			/* A frame at least in each call, however late it is. */
			if (!budget || (budget < SEARCH_FRAMES && machine_preempt_due()))
				return AGAIN;
			if (frame_maps(t, c->change.frame, machine, bits, &cost)) {
				change_end(g);
				return FOUND;
			}
			budget -= cost;
		}
	}
	return CLEAR;
}

static bool all_free(const struct table_chunk *t)
{
	u32 f;

	for (f = 0; f < CHUNK_FRAMES; f++)
		if (t->state[f] != TABLE_FREE)
			return false;
	return true;
}

/* The one flush, before anything else can happen, is for frames that a cache
 * takes for page tables still, and for the window slot. */
static u32 to_ram(struct vcpu *v, u32 chunk)
{
	struct guest *g = v->guest;
	struct table_chunk *t = g->chunks.table[chunk];

	if (!all_free(t))
		return refuse(v, SILK_R_CONVERT_TABLES, chunk, 0);
	chunk_make_ram(g, chunk);
	machine_flush_all(g);
	return 0;
}

static u32 to_table(struct vcpu *v, u32 chunk)
{
	struct guest *g = v->guest;

	switch (search(g, chunk, false)) {
	case FOUND:
		return refuse(v, SILK_R_CONVERT_MAPPED, chunk, 0);
	case AGAIN:
		return refuse(v, SILK_R_CONVERT_AGAIN, chunk, 0);
	case CLEAR:
		break;
	}
	machine_flush_all(g);
	if (chunk_make_table(g, chunk)) {
		change_end(g);
		return refuse(v, SILK_R_CONVERT_MEMORY, chunk, 0);
	}
	g->chunks.change.chunk = NO_FRAME;
	return 0;
}

u32 call_chunk_convert(struct vcpu *v, u32 chunk, u32 kind, u32 unused)
{
	struct guest *g = v->guest;

	(void)unused;
	end_another(g, kind == SILK_CHUNK_TABLE ? chunk : NO_FRAME, false);
	if (!chunk_present(g, chunk))
		return refuse(v, SILK_R_CONVERT_OWNER, chunk, 0);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return refuse(v, SILK_R_CONVERT_KIND, kind, 0);
	if (g->chunks.kind[chunk] == kind)
		return refuse(v, SILK_R_CONVERT_SAME, chunk, 0);
	if (chunk_pinned(g->chunks.machine[chunk] >> CHUNK_SHIFT))
		return refuse(v, SILK_R_CONVERT_PINNED, chunk, 0);
	return kind == SILK_CHUNK_RAM ? to_ram(v, chunk) : to_table(v, chunk);
}

u32 call_chunk_give(struct vcpu *v, u32 chunk, u32 unused1, u32 unused2)
{
	struct guest *g = v->guest;

	(void)unused1, (void)unused2;
	end_another(g, chunk, true);
	if (!chunk_present(g, chunk))
		return refuse(v, SILK_R_GIVE_OWNER, chunk, 0);
	if (g->chunks.kind[chunk] == SILK_CHUNK_TABLE)
		return refuse(v, SILK_R_GIVE_KIND, chunk, 0);
	if (chunk_pinned(g->chunks.machine[chunk] >> CHUNK_SHIFT))
		return refuse(v, SILK_R_GIVE_PINNED, chunk, 0);
	switch (search(g, chunk, true)) {
	case FOUND:
		return refuse(v, SILK_R_GIVE_MAPPED, chunk, 0);
	case AGAIN:
		return refuse(v, SILK_R_GIVE_AGAIN, chunk, 0);
	case CLEAR:
		break;
	}
	machine_flush_all(g);
	chunk_remove(g, chunk);
	return 0;
}

u32 call_chunk_take(struct vcpu *v, u32 chunk, u32 kind, u32 unused)
{
	struct guest *g = v->guest;
	u32 machine = SILK_I386_NO_CHUNK;

	(void)unused;
	if (chunk >= CHUNKS)
		return refuse(v, SILK_R_TAKE_RANGE, chunk, 0);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return refuse(v, SILK_R_TAKE_KIND, kind, 0);
	if (chunk_present(g, chunk))
		return refuse(v, SILK_R_TAKE_PRESENT, chunk, 0);
	if (g->chunks.owned < g->chunks.limit) {
		machine_attach(g); /* to clear it */
		machine = chunk_alloc();
	}
	if (machine == SILK_I386_NO_CHUNK)
		return refuse(v, SILK_R_TAKE_MEMORY, chunk, 0);
	if (chunk_add(g, chunk, kind, machine)) {
		chunk_release(machine);
		return refuse(v, SILK_R_TAKE_MEMORY, chunk, 0);
	}
	return 0;
}
