// SPDX-License-Identifier: MIT
/*
 * mem-13-order.c - takes its machine chunks for consecutive.
 *
 * covers: MEM-13
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	tables_init(NULL);
	set_entry(mmu_make_entry(info()->boot_directory, (const void *)VA),
		  (gpa_to_machine(0) + page_gpa(0)) | LEAF);
	power_off();
}
