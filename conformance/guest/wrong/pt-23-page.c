// SPDX-License-Identifier: MIT
/*
 * pt-23-page.c - maps another page, and does not flush the old one.
 *
 * covers: PT-23
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t entry = map_a_page();

	set_entry(entry, gpa_to_machine(page_gpa(1)) | LEAF);
	*VA = 2;
	hv_pt_flush(NULL, 0);
	power_off();
}
