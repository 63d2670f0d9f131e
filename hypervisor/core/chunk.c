// SPDX-License-Identifier: GPL-2.0-only
/*
 * chunk.c - who has which 4 MB chunk of machine memory, and what for.
 *
 * Invariants: a machine chunk is in at most one guest's table. What a guest gets
 * is zero [MEM-5]: a chunk is cleared once, when it is dealt or before in idle
 * time, never when it is released (that must be quick, and its I/O may still
 * run). A guest's machine, reverse, kind and machine_kind tables agree. A chunk
 * with I/O in flight is never dealt out [MEM-10].
 *
 * Clearing takes as long as one chunk takes; who deals several chunks looks for
 * pre-emption between two. Lock of owner[] and pins[]: chunks_lock, innermost.
 */
#include "chunk.h"
#include "libc.h"
#include "machine.h"
#include "table.h"

#define TABLE_PAGES ((sizeof(struct table_chunk) + PAGE_SIZE - 1) / PAGE_SIZE)

static u8 owner[CHUNKS]; /* enum chunk_owner, by machine chunk */
static u32 pins[CHUNKS]; /* I/O in flight, by machine chunk */

/* ---- the machine's ---- */

void chunk_add_free(u32 machine)
{
	owner[machine >> CHUNK_SHIFT] = CHUNK_DIRTY;
}

static u32 find(enum chunk_owner what)
{
	u32 nr;

	for (nr = 0; nr < CHUNKS; nr++)
		if (owner[nr] == what)
			break;
	return nr;
}

static void clear(u32 nr)
{
	memset(machine_chunk_map(0, nr << CHUNK_SHIFT), 0, CHUNK_SIZE);
	owner[nr] = CHUNK_CLEAN;
}

bool chunk_clear_one(void)
{
	u32 nr = find(CHUNK_DIRTY);

	if (nr < CHUNKS)
		clear(nr);
	return nr < CHUNKS;
}

u32 chunk_alloc(void)
{
	u32 nr = find(CHUNK_CLEAN);

	if (nr == CHUNKS) {
		nr = find(CHUNK_DIRTY);
		if (nr == CHUNKS)
			return SILK_I386_NO_CHUNK;
		clear(nr);
	}
	owner[nr] = CHUNK_HELD;
	return nr << CHUNK_SHIFT;
}

void chunk_release(u32 machine)
{
	u32 nr = machine >> CHUNK_SHIFT;

	if (owner[nr] != CHUNK_HELD)
		panic("chunk %08x is released and not held", machine);
	owner[nr] = pins[nr] ? CHUNK_ORPHAN : CHUNK_DIRTY;
}

u32 chunks_free(void)
{
	u32 nr, n = 0;

	for (nr = 0; nr < CHUNKS; nr++)
		n += owner[nr] == CHUNK_DIRTY || owner[nr] == CHUNK_CLEAN;
	return n;
}

enum chunk_owner chunk_owner(u32 nr)
{
	return owner[nr];
}

void chunk_pin(u32 nr)
{
	pins[nr]++;
}

void chunk_unpin_machine(u32 nr)
{
	if (!pins[nr])
		panic("chunk %u is unpinned too often", nr);
	if (!--pins[nr] && owner[nr] == CHUNK_ORPHAN)
		owner[nr] = CHUNK_DIRTY;
}

bool chunk_pinned(u32 nr)
{
	return pins[nr] != 0;
}

/* ---- a guest's ---- */

int chunks_init(struct guest *g, u32 limit)
{
	struct chunks *c = &g->chunks;
	u32 i;

	memset(c, 0, sizeof(*c));
	c->machine = hv_page_alloc();
	c->reverse = hv_page_alloc();
	c->kind = hv_page_alloc();
	if (!c->machine || !c->reverse || !c->kind) {
		chunks_exit(g);
		return -1;
	}
	for (i = 0; i < CHUNKS; i++) {
		c->machine[i] = SILK_I386_NO_CHUNK;
		c->reverse[i] = SILK_I386_NO_CHUNK;
	}
	c->limit = limit;
	c->change.chunk = NO_FRAME;
	return 0;
}

