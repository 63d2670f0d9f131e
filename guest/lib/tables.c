// SPDX-License-Identifier: MIT
/*
 * tables.c - the pool of table frames: which frames of the guest's TABLE
 * chunks are in use, and how the pool grows.
 *
 * Invariant: a clear bit in used[] is a frame that is FREE in the hypervisor's
 * eyes. Page directories take pairs from the low end of a chunk, page tables
 * single frames from its high end, so that pairs remain.
 */
#include "mmu.h"
#include "print.h"

#define FRAMES 1024u /* in a chunk */
#define WORDS  (FRAMES / 32)
#define PAIRS  0x55555555u /* the even bits */

static struct pool_chunk {
	uint32_t base; /* gpa */
	uint32_t free; /* frames */
	uint32_t used[WORDS];
} pool[SILK_TABLE_CHUNKS_MAX];
static unsigned int pool_chunks;
static bool (*pool_more)(void);
static uint32_t spare; /* a page table, if there are no 4 MB entries */

static void mark(struct pool_chunk *c, uint32_t frame, uint32_t count, bool used)
{
	uint32_t bits = ((1u << count) - 1) << frame % 32;

	if (used) {
		c->used[frame / 32] |= bits;
		c->free -= count;
	} else {
		c->used[frame / 32] &= ~bits;
		c->free += count;
	}
}

static bool add_chunk(uint32_t chunk, uint32_t frames_used)
{
	struct pool_chunk *c = &pool[pool_chunks];

	if (pool_chunks == SILK_TABLE_CHUNKS_MAX)
		return false;
	memset(c, 0, sizeof(*c));
	c->base = chunk << SILK_I386_CHUNK_SHIFT;
	c->free = FRAMES;
	for (uint32_t i = 0; i < frames_used; i++)
		mark(c, i, 1, true);
	pool_chunks++;
	return true;
}

static int find_pair(const struct pool_chunk *c)
{
	for (uint32_t i = 0; i < WORDS; i++) {
		uint32_t free = ~c->used[i] & ~c->used[i] >> 1 & PAIRS;

		if (free)
			return (int)i * 32 + __builtin_ctz(free);
	}
	return -1;
}

static int find_single(const struct pool_chunk *c)
{
	for (uint32_t i = WORDS; i-- > 0;)
		if (~c->used[i])
			return (int)i * 32 + 31 - __builtin_clz(~c->used[i]);
	return -1;
}

static uint32_t take_frame(unsigned int level)
{
	uint32_t gpa = 0;

	for (unsigned int i = 0; i < pool_chunks && !gpa; i++) {
		struct pool_chunk *c = &pool[i];
		int frame = -1;

		if (c->free > 0)
			frame = level == SILK_PT_DIRECTORY ? find_pair(c) : find_single(c);
		if (frame < 0)
			continue;
		gpa = c->base + (uint32_t)frame * PAGE_SIZE;
		if (hv_pt_alloc(gpa, level) < 0)
			panic("pt_alloc(0x%x, %u) was refused", gpa, level);
		mark(c, (uint32_t)frame, level, true);
	}
	return gpa;
}

static bool set_aside(void)
{
	if (!spare && !feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE))
		spare = take_frame(SILK_PT_TABLE);
	return spare || feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE);
}

/* [BOOT-6]: all frames are free at entry, but for the boot directory's two. The
 * two at address 0 are left alone: 0 means none. */
void tables_init(bool (*more)(void))
{
	pool_more = more;
	for (uint32_t i = 0; i < info()->low_chunks; i++)
		if (chunk_kind(i) == SILK_CHUNK_TABLE)
			add_chunk(i, 0);
	mark(&pool[0], 0, 2, true);
	mark(&pool[0], info()->boot_directory % CHUNK_SIZE / PAGE_SIZE, 2, true);
	set_aside();
}

void table_free(uint32_t gpa, unsigned int level)
{
	uint32_t vif = irq_save();

	for (unsigned int i = 0; i < pool_chunks; i++) {
		if (pool[i].base != (gpa & ~(CHUNK_SIZE - 1)))
			continue;
		if (hv_pt_free(gpa) < 0)
			panic("pt_free(0x%x) was refused", gpa);
		mark(&pool[i], gpa % CHUNK_SIZE / PAGE_SIZE, level, false);
	}
	irq_restore(vif);
}

