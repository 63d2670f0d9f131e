// SPDX-License-Identifier: MIT
/*
 * gen-13-group.c - calls a group that is not offered.
 *
 * covers: GEN-13
 * says: in net_send(device 0, buffers 0xc0
 * run: mood=minimal
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_net_buffer buffer = { 0, page_gpa(0), 60, 0 };

	hv_net_send(0, &buffer, 1);
	power_off();
}
