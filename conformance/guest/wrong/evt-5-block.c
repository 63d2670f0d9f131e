// SPDX-License-Identifier: MIT
/*
 * evt-5-block.c - takes the end of a block for an event.
 *
 * covers: EVT-5
 * run: mood=nervous
 */
#include "wrong.h"

void guest_main(void)
{
	for (int i = 0; i < 100; i++) {
		time_set_timer(time_ns() + NS_PER_MS);
		hv_block();
		if (!(READ_ONCE(vcpu()->pending) & 1u << SILK_EVENT_TIMER))
			panic("woken for nothing");
		__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
	}
	power_off();
}
