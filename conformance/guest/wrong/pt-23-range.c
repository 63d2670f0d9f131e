// SPDX-License-Identifier: MIT
/*
 * pt-23-range.c - takes a page table away, and flushes one page of it.
 *
 * covers: PT-23
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t link = info()->boot_directory + DIR_INDEX(VA) * 4;
	uint32_t other;

	map_a_page();
	other = mmu_make_entry(info()->boot_directory, (const void *)(VA + 1024));
	set_entry(other, gpa_to_machine(page_gpa(1)) | LEAF);
	VA[1024] = 2;
	set_entry(link, 0);
	hv_pt_flush((const void *)VA, 1);
	if (VA[1024] == 2)
		print("still there\n");
	power_off();
}
