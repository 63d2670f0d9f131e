// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - the states of table frames: pt_alloc, pt_free, pt_switch, boot.
 *
 *      FREE --pt_alloc(TABLE)--> UNLINKED <--directory entry--> LINKED
 *      FREE --pt_alloc(DIRECTORY)--> DIRECTORY, and the frame after it TWIN
 *      UNLINKED, DIRECTORY + TWIN --pt_free--> FREE
 *
 * Invariants: a LINKED page table is named by exactly one directory entry, its
 * link [PT-4]. The directory that a vCPU has loaded holds the guest-wide kernel
 * range and the hypervisor's part as they are now; others may be behind, which
 * their generation says, and are brought up to date when they are loaded [PT-8].
 * No translation cache sees a frame change its level: all are emptied first
 * [PT-9], or one that took the frame for a page table could read a directory's
 * entries, which name page tables, as mappings.
 */
#include "hypercall.h"
#include "chunk.h"
#include "entry.h"
#include "libc.h"
#include "machine.h"
#include "table.h"

#define BOOT_FRAME (SILK_I386_BOOT_DIRECTORY >> PAGE_SHIFT)

/* ---- the guest-wide kernel range ---- */

void kernel_changed(struct guest *g)
{
	u32 slot, f;

	if (likely(++g->kernel.generation))
		return;
	/* It wrapped: an old directory must not seem up to date. */
	for (slot = 0; slot < SILK_TABLE_CHUNKS_MAX; slot++) {
		struct table_chunk *t = g->chunks.slot[slot];

		for (f = 0; t && f < CHUNK_FRAMES; f++)
			if (t->state[f] == TABLE_DIRECTORY)
				t->link[f] = 0;
	}
	g->kernel.generation = 1;
}

/* Directory f of t gets the kernel range and the hypervisor's part. */
static void sync(struct guest *g, struct table_chunk *t, u32 f)
{
	u32 *kernel = table_entries(t, f);

	memcpy(kernel + KERNEL_FIRST, g->kernel.entry + KERNEL_FIRST,
	       (KERNEL_END - KERNEL_FIRST) * sizeof(u32));
	machine_init_directory(g, kernel, kernel + CHUNK_FRAMES);
	t->link[f] = g->kernel.generation;
}

void tables_slot_changed(struct guest *g)
{
	u32 i;

	kernel_changed(g);
	for (i = 0; i < g->vcpus; i++) {
		struct table_chunk *t = table_loaded(g->vcpu[i]);

		/* Not the kernel range: its accessed and dirty bits live here. */
		if (t) {
			u32 f = g->vcpu[i]->directory % CHUNK_FRAMES;
			u32 *kernel = table_entries(t, f);

			machine_init_directory(g, kernel, kernel + CHUNK_FRAMES);
			t->link[f] = g->kernel.generation;
		}
	}
}

/* ---- calls ---- */

/* Shared by the calls that name a table frame: NULL and *result, or its chunk. */
static struct table_chunk *frame_chunk(struct vcpu *v, u32 gpa, enum silk_refusal align,
				       enum silk_refusal owner, enum silk_refusal kind,
				       u32 *result)
{
	struct chunks *c = &v->guest->chunks;
	struct table_chunk *t = c->table[gpa >> CHUNK_SHIFT];

	if (gpa % PAGE_SIZE)
		*result = refuse(v, align, gpa, 0);
	else if (c->kind[gpa >> CHUNK_SHIFT] == SILK_CHUNK_ABSENT)
		*result = refuse(v, owner, gpa, 0);
	else if (!t)
		*result = refuse(v, kind, gpa, 0);
	else
		return t;
	return NULL;
}

static bool directory_loaded(const struct guest *g, u32 frame)
{
	u32 i;

	for (i = 0; i < g->vcpus; i++)
		if (g->vcpu[i]->directory == frame)
			return true;
	return false;
}

static bool has_children(const u32 *directory)
{
	u32 i;

	for (i = 0; i < KERNEL_FIRST; i++)
		if (entry_is_link(directory[i]))
			return true;
	return false;
}

static void allocate(struct guest *g, struct table_chunk *t, u32 f, u32 level)
{
	u32 i, frames = level == SILK_PT_DIRECTORY ? 2 : 1;
	bool changes = false;

	for (i = f; i < f + frames; i++) {
		if (t->last_level[i] && t->last_level[i] != level)
			changes = true;
		t->last_level[i] = (u8)level;
		t->link[i] = 0;
	}
	if (changes)
		machine_flush_all(g);
	memset(table_entries(t, f), 0, frames * PAGE_SIZE);
	t->state[f] = level == SILK_PT_DIRECTORY ? TABLE_DIRECTORY : TABLE_UNLINKED;
	if (level == SILK_PT_DIRECTORY)
		t->state[f + 1] = TABLE_TWIN;
}

