// SPDX-License-Identifier: MIT
/*
 * life-11-reboot.c - reboots when it is asked to shut down.
 *
 * covers: LIFE-11
 * run: mood=plain shutdown=100 limit=20
 */
#include "wrong.h"

static void shut_down(struct trap_frame *frame)
{
	(void)frame;
	hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
}

void guest_main(void)
{
	event_handle(SILK_EVENT_SHUTDOWN, shut_down);
	time_set_timer(time_ns() + NS_PER_S);
	hv_block();
	power_off();
}
