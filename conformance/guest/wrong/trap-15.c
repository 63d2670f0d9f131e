// SPDX-License-Identifier: MIT
/*
 * trap-15.c - enters guest-user mode without a stack for traps.
 *
 * covers: TRAP-15
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	map_a_page();
	pages[0][0] = 0xfeeb; /* jmp . */
	__asm__ volatile("pushl %0; pushl %1; pushl $0x202; pushl %2; pushl %1\n\t"
			 "int $0x82"
			 :
			 : "i"(SILK_I386_USER_DS), "r"(VA), "i"(SILK_I386_USER_CS));
	power_off();
}
