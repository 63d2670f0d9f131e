// SPDX-License-Identifier: MIT
/*
 * cpu-11-counter.c - reads a performance counter.
 *
 * covers: CPU-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	__asm__ volatile("rdpmc"
			 :
			 : "c"(0)
			 : "eax", "edx");
	power_off();
}
