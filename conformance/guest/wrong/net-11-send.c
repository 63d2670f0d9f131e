// SPDX-License-Identifier: MIT
/*
 * net-11-send.c - changes a frame that is being sent.
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
	WRITE_ONCE(pages[0][3], 2);
	while (READ_ONCE(ring->producer) == 0)
		hv_yield();
	power_off();
}
