// SPDX-License-Identifier: MIT
/*
 * pt-25-early.c - touches a page while its mapping waits in the queue.
 *
 * covers: PT-25
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t entry;

	tables_init(NULL);
	entry = mmu_make_entry(info()->boot_directory, (const void *)VA);
	mmu_commit();
	mmu_write(entry, gpa_to_machine(page_gpa(0)) | LEAF);
	*VA = 1;
	power_off();
}
