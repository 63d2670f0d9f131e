// SPDX-License-Identifier: GPL-2.0-only
/*
 * tlb.c - the worst translation cache that the manual allows: it holds whatever
 * could be reached since the last flush of everything, and page tables that could
 * be reached then, even if they were unlinked and freed since [PT-9].
 *
 * Oracle: even by it no guest writes a TABLE chunk, reaches what is not its own,
 * or uses a directory as a page table. As it never forgets a page that a guest
 * flushed by itself, it says nothing about the guest's own flushes.
 */
#include <string.h>

#include "fuzz.h"
#include "hypervisor/core/table.h"

#define FRAMES (FUZZ_MACHINE * CHUNK_FRAMES)

static struct tlb {
	bool read[FUZZ_MACHINE], write[FUZZ_MACHINE]; /* machine chunks mapped */
	bool table[FRAMES];                           /* frames used as page tables */
	u32 list[FRAMES], tables;
} tlbs[FUZZ_GUESTS];

void tlb_flush(struct guest *g)
{
	struct tlb *c = &tlbs[g->id];

	memset(c->read, 0, sizeof(c->read));
	memset(c->write, 0, sizeof(c->write));
	while (c->tables)
		c->table[c->list[--c->tables]] = false;
}

static u32 *frame_at(u32 frame)
{
	return (u32 *)(fake.memory + ((size_t)frame << PAGE_SHIFT));
}

static void mapping(struct tlb *c, u32 entry)
{
	u32 chunk = entry >> CHUNK_SHIFT;

	if (!(entry & SILK_I386_PRESENT) || !(entry & SILK_I386_USER))
		return;
	if (chunk >= FUZZ_MACHINE)
		finding("a translation to %08x, where no memory is", entry);
	c->read[chunk] = true;
	if (entry & SILK_I386_WRITABLE)
		c->write[chunk] = true;
}

static void directory(struct tlb *c, const u32 *d, u32 count)
{
	u32 i, frame;

	for (i = 0; i < count; i++) {
		if (!(d[i] & SILK_I386_PRESENT))
			continue;
		if (d[i] & SILK_I386_LARGE) {
			mapping(c, d[i]);
			continue;
		}
		frame = d[i] >> PAGE_SHIFT;
		if (frame >= FRAMES)
			finding("a link to %08x, where no memory is", d[i]);
		if (!c->table[frame]) {
			c->table[frame] = true;
			c->list[c->tables++] = frame;
		}
	}
}

static void check(const struct guest *g, const struct tlb *c)
{
	const struct chunks *k = &g->chunks;
	u32 i;

	for (i = 0; i < FUZZ_MACHINE; i++) {
		u32 chunk = k->reverse[i] >> CHUNK_SHIFT;

		if (c->read[i] && k->reverse[i] == SILK_I386_NO_CHUNK)
			finding("cached: machine chunk %u, which is not guest %u's", i, g->id);
		if (c->write[i] && k->kind[chunk] == SILK_CHUNK_TABLE)
			finding("cached: guest %u writes TABLE chunk %u", g->id, chunk);
	}
	for (i = 0; i < c->tables; i++) {
		u32 frame = c->list[i], base = k->reverse[frame / CHUNK_FRAMES];
		const struct table_chunk *t = base == SILK_I386_NO_CHUNK ? NULL : k->table[base >> CHUNK_SHIFT];
		u32 state = t ? t->state[frame % CHUNK_FRAMES] : TABLE_TWIN;

		if (state == TABLE_DIRECTORY || state == TABLE_TWIN)
			finding("cached: frame %05x as a page table of guest %u's, and it is %s",
				frame, g->id, t ? "a directory" : "no table frame");
	}
}

void tlb_check(struct guest *g)
{
	struct tlb *c = &tlbs[g->id];
	u32 i, j;

	check(g, c);
	for (i = 0; i < g->vcpus; i++) {
		u32 frame = g->vcpu[i]->directory;

		if (frame == NO_FRAME)
			continue;
		frame = fake_machine_of(g, frame << PAGE_SHIFT) >> PAGE_SHIFT;
		directory(c, frame_at(frame), KERNEL_END);
		directory(c, frame_at(frame + 1), KERNEL_END);
	}
	for (i = 0; i < c->tables; i++)
		for (j = 0; j < CHUNK_FRAMES; j++)
			mapping(c, frame_at(c->list[i])[j]);
	check(g, c);
}

void tlb_forget(const struct guest *g)
{
	memset(&tlbs[g->id], 0, sizeof(tlbs[g->id]));
}
