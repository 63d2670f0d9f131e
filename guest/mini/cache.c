// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache.c - the buffer cache.
 *
 * Invariants: a buffer with a page is in the hash list of its block; one that
 * is held (refs) or being read (busy) keeps its block and its page. A read that
 * failed leaves the buffer invalid, and the next cache_get tries again.
 */
#include "cache.h"
#include "block.h"
#include "page.h"
#include "print.h"
#include "process.h"

#define BUFFERS 512u
#define HASH    128u
#define SECTORS (CACHE_BLOCK / SILK_BLK_SECTOR)

struct buffer {
	struct block_io io;
	struct buffer *hash; /* next in the hash list */
	struct queue waiting;
	uint32_t page; /* gpa, 0: never used */
	uint32_t block, used_at;
	uint16_t device, refs;
	bool busy, valid;
};

static struct buffer buffers[BUFFERS];
static struct buffer *table[HASH];
static struct queue no_buffer; /* wait until any is put or read */
static uint32_t clock, pages, pages_max;

static struct buffer **bucket(uint16_t device, uint32_t block)
{
	return &table[(block + device * 31u) % HASH];
}

static struct buffer *find(uint16_t device, uint32_t block)
{
	struct buffer *b = *bucket(device, block);

	while (b && (b->block != block || b->device != device))
		b = b->hash;
	return b;
}

static void unhash(struct buffer *b)
{
	struct buffer **link = bucket(b->device, b->block);

	while (*link != b)
		link = &(*link)->hash;
	*link = b->hash;
}

/* One that was never used, as long as there is memory for it; else the one
 * that was not used for longest. */
static struct buffer *victim(void)
{
	struct buffer *oldest = NULL;

	if (pages < pages_max) {
		struct buffer *b = &buffers[pages];

		b->page = page_alloc();
		if (b->page) {
			pages++;
			return b;
		}
	}
	for (struct buffer *b = buffers; b < buffers + pages; b++)
		if (!b->refs && !b->busy &&
		    (!oldest || (int32_t)(b->used_at - oldest->used_at) < 0))
			oldest = b;
	if (oldest)
		unhash(oldest);
	return oldest;
}

static void read_done(struct block_io *io)
{
	struct buffer *b = io->owner;

	b->busy = false;
	b->valid = io->status == 0;
	wake_all(&b->waiting);
	wake_all(&no_buffer);
}

static void start_read(struct buffer *b)
{
	uint64_t sectors = info()->blk[b->device].sectors;
	uint64_t first = (uint64_t)b->block * SECTORS;
	uint32_t count = SECTORS;

	if (first + count > sectors) {
		count = (uint32_t)(sectors - first);
		memset(gpa_to_va(b->page), 0, CACHE_BLOCK);
	}
	block_prepare(&b->io, b->device, SILK_BLK_READ, first, b->page,
		      count * SILK_BLK_SECTOR);
	b->io.done = read_done;
	b->io.owner = b;
	b->busy = true;
	block_submit(&b->io);
}

static bool exists(uint16_t device, uint32_t block)
{
	return info()->group_version[SILK_GROUP_BLOCK] &&
	       device < SILK_BLK_DEVICES &&
	       info()->blk[device].flags & SILK_BLK_F_PRESENT &&
	       (uint64_t)block * SECTORS < info()->blk[device].sectors;
}

/* A buffer for a block that has none; it is being read on return. */
static struct buffer *new_buffer(uint16_t device, uint32_t block)
{
	struct buffer *b = victim();

	if (!b)
		return NULL;
	b->device = device;
	b->block = block;
	b->valid = false;
	b->used_at = clock++;
	b->hash = *bucket(device, block);
	*bucket(device, block) = b;
	start_read(b);
	return b;
}

struct buffer *cache_get(uint16_t device, uint32_t block)
{
	struct buffer *b;

	if (!exists(device, block))
		return NULL;
	while (!(b = find(device, block)) && !(b = new_buffer(device, block)))
		sleep_on_disk(&no_buffer);
	b->refs++;
	b->used_at = clock++;
	if (!b->valid && !b->busy)
		start_read(b);
	while (b->busy)
		sleep_on_disk(&b->waiting);
	if (b->valid)
		return b;
	cache_put(b);
	return NULL;
}

const void *cache_data(const struct buffer *b)
{
	return gpa_to_va(b->page);
}

void cache_put(struct buffer *b)
{
	if (--b->refs == 0)
		wake_all(&no_buffer);
}

void cache_prefetch(uint16_t device, uint32_t block)
{
	if (exists(device, block) && !find(device, block))
		new_buffer(device, block);
}

uint32_t cache_pages(void)
{
	return pages;
}

void cache_init(void)
{
	pages_max = page_total() / 16;
	if (pages_max > BUFFERS)
		pages_max = BUFFERS;
	if (info()->group_version[SILK_GROUP_BLOCK] && block_init() < 0)
		panic("the hypervisor refused the upcall");
}
