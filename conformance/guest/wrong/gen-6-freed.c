// SPDX-License-Identifier: MIT
/*
 * gen-6-freed.c - finds an entry in a page table that it has freed.
 *
 * covers: GEN-6
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t table, entry;

	tables_init(NULL);
	table = table_alloc(SILK_PT_TABLE);
	entry = mmu_make_entry(info()->boot_directory, (const void *)VA);
	table_free(table, SILK_PT_TABLE);
	set_entry(entry, *(volatile uint32_t *)gpa_to_va(table));
	power_off();
}
