// SPDX-License-Identifier: MIT
/*
 * cpu-11-xsave.c - believes that XSAVE is enabled.
 *
 * covers: CPU-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	__asm__ volatile("xgetbv"
			 :
			 : "c"(0)
			 : "eax", "edx");
	power_off();
}