void chunks_exit(struct guest *g)
{
	struct chunks *c = &g->chunks;

	hv_pages_free(c->machine, 1);
	hv_pages_free(c->reverse, 1);
	hv_pages_free(c->kind, 1);
	memset(c, 0, sizeof(*c));
}

/* What the guest sees, and what its entries may do: changed together. */
static void set_kind(struct chunks *c, u32 chunk, u32 seen, u32 allowed)
{
	c->kind[chunk] = (u8)seen;
	c->machine_kind[c->machine[chunk] >> CHUNK_SHIFT] = (u8)allowed;
}

int chunk_make_table(struct guest *g, u32 chunk)
{
	struct chunks *c = &g->chunks;
	struct table_chunk *t;
	u32 slot = 0;

	while (slot < SILK_TABLE_CHUNKS_MAX && c->slot[slot])
		slot++;
	if (slot == SILK_TABLE_CHUNKS_MAX)
		return -1;
	t = hv_pages_alloc(TABLE_PAGES);
	if (!t)
		return -1;
	machine_set_slot(g, slot, c->machine[chunk]);
	t->entries = machine_table(g, slot);
	t->slot = slot;
	t->chunk = chunk;
	c->slot[slot] = t;
	c->table[chunk] = t;
	set_kind(c, chunk, SILK_CHUNK_TABLE, SILK_CHUNK_TABLE);
	tables_slot_changed(g);
	return 0;
}

void chunk_make_ram(struct guest *g, u32 chunk)
{
	struct chunks *c = &g->chunks;
	struct table_chunk *t = c->table[chunk];

	if (t) {
		c->slot[t->slot] = NULL;
		c->table[chunk] = NULL;
		machine_set_slot(g, t->slot, SILK_I386_NO_CHUNK);
		hv_pages_free(t, TABLE_PAGES);
		tables_slot_changed(g);
	}
	set_kind(c, chunk, SILK_CHUNK_RAM, SILK_CHUNK_RAM);
}

void chunk_make_changing(struct guest *g, u32 chunk, bool giving)
{
	set_kind(&g->chunks, chunk, SILK_CHUNK_CHANGING,
		 giving ? SILK_CHUNK_ABSENT : SILK_CHUNK_CHANGING);
}

int chunk_add(struct guest *g, u32 chunk, u32 kind, u32 machine)
{
	struct chunks *c = &g->chunks;
	u32 nr = machine >> CHUNK_SHIFT;

	c->machine[chunk] = machine;
	c->reverse[nr] = chunk << CHUNK_SHIFT;
	set_kind(c, chunk, SILK_CHUNK_RAM, SILK_CHUNK_RAM);
	owner[nr] = CHUNK_OWNED;
	c->owned++;
	if (kind == SILK_CHUNK_TABLE && chunk_make_table(g, chunk)) {
		chunk_detach(g, chunk);
		return -1;
	}
	return 0;
}

u32 chunk_detach(struct guest *g, u32 chunk)
{
	struct chunks *c = &g->chunks;
	u32 machine = c->machine[chunk];

	if (c->change.chunk == chunk)
		c->change.chunk = NO_FRAME;
	chunk_make_ram(g, chunk);
	set_kind(c, chunk, SILK_CHUNK_ABSENT, SILK_CHUNK_ABSENT);
	c->machine[chunk] = SILK_I386_NO_CHUNK;
	c->reverse[machine >> CHUNK_SHIFT] = SILK_I386_NO_CHUNK;
	c->owned--;
	owner[machine >> CHUNK_SHIFT] = CHUNK_HELD;
	return machine;
}

void chunk_remove(struct guest *g, u32 chunk)
{
	chunk_release(chunk_detach(g, chunk));
}

void chunks_remove_all(struct guest *g)
{
	u32 chunk;

	for (chunk = 0; chunk < CHUNKS; chunk++)
		if (chunk_present(g, chunk))
			chunk_remove(g, chunk);
}
