// SPDX-License-Identifier: MIT
/*
 * mem-14.c - uses a chunk whose change it was told to ask for again.
 *
 * covers: MEM-14
 * run: mood=scarce
 */
#include "wrong.h"

/* The second conversion: the first may be refused for want of memory. */
void guest_main(void)
{
	uint32_t chunk = info()->chunks - 1, base = chunk * CHUNK_SIZE;
	uint32_t link = info()->boot_directory + DIR_INDEX(gpa_to_va(base)) * 4;

	set_entry(link, 0);
	hv_pt_flush(NULL, 0);
	while (hv_chunk_convert(chunk, SILK_CHUNK_TABLE) != -SILK_EAGAIN)
		continue;
	set_entry(link, gpa_to_machine(base) | LEAF | SILK_I386_LARGE);
	*(volatile uint32_t *)gpa_to_va(base) = 1;
	power_off();
}
