// SPDX-License-Identifier: MIT
/*
 * blk-8-beyond.c - moves consumer beyond producer.
 *
 * covers: BLK-8
 * run: mood=plain disk
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;

	WRITE_ONCE(ring->consumer, READ_ONCE(ring->producer) + 1);
	power_off();
}
