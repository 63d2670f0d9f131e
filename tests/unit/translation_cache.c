// SPDX-License-Identifier: GPL-2.0-only
/*
 * translation_cache.c - an oracle for the hypervisor's flushes [PT-9].
 *
 * Invariant: what is noted here is at least what a processor may hold; only a
 * flush of everything takes it away.
 */
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
} cache[GUESTS_MAX];

void cache_flush(struct guest *of)
{
	struct cache *c = &cache[of->id];

	memset(c->read, 0, sizeof(c->read));
	memset(c->write, 0, sizeof(c->write));
	while (c->tables)
		c->table[c->list[--c->tables]] = false;
}

static void cache_mapping(struct cache *c, u32 entry)
{
	if ((entry & (P | U)) != (P | U))
		return;
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
		frame = d[i] >> PAGE_SHIFT;
		if (!(d[i] & P) || frame >= FRAMES || c->table[frame])
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

const char *cache_wrong(const struct guest *of)
{
	const struct cache *c = &cache[of->id];
	const struct chunks *k = &of->chunks;
	u32 i;

	for (i = 0; i < CHUNKS; i++) {
		u32 chunk = k->reverse[i] >> CHUNK_SHIFT;

		if (c->read[i] && k->reverse[i] == SILK_I386_NO_CHUNK)
			return "a chunk that is not the guest's is mapped";
		if (c->write[i] && k->kind[chunk] == SILK_CHUNK_TABLE)
			return "a TABLE chunk is writable";
	}
	for (i = 0; i < c->tables; i++) {
		u32 frame = c->list[i], base = k->reverse[frame / CHUNK_FRAMES];
		const struct table_chunk *t;

		if (base == SILK_I386_NO_CHUNK)
			return "a page table is not the guest's";
		t = k->table[base >> CHUNK_SHIFT];
		if (!t)
			return "a page table is in a RAM chunk";
		if (t->state[frame % CHUNK_FRAMES] == TABLE_DIRECTORY ||
		    t->state[frame % CHUNK_FRAMES] == TABLE_TWIN)
			return "a directory is used as a page table";
	}
	return NULL;
}
