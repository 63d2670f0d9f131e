// SPDX-License-Identifier: MIT
/*
 * cpu-11-control.c - sets a bit of a control register for what CPUID shows.
 *
 * covers: CPU-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	__asm__ volatile("movl %0, %%cr4"
			 :
			 : "r"(0x6d0));
	power_off();
}
