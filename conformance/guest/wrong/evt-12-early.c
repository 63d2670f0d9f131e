// SPDX-License-Identifier: MIT
/*
 * evt-12-early.c - looks for events first, and enables upcalls then.
 *
 * covers: EVT-12
 * run: mood=slow
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
	for (int n = 0; n < 100; n++) {
		if (READ_ONCE(vcpu()->pending))
			hv_deliver_events();
		WRITE_ONCE(vcpu()->vif, SILK_VIF);
		for (volatile int i = 0; i < 100; i++)
			continue;
		irq_disable();
	}
	power_off();
}
