// SPDX-License-Identifier: GPL-2.0-only
/*
 * model_memory.c - what the calls on table frames and on chunks should have
 * returned, refused and changed.
 *
 * Where the specification leaves the answer open (SILK_EAGAIN, scarce memory) the
 * model takes the real one, if that is allowed, and goes on from there.
 */
#include "model.h"
#include "hypervisor/core/chunk.h"

static const struct call *call;

/* ---- table frames ---- */

/* The conditions that all calls which name a frame have in common. */
#define FRAME_CHECKS(m, gpa, ALIGN, OWNER, KIND) \
	do { \
		if ((gpa) % PAGE_SIZE) \
			return NO(ALIGN, gpa); \
		if ((m)->kind[(gpa) >> CHUNK_SHIFT] == SILK_CHUNK_ABSENT) \
			return NO(OWNER, gpa); \
		if ((m)->kind[(gpa) >> CHUNK_SHIFT] != SILK_CHUNK_TABLE) \
			return NO(KIND, gpa); \
	} while (0)

static struct verdict pt_alloc(struct model *m, u32 gpa, u32 level)
{
	bool directory = level == SILK_PT_DIRECTORY;

	if (gpa % PAGE_SIZE)
		return NO(ALLOC_ALIGN, gpa);
	if (!directory && level != SILK_PT_TABLE)
		return NO(ALLOC_LEVEL, level);
	if (directory && gpa >> PAGE_SHIFT & 1)
		return NO(ALLOC_PAIR, gpa);
	FRAME_CHECKS(m, gpa, ALLOC_ALIGN, ALLOC_OWNER, ALLOC_KIND);
	if (state_of(m, gpa) != M_FREE || (directory && state_of(m, gpa + PAGE_SIZE) != M_FREE))
		return NO(ALLOC_STATE, gpa);
	model_new_frame(m, gpa, directory ? M_DIRECTORY : M_UNLINKED);
	if (directory)
		model_new_frame(m, gpa + PAGE_SIZE, M_TWIN);
	return OK(0);
}

static struct verdict pt_free(struct model *m, u32 gpa)
{
	u32 i, *entry;

	FRAME_CHECKS(m, gpa, FREE_ALIGN, FREE_OWNER, FREE_KIND);
	switch (state_of(m, gpa)) {
	case M_FREE:
	case M_TWIN:
		return NO(FREE_STATE, gpa);
	case M_LINKED:
		return NO(FREE_LINKED, gpa);
	case M_DIRECTORY:
		for (i = 0; i < FUZZ_VCPUS; i++)
			if (m->loaded[i] == gpa)
				return NO(FREE_LOADED, gpa);
		entry = frames_of(m, gpa)->entry[frame_of(gpa)];
		for (i = 0; i < KERNEL_PDE; i++)
			if ((entry[i] & (P | SILK_I386_LARGE)) == P)
				return NO(FREE_CHILDREN, gpa);
		model_free_frame(m, gpa + PAGE_SIZE);
	}
	model_free_frame(m, gpa);
	return OK(0);
}

static struct verdict pt_switch(struct model *m, u32 gpa)
{
	FRAME_CHECKS(m, gpa, SWITCH_ALIGN, SWITCH_OWNER, SWITCH_KIND);
	if (state_of(m, gpa) != M_DIRECTORY)
		return NO(SWITCH_STATE, gpa);
	m->loaded[call->v->number] = gpa;
	novel_frame(m, gpa, NOVEL_LOADED);
	return OK(0);
}

static struct verdict pt_flush(u32 address, u32 pages)
{
	u64 end = (u64)(address & ~(PAGE_SIZE - 1)) + (u64)pages * PAGE_SIZE;

	return pages && end > SILK_I386_HYPERVISOR ? NO(FLUSH_RANGE, address) : OK(0);
}

/* ---- chunks ---- */

static void end_change(struct model *m)
{
	if (m->changing != CHUNKS)
		model_kind(m, m->changing, SILK_CHUNK_RAM);
	m->changing = CHUNKS;
}

static void begin_change(struct model *m, u32 chunk, bool giving)
{
	model_kind(m, chunk, SILK_CHUNK_CHANGING);
	m->changing = chunk;
	m->giving = giving;
}

static bool pinned(const struct model *m, u32 chunk)
{
	return chunk_pinned(m->machine[chunk] >> CHUNK_SHIFT);
}

