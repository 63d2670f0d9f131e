// SPDX-License-Identifier: MIT
/*
 * net-11-unread.c - consumes a completion that it did not read.
 *
 * covers: NET-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_NET_RING;
	struct silk_net_buffer buffer = { 0, page_gpa(0), 60, 0 };

	hv_net_send(0, &buffer, 1);
	while (READ_ONCE(ring->producer) == 0)
		hv_yield();
	WRITE_ONCE(ring->consumer, 1);
	power_off();
}
