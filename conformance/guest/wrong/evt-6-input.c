// SPDX-License-Identifier: MIT
/*
 * evt-6-input.c - reads the input first, and clears the event then.
 *
 * covers: EVT-6
 * run: mood=plain input=x%
 */
#include "wrong.h"

static volatile bool done;

static void upcall(struct trap_frame *frame)
{
	char c;

	(void)frame;
	while (hv_console_read(&c, 1) > 0)
		done = true;
	__atomic_fetch_and(&vcpu()->pending, ~(1u << SILK_EVENT_CONSOLE), __ATOMIC_SEQ_CST);
}

void guest_main(void)
{
	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	while (!done)
		hv_block();
	power_off();
}
