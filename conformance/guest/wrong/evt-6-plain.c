// SPDX-License-Identifier: MIT
/*
 * evt-6-plain.c - clears events by an instruction that is not atomic.
 *
 * covers: EVT-6
 * run: mood=plain
 */
#include "wrong.h"

static void upcall(struct trap_frame *frame)
{
	(void)frame;
	vcpu()->pending = 0;
}

void guest_main(void)
{
	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	irq_enable();
	hv_set_timer(1, 0);
	power_off();
}
