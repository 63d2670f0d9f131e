// SPDX-License-Identifier: MIT
/*
 * evt-5.c - gives up when an upcall has nothing to say.
 *
 * covers: EVT-5
 * run: mood=nervous
 */
#include "wrong.h"

static void upcall(struct trap_frame *frame)
{
	(void)frame;
	if (!READ_ONCE(vcpu()->pending))
		panic("an upcall for nothing");
	__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
}

void guest_main(void)
{
	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	irq_enable();
	for (int i = 0; i < 1000; i++)
		hv_yield();
	power_off();
}
