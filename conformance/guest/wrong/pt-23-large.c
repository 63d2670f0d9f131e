// SPDX-License-Identifier: MIT
/*
 * pt-23-large.c - takes a 4 MB page away, does not flush, and reads there.
 *
 * covers: PT-23
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t base = (info()->chunks - 1) * CHUNK_SIZE;
	volatile uint32_t *va = gpa_to_va(base);

	va[0] = 1;
	set_entry(info()->boot_directory + DIR_INDEX(va) * 4, 0);
	if (va[0] == 1)
		print("still there\n");
	power_off();
}
