// SPDX-License-Identifier: MIT
/*
 * early.c - a right guest that looks at what it may not rely on yet: the info page before
 * its version, and memory that a disk is about to fill, by which it sums up all memory.
 *
 * run: disk
 */
#include "wrong.h"

static uint32_t sum(void)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < 1024; i++)
		sum += READ_ONCE(pages[0][i]);
	return sum;
}

static uint32_t read_sector(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;
	static uint32_t consumed;
	struct block_io io;

	block_prepare(&io, 0, SILK_BLK_READ, 2, page_gpa(0), 4096);
	while (hv_blk_submit(&io.request, 1) == -SILK_EAGAIN)
		hv_yield();
	(void)sum();
	while (READ_ONCE(ring->producer) == consumed)
		hv_yield();
	if (READ_ONCE(ring->entry[consumed % SILK_RING_ENTRIES].status))
		panic("the disk failed");
	WRITE_ONCE(ring->consumer, ++consumed);
	return sum();
}

void guest_start(void);

void guest_start(void)
{
	struct silk_info copy = *info();
	bool quiet = READ_ONCE(info()->cmdline[0]) == 'q';
	uint32_t first;

	if (info()->magic != SILK_MAGIC || info()->version >> 16 != SILK_ABI_MAJOR)
		power_off();
	first = copy.blk[0].flags ? read_sector() : 0;
	for (uint32_t i = 0; copy.blk[0].flags && i < 8; i++)
		if (read_sector() != first)
			panic("other data than before");
	if (!quiet)
		print("all went well\n");
	power_off();
}
