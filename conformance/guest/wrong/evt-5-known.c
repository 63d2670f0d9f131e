// SPDX-License-Identifier: MIT
/*
 * evt-5-known.c - believes that there is input whenever the event says so.
 *
 * covers: EVT-5
 * run: mood=nervous
 */
#include "wrong.h"

static void upcall(struct trap_frame *frame)
{
	uint32_t events = __atomic_exchange_n(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
	char c;

	(void)frame;
	if (events & 1u << SILK_EVENT_CONSOLE && hv_console_read(&c, 1) != 1)
		panic("no input");
}

void guest_main(void)
{
	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	irq_enable();
	for (int i = 0; i < 1000; i++)
		hv_yield();
	power_off();
}
