// SPDX-License-Identifier: MIT
/*
 * gen-6-twin.c - finds an entry in the frame behind a directory.
 *
 * covers: GEN-6
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t twin;

	tables_init(NULL);
	twin = table_alloc(SILK_PT_DIRECTORY) + PAGE_SIZE;
	set_entry(mmu_make_entry(info()->boot_directory, (const void *)VA),
		  *(volatile uint32_t *)gpa_to_va(twin));
	power_off();
}
