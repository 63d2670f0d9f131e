// SPDX-License-Identifier: MIT
/*
 * gen-6-zero.c - leaves the padding of a network buffer as it was.
 *
 * covers: GEN-6
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_net_buffer buffer = { 0, page_gpa(0), 60, 0x5555 };

	hv_net_send(0, &buffer, 1);
	power_off();
}
