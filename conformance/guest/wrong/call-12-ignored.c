// SPDX-License-Identifier: MIT
/*
 * call-12-ignored.c - does not look whether it got a chunk.
 *
 * covers: CALL-12
 * run: mood=scarce
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t base = info()->chunks * CHUNK_SIZE;

	hv_chunk_take(info()->chunks, SILK_CHUNK_RAM);
	set_entry(info()->boot_directory + DIR_INDEX(gpa_to_va(base)) * 4,
		  gpa_to_machine(base) | LEAF | SILK_I386_LARGE);
	power_off();
}
