// SPDX-License-Identifier: MIT
/*
 * mem-13-identity.c - takes guest-physical addresses for machine addresses.
 *
 * covers: MEM-13
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	tables_init(NULL);
	set_entry(mmu_make_entry(info()->boot_directory, (const void *)VA),
		  page_gpa(0) | LEAF);
	power_off();
}
