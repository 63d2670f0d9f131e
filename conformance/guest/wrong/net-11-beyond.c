// SPDX-License-Identifier: MIT
/*
 * net-11-beyond.c - moves consumer beyond producer.
 *
 * covers: NET-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_NET_RING;

	WRITE_ONCE(ring->consumer, 1);
	power_off();
}
