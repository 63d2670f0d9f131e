// SPDX-License-Identifier: GPL-2.0-only
/*
 * translation_cache.c - an oracle for the hypervisor's flushes [PT-9].
 *
 * Invariant: what is noted here is at least what a processor may hold; only a
 * flush of everything takes it away.
 */
#include <stdio.h>
#include <string.h>

#include "translation_cache.h"
#include "hypervisor/core/table.h"

#define P      SILK_I386_PRESENT
#define W      SILK_I386_WRITABLE
#define U      SILK_I386_USER
#define PS     SILK_I386_LARGE
#define FRAMES (64u * CHUNK_FRAMES) /* of machine memory */

static struct cache {
	bool read[CHUNKS], write[CHUNKS]; /* machine chunks mapped */
	bool table[FRAMES];               /* machine frames used as page tables */
	u32 list[FRAMES], tables;
	u32 outside; /* an entry that names no memory, 0: none */
} cache[GUESTS_MAX];

void cache_flush(struct guest *of)
{
	struct cache *c = &cache[of->id];

	memset(c->read, 0, sizeof(c->read));
	memset(c->write, 0, sizeof(c->write));
	c->outside = 0;
	while (c->tables)
		c->table[c->list[--c->tables]] = false;
}

static void cache_mapping(struct cache *c, u32 entry)
{
	if ((entry & (P | U)) != (P | U))
		return;
	if (entry >> CHUNK_SHIFT >= fake.chunks) {
		c->outside = entry;
		return;
	}
	c->read[entry >> CHUNK_SHIFT] = true;
	if (entry & W)
		c->write[entry >> CHUNK_SHIFT] = true;
}

static u32 *machine_frame(u32 frame)
{
	return (u32 *)(fake.memory + ((size_t)frame << PAGE_SHIFT));
}

static void cache_directory(struct cache *c, const u32 *d, u32 count)
{
	u32 i, frame;

	for (i = 0; i < count; i++) {
		if (d[i] & P && d[i] & PS) {
			cache_mapping(c, d[i]);
			continue;
		}
		if (!(d[i] & P))
			continue;
		frame = d[i] >> PAGE_SHIFT;
		if (frame >= FRAMES || frame >= fake.chunks * CHUNK_FRAMES) {
			c->outside = d[i];
			continue;
		}
		if (c->table[frame])
			continue;
		c->table[frame] = true;
		c->list[c->tables++] = frame;
	}
}

void cache_fill(struct guest *of)
{
	struct cache *c = &cache[of->id];
	u32 i, j;

	for (i = 0; i < of->vcpus; i++) {
		u32 frame = of->vcpu[i]->directory;

		if (frame == NO_FRAME)
			continue;
		frame = fake_machine_of(of, frame << PAGE_SHIFT) >> PAGE_SHIFT;
		cache_directory(c, machine_frame(frame), KERNEL_END);
		cache_directory(c, machine_frame(frame + 1), 1024);
	}
	for (i = 0; i < c->tables; i++)
		for (j = 0; j < 1024; j++)
			cache_mapping(c, machine_frame(c->list[i])[j]);
}

static const char *wrong(const char *what, u32 at)
{
	static char text[80];

	snprintf(text, sizeof(text), "%s (machine %08x)", what, at);
	return text;
}

static const char *wrong_table(const struct chunks *k, u32 frame)
{
	u32 base = k->reverse[frame / CHUNK_FRAMES], at = frame << PAGE_SHIFT;
	const struct table_chunk *t;

	if (base == SILK_I386_NO_CHUNK)
		return wrong("a page table is not the guest's", at);
	t = k->table[base >> CHUNK_SHIFT];
	if (!t)
		return wrong("a page table is in a RAM chunk", at);
	if (t->state[frame % CHUNK_FRAMES] == TABLE_DIRECTORY ||
	    t->state[frame % CHUNK_FRAMES] == TABLE_TWIN)
		return wrong("a directory is used as a page table", at);
	return NULL;
}

const char *cache_wrong(const struct guest *of)
{
	const struct cache *c = &cache[of->id];
	const struct chunks *k = &of->chunks;
	const char *why = NULL;
	u32 i;

	if (c->outside)
		return wrong("an entry names what is no memory", c->outside);
	for (i = 0; i < fake.chunks; i++) {
		u32 chunk = k->reverse[i] >> CHUNK_SHIFT;

		if (c->read[i] && k->reverse[i] == SILK_I386_NO_CHUNK)
			return wrong("a chunk that is not the guest's is mapped", i << CHUNK_SHIFT);
		if (c->write[i] && k->kind[chunk] == SILK_CHUNK_TABLE)
			return wrong("a TABLE chunk is writable", i << CHUNK_SHIFT);
	}
	for (i = 0; !why && i < c->tables; i++)
		why = wrong_table(k, c->list[i]);
	return why;
}
