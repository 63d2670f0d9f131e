// SPDX-License-Identifier: MIT
/*
 * pt-23-freed.c - frees a page table and links it elsewhere, without a flush.
 *
 * covers: PT-23
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t table = map_a_page() & ~(PAGE_SIZE - 1);
	uint32_t link = info()->boot_directory + DIR_INDEX(VA) * 4;

	set_entry(link, 0);
	hv_pt_free(table);
	hv_pt_alloc(table, SILK_PT_TABLE);
	set_entry(link + 4, gpa_to_machine(table) | LEAF);
	hv_pt_flush(NULL, 0);
	power_off();
}
