// SPDX-License-Identifier: MIT
/*
 * mem-14-given.c - maps a chunk that it has half given back.
 *
 * covers: MEM-14
 * run: mood=slow
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t chunk = info()->chunks - 1, base = chunk * CHUNK_SIZE;
	uint32_t link = info()->boot_directory + DIR_INDEX(gpa_to_va(base)) * 4;
	uint32_t machine = gpa_to_machine(base);

	set_entry(link, 0);
	hv_pt_flush(NULL, 0);
	hv_chunk_give(chunk);
	set_entry(link, machine | SILK_I386_PRESENT | SILK_I386_LARGE);
	if (*(volatile uint32_t *)gpa_to_va(base))
		print("not empty\n");
	power_off();
}
