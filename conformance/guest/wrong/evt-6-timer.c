// SPDX-License-Identifier: MIT
/*
 * evt-6-timer.c - looks at the clock first, and clears the timer event then.
 *
 * covers: EVT-6
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint64_t until = time_ns() + 5 * NS_PER_MS;

	time_set_timer(until);
	for (;;) {
		hv_block();
		if (time_ns() >= until)
			__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
		else
			continue;
		until += 5 * NS_PER_MS;
		if (until > 100 * NS_PER_MS)
			power_off();
	}
}
