// SPDX-License-Identifier: MIT
/*
 * evt-12-pending.c - raises an event by itself, and waits for the upcall.
 *
 * covers: EVT-12
 * run: mood=plain
 */
#include "wrong.h"

static void upcall(struct trap_frame *frame)
{
	(void)frame;
	__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
}

void guest_main(void)
{
	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	irq_enable();
	for (int n = 0; n < 20; n++) {
		__atomic_fetch_or(&vcpu()->pending, 1u << SILK_EVENT_RESUMED,
				  __ATOMIC_SEQ_CST);
		for (volatile int i = 0; i < 1000; i++)
			continue;
	}
	power_off();
}
