// SPDX-License-Identifier: MIT
/*
 * blk-8-unread.c - consumes a completion that it did not read.
 *
 * covers: BLK-8
 * run: mood=plain disk
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;
	struct block_io io;

	block_prepare(&io, 0, SILK_BLK_READ, 0, page_gpa(0), 512);
	hv_blk_submit(&io.request, 1);
	while (READ_ONCE(ring->producer) == 0)
		hv_yield();
	WRITE_ONCE(ring->consumer, 1);
	power_off();
}
