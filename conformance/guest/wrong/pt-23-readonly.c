// SPDX-License-Identifier: MIT
/*
 * pt-23-readonly.c - takes the right to write away, and does not flush.
 *
 * covers: PT-23
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t entry = map_a_page();

	set_entry(entry, gpa_to_machine(page_gpa(0)) | (LEAF & ~SILK_I386_WRITABLE));
	*VA = 2;
	power_off();
}
