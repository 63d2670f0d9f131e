// SPDX-License-Identifier: MIT
/*
 * blk-12-list.c - changes the last segment of a list that it is writing to the disk.
 *
 * covers: BLK-12
 * run: mood=plain disk
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;
	static struct silk_blk_segment list[SILK_BLK_LIST_MAX];
	struct block_io io;

	for (uint32_t i = 0; i < SILK_BLK_LIST_MAX; i++)
		list[i] = (struct silk_blk_segment){ page_gpa(0), 512 };
	list[SILK_BLK_LIST_MAX - 1].address = page_gpa(1);
	block_prepare(&io, 0, SILK_BLK_WRITE | SILK_BLK_LIST, 8, (uint32_t)list,
		      SILK_BLK_LIST_MAX);
	hv_blk_submit(&io.request, 1);
	WRITE_ONCE(pages[1][0], 2);
	while (READ_ONCE(ring->producer) == 0)
		hv_yield();
	power_off();
}
