// SPDX-License-Identifier: MIT
/*
 * evt-12.c - enables upcalls and does not look for one that is due.
 *
 * covers: EVT-12
 * says: in guest-kernel mode, behind set_timer(low 1, high 0)
 * run: mood=plain
 */
#include "wrong.h"

static void upcall(struct trap_frame *frame)
{
	(void)frame;
	__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
}

/* Again and again: an interrupt of the machine may save it now and then. */
void guest_main(void)
{
	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	for (int n = 0; n < 20; n++) {
		irq_disable();
		hv_set_timer(1, 0);
		WRITE_ONCE(vcpu()->vif, SILK_VIF);
		for (volatile int i = 0; i < 1000; i++)
			continue;
	}
	power_off();
}
