// SPDX-License-Identifier: MIT
/*
 * evt-6-net.c - looks at the network ring first, and clears the event then.
 *
 * covers: EVT-6
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_NET_RING;
	struct silk_net_buffer buffer = { 0, page_gpa(0), 60, 0 };
	uint32_t seen = 0;

	hv_net_send(0, &buffer, 1);
	while (seen == 0) {
		hv_block();
		seen = READ_ONCE(ring->producer);
		__atomic_fetch_and(&vcpu()->pending, ~(1u << SILK_EVENT_NET),
				   __ATOMIC_SEQ_CST);
	}
	time_set_timer(time_ns() + NS_PER_MS);
	hv_block();
	power_off();
}
