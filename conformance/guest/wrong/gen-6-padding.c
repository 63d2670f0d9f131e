// SPDX-License-Identifier: MIT
/*
 * gen-6-padding.c - leaves padding of a trap as it was.
 *
 * covers: GEN-6
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_trap trap = { .vector = 14, .zero = 0x5555 };

	hv_set_traps(&trap, 1);
	power_off();
}
