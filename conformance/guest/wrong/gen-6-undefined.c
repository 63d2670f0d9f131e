// SPDX-License-Identifier: MIT
/*
 * gen-6-undefined.c - copies kernel entries from a directory that is not loaded.
 *
 * covers: GEN-6
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t directory, old;

	tables_init(NULL);
	directory = table_alloc(SILK_PT_DIRECTORY);
	hv_pt_switch(directory);
	old = *(volatile uint32_t *)gpa_to_va(info()->boot_directory + 900 * 4);
	set_entry(directory + 900 * 4, old);
	power_off();
}
