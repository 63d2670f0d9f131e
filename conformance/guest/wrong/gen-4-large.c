// SPDX-License-Identifier: MIT
/*
 * gen-4-large.c - writes a 4 MB entry without asking for MMU_LARGE.
 *
 * covers: GEN-4
 * run: mood=minimal
 */
#include "wrong.h"

void guest_main(void)
{
	set_entry(info()->boot_directory + 4, gpa_to_machine(CHUNK_SIZE) | LEAF |
						      SILK_I386_LARGE);
	power_off();
}