u32 call_pt_alloc(struct vcpu *v, u32 gpa, u32 level, u32 unused)
{
	u32 f = gpa >> PAGE_SHIFT & (CHUNK_FRAMES - 1);
	struct table_chunk *t;
	u32 result;

	(void)unused;
	if (gpa % PAGE_SIZE)
		return refuse(v, SILK_R_ALLOC_ALIGN, gpa, 0);
	if (level != SILK_PT_TABLE && level != SILK_PT_DIRECTORY)
		return refuse(v, SILK_R_ALLOC_LEVEL, level, 0);
	if (level == SILK_PT_DIRECTORY && f % 2)
		return refuse(v, SILK_R_ALLOC_PAIR, gpa, 0);
	t = frame_chunk(v, gpa, SILK_R_ALLOC_ALIGN, SILK_R_ALLOC_OWNER,
			SILK_R_ALLOC_KIND, &result);
	if (!t)
		return result;
	if (t->state[f] != TABLE_FREE ||
	    (level == SILK_PT_DIRECTORY && t->state[f + 1] != TABLE_FREE))
		return refuse(v, SILK_R_ALLOC_STATE, gpa, 0);
	allocate(v->guest, t, f, level);
	return 0;
}

u32 call_pt_free(struct vcpu *v, u32 gpa, u32 unused1, u32 unused2)
{
	u32 f = gpa >> PAGE_SHIFT & (CHUNK_FRAMES - 1);
	struct table_chunk *t;
	u32 result;

	(void)unused1, (void)unused2;
	t = frame_chunk(v, gpa, SILK_R_FREE_ALIGN, SILK_R_FREE_OWNER,
			SILK_R_FREE_KIND, &result);
	if (!t)
		return result;
	switch (t->state[f]) {
	case TABLE_UNLINKED:
		break;
	case TABLE_LINKED:
		return refuse(v, SILK_R_FREE_LINKED, gpa, 0);
	case TABLE_DIRECTORY:
		if (directory_loaded(v->guest, gpa >> PAGE_SHIFT))
			return refuse(v, SILK_R_FREE_LOADED, gpa, 0);
		if (has_children(table_entries(t, f)))
			return refuse(v, SILK_R_FREE_CHILDREN, gpa, 0);
		t->state[f + 1] = TABLE_FREE;
		break;
	default:
		return refuse(v, SILK_R_FREE_STATE, gpa, 0);
	}
	t->state[f] = TABLE_FREE;
	return 0;
}

u32 call_pt_switch(struct vcpu *v, u32 gpa, u32 unused1, u32 unused2)
{
	u32 f = gpa >> PAGE_SHIFT & (CHUNK_FRAMES - 1);
	struct table_chunk *t;
	u32 result;

	(void)unused1, (void)unused2;
	t = frame_chunk(v, gpa, SILK_R_SWITCH_ALIGN, SILK_R_SWITCH_OWNER,
			SILK_R_SWITCH_KIND, &result);
	if (!t)
		return result;
	if (t->state[f] != TABLE_DIRECTORY)
		return refuse(v, SILK_R_SWITCH_STATE, gpa, 0);
	if (t->link[f] != v->guest->kernel.generation)
		sync(v->guest, t, f);
	v->directory = gpa >> PAGE_SHIFT;
	machine_load_directory(v);
	return 0;
}

/* ---- the beginning and the end ---- */

void tables_boot(struct guest *g)
{
	struct chunks *c = &g->chunks;
	struct table_chunk *t = c->table[0];
	u32 i;

	for (i = 0; i < g->config.low_chunks && KERNEL_FIRST + i < KERNEL_END; i++) {
		u32 bits = SILK_I386_PRESENT | SILK_I386_USER | SILK_I386_LARGE;

		if (c->kind[i] == SILK_CHUNK_ABSENT)
			continue;
		if (c->kind[i] == SILK_CHUNK_RAM)
			bits |= SILK_I386_WRITABLE;
		g->kernel.entry[KERNEL_FIRST + i] = c->machine[i] | bits;
	}
	kernel_changed(g);
	allocate(g, t, BOOT_FRAME, SILK_PT_DIRECTORY);
	sync(g, t, BOOT_FRAME);
	g->vcpu[0]->directory = BOOT_FRAME;
}

void tables_reset(struct guest *g)
{
	struct chunks *c = &g->chunks;
	u32 i;

	if (c->change.chunk != NO_FRAME)
		chunk_make_ram(g, c->change.chunk);
	c->change.chunk = NO_FRAME;
	for (i = 0; i < g->vcpus; i++) {
		g->vcpu[i]->directory = NO_FRAME;
		g->vcpu[i]->queue_desc_low = 0;
	}
	for (i = 0; i < SILK_TABLE_CHUNKS_MAX; i++)
		if (c->slot[i])
			memset(c->slot[i]->state, TABLE_FREE, CHUNK_FRAMES);
	memset(g->kernel.entry, 0, sizeof(g->kernel.entry));
	machine_flush_all(g);
}
