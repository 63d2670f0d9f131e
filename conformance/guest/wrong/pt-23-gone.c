// SPDX-License-Identifier: MIT
/*
 * pt-23-gone.c - unmaps a page, does not flush, and reads it.
 *
 * covers: PT-23
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t entry = map_a_page();

	set_entry(entry, 0);
	if (*VA == 1)
		print("still there\n");
	power_off();
}