/* SILK_EAGAIN is right if there was a reason to stop. */
static bool again(const struct model *m)
{
	return call->result == -(u32)SILK_EAGAIN && (call->hasty || m->used > 250);
}

static bool short_of_memory(void)
{
	return call->result == -(u32)SILK_ENOMEM && call->scarce;
}

static struct verdict convert(struct model *m, u32 chunk, u32 kind)
{
	if (m->changing != chunk || m->giving || kind != SILK_CHUNK_TABLE)
		end_change(m);
	if (chunk >= CHUNKS || m->kind[chunk] == SILK_CHUNK_ABSENT)
		return NO(CONVERT_OWNER, chunk);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return NO(CONVERT_KIND, kind);
	if (m->kind[chunk] == kind)
		return NO(CONVERT_SAME, chunk);
	if (pinned(m, chunk))
		return NO(CONVERT_PINNED, chunk);
	if (kind == SILK_CHUNK_RAM) {
		u32 f;

		for (f = 0; f < CHUNK_FRAMES; f++)
			if (m->frames[chunk]->state[f] != M_FREE)
				return NO(CONVERT_TABLES, chunk);
		model_kind(m, chunk, SILK_CHUNK_RAM);
		return OK(0);
	}
	if (again(m)) {
		begin_change(m, chunk, false);
		return NO(CONVERT_AGAIN, chunk);
	}
	end_change(m);
	if (model_maps(m, chunk, true))
		return NO(CONVERT_MAPPED, chunk);
	if (m->tables == SILK_TABLE_CHUNKS_MAX || short_of_memory())
		return NO(CONVERT_MEMORY, chunk);
	model_kind(m, chunk, SILK_CHUNK_TABLE);
	return OK(0);
}

static struct verdict give(struct model *m, u32 chunk)
{
	if (m->changing != chunk || !m->giving)
		end_change(m);
	if (chunk >= CHUNKS || m->kind[chunk] == SILK_CHUNK_ABSENT)
		return NO(GIVE_OWNER, chunk);
	if (m->kind[chunk] == SILK_CHUNK_TABLE)
		return NO(GIVE_KIND, chunk);
	if (pinned(m, chunk))
		return NO(GIVE_PINNED, chunk);
	if (again(m)) {
		begin_change(m, chunk, true);
		return NO(GIVE_AGAIN, chunk);
	}
	end_change(m);
	if (model_maps(m, chunk, false))
		return NO(GIVE_MAPPED, chunk);
	model_remove(m, chunk);
	return OK(0);
}

/* [MEM-5] */
static void check_zero(u32 machine)
{
	u32 at = memory_used(machine, CHUNK_SIZE);

	if (at != machine + CHUNK_SIZE)
		finding("a chunk that was taken holds %08x at %08x", *(u32 *)(fake.memory + at), at);
}

static struct verdict take(struct model *m, u32 chunk, u32 kind)
{
	const struct guest *g = call->v->guest;

	if (chunk >= CHUNKS)
		return NO(TAKE_RANGE, chunk);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return NO(TAKE_KIND, kind);
	if (m->kind[chunk] != SILK_CHUNK_ABSENT)
		return NO(TAKE_PRESENT, chunk);
	if (m->owned >= m->limit || short_of_memory() ||
	    (kind == SILK_CHUNK_TABLE && m->tables == SILK_TABLE_CHUNKS_MAX))
		return NO(TAKE_MEMORY, chunk);
	/* Others, and the images that they keep, may have it all. */
	if (call->result == -(u32)SILK_ENOMEM && !chunks_free())
		return NO(TAKE_MEMORY, chunk);
	if (!call->result) {
		model_add(m, chunk, kind, g->chunks.machine[chunk]);
		check_zero(m->machine[chunk]);
	}
	return OK(0);
}

struct verdict model_memory(struct model *m, const struct call *c)
{
	const u32 *a = c->arg;

	call = c;
	switch (c->nr) {
	case SILK_CALL_pt_alloc:
		return pt_alloc(m, a[0], a[1]);
	case SILK_CALL_pt_free:
		return pt_free(m, a[0]);
	case SILK_CALL_pt_switch:
		return pt_switch(m, a[0]);
	case SILK_CALL_pt_flush:
		return pt_flush(a[0], a[1]);
	case SILK_CALL_chunk_convert:
		return convert(m, a[0], a[1]);
	case SILK_CALL_chunk_give:
		return give(m, a[0]);
	default:
		return take(m, a[0], a[1]);
	}
}
