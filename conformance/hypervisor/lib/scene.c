// SPDX-License-Identifier: GPL-2.0-only
/*
 * scene.c - table frames in every state and pages of every kind, from which
 * tests start.
 *
 * Invariant: scene_set() runs once; whoever changes a frame's state puts it
 * back.
 */
#include "suite.h"

struct scene scene;
uint32_t loaded = BOOT;

uint32_t error_of(int32_t result)
{
	return (uint32_t)result >= 0xfffff000u ? (uint32_t)result : 0;
}

uint32_t set_entry(uint32_t at, uint32_t value)
{
	struct silk_mmu_op op = { at | SILK_OP_SET, value };

	return error_of(hv_pt_batch(&op, 1));
}

uint32_t link_to(uint32_t gpa)
{
	return gpa_to_machine(gpa) | 7;
}

static uint32_t find_foreign(void)
{
	const uint32_t *reverse = (const uint32_t *)SILK_I386_MACHINE_CHUNK;
	uint32_t i = 0;

	while (reverse[i] != SILK_I386_NO_CHUNK)
		i++;
	return i << SILK_I386_CHUNK_SHIFT;
}

void scene_set(void)
{
	scene.linked = table_alloc(SILK_PT_TABLE);
	scene.unlinked = table_alloc(SILK_PT_TABLE);
	scene.child = table_alloc(SILK_PT_TABLE);
	scene.parent = table_alloc(SILK_PT_DIRECTORY);
	scene.childless = table_alloc(SILK_PT_DIRECTORY);
	scene.free = 30 * PAGE_SIZE;
	scene.foreign = find_foreign();
	map_page(EDGE, spare_page(2) | 7);
	map_page(RO_PAGE, spare_page(3) | 5);
	if (set_entry(LINKED_AT, link_to(scene.linked)) ||
	    set_entry(scene.parent + 16, link_to(scene.child)))
		panic("the scene's links were refused");
}

/* By calls that are refused, or taken back at once. */
char frame_state(uint32_t gpa)
{
	if (!error_of(hv_pt_alloc(gpa, SILK_PT_TABLE))) {
		hv_pt_free(gpa);
		return 'F';
	}
	if (!error_of(hv_pt_switch(gpa))) {
		hv_pt_switch(loaded);
		return 'D';
	}
	if (set_entry(gpa + 4092, entry_at(gpa + 4092)))
		return 'T';
	if (error_of(hv_pt_free(gpa)))
		return 'L';
	hv_pt_alloc(gpa, SILK_PT_TABLE);
	return 'U';
}
