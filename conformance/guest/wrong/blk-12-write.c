// SPDX-License-Identifier: MIT
/*
 * blk-12-write.c - changes what it is just writing to the disk.
 *
 * covers: BLK-12
 * run: mood=plain disk
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;
	struct block_io io;

	pages[0][0] = 1;
	block_prepare(&io, 0, SILK_BLK_WRITE, 8, page_gpa(0), 512);
	hv_blk_submit(&io.request, 1);
	WRITE_ONCE(pages[0][0], 2);
	while (READ_ONCE(ring->producer) == 0)
		hv_yield();
	power_off();
}
