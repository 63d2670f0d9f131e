// SPDX-License-Identifier: MIT
/*
 * evt-12.c - enables upcalls and does not look for one that is due.
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
	hv_set_timer(1, 0);
	WRITE_ONCE(vcpu()->vif, SILK_VIF);
	for (volatile int i = 0; i < 100000; i++)
		continue;
	power_off();
}
