// SPDX-License-Identifier: MIT
/*
 * cpu-11-msr.c - reads a register that CPUID says the processor has.
 *
 * covers: CPU-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	__asm__ volatile("rdmsr"
			 :
			 : "c"(0x277)
			 : "eax", "edx");
	power_off();
}