uint32_t tables_free_frames(void)
{
	uint32_t n = 0;

	for (unsigned int i = 0; i < pool_chunks; i++)
		n += pool[i].free;
	return n;
}

uint32_t tables_total_frames(void)
{
	return pool_chunks * FRAMES;
}

static uint32_t direct_link(uint32_t chunk)
{
	return info()->boot_directory +
	       DIR_INDEX(gpa_to_va(chunk << SILK_I386_CHUNK_SHIFT)) * 4;
}

/*
 * The direct map's entry of a chunk. [PT-8]: what a directory that is not loaded
 * shows of it is undefined, so it is made anew, and never read. Without 4 MB
 * entries it is a link to a page table in frame.
 */
static void map_chunk(uint32_t chunk, uint32_t frame, uint32_t flags)
{
	uint32_t base = chunk << SILK_I386_CHUNK_SHIFT;
	uint32_t values[64];

	flags |= SILK_I386_PRESENT | SILK_I386_USER;
	if (feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE)) {
		mmu_write(direct_link(chunk), gpa_to_machine(base) | flags |
						      SILK_I386_LARGE);
		mmu_commit();
		return;
	}
	for (uint32_t i = 0; i < FRAMES; i += ARRAY_SIZE(values)) {
		for (uint32_t k = 0; k < ARRAY_SIZE(values); k++)
			values[k] = gpa_to_machine(base + (i + k) * PAGE_SIZE) | flags;
		mmu_write_run(frame + i * 4, values, ARRAY_SIZE(values));
	}
	mmu_write(direct_link(chunk), gpa_to_machine(frame) | SILK_I386_PRESENT |
					      SILK_I386_USER | SILK_I386_WRITABLE);
	mmu_commit();
}

/* Lets us read the tables of a new TABLE chunk, by its own first frame if that
 * takes a page table. Returns the number of frames that this used. */
static uint32_t map_tables(uint32_t chunk)
{
	uint32_t base = chunk << SILK_I386_CHUNK_SHIFT;
	bool large = feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE);

	if (!large && hv_pt_alloc(base, SILK_PT_TABLE) < 0)
		panic("a new TABLE chunk's first frame was refused");
	map_chunk(chunk, base, 0);
	return !large;
}

static bool grow(void)
{
	uint32_t chunk = info()->chunks;

	if (pool_chunks == SILK_TABLE_CHUNKS_MAX ||
	    !feature(SILK_GROUP_MEMORY, SILK_F_MEMORY_TAKE))
		return false;
	while (chunk < DIRECT_CHUNKS && chunk_kind(chunk) != SILK_CHUNK_ABSENT)
		chunk++;
	if (chunk >= DIRECT_CHUNKS || hv_chunk_take(chunk, SILK_CHUNK_TABLE) < 0)
		return false;
	return add_chunk(chunk, map_tables(chunk));
}

/* If it is refused the chunk has to be mapped again: without 4 MB entries by a
 * page table that was set aside while there were frames. */
bool tables_convert(uint32_t chunk)
{
	int32_t error;

	if (pool_chunks == SILK_TABLE_CHUNKS_MAX)
		return false;
	if (!set_aside())
		return false;
	mmu_write(direct_link(chunk), 0);
	mmu_flush_all();
	do {
		error = hv_chunk_convert(chunk, SILK_CHUNK_TABLE);
	} while (error == -SILK_EAGAIN);
	if (error < 0) {
		map_chunk(chunk, spare, SILK_I386_WRITABLE);
		spare = 0;
		return false;
	}
	return add_chunk(chunk, map_tables(chunk));
}

uint32_t table_alloc(unsigned int level)
{
	uint32_t vif = irq_save(), gpa = take_frame(level);

	while (!gpa && (grow() || (pool_more && pool_more())))
		gpa = take_frame(level);
	irq_restore(vif);
	return gpa;
}
