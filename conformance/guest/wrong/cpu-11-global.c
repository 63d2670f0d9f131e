// SPDX-License-Identifier: MIT
/*
 * cpu-11-global.c - makes its kernel pages global.
 *
 * covers: CPU-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	set_entry(map_a_page(), gpa_to_machine(page_gpa(0)) | LEAF | 0x100);
	power_off();
}
