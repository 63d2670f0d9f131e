// SPDX-License-Identifier: MIT
/*
 * life-11.c - does not hear that it is asked to shut down.
 *
 * covers: LIFE-11
 * run: mood=plain shutdown=100 limit=20
 */
#include "wrong.h"

void guest_main(void)
{
	event_handle(SILK_EVENT_TIMER, NULL);
	for (;;)
		hv_block();
}
