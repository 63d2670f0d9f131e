// SPDX-License-Identifier: MIT
/*
 * gen-6-flags.c - looks at the sign flag after a call.
 *
 * covers: GEN-6
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t result;

	__asm__ volatile("int $0x80; js 1f; incl %%eax; 1:"
			 : "=a"(result)
			 : "0"(SILK_CALL_yield)
			 : "cc", "memory");
	if (result == 0)
		print("refused\n");
	power_off();
}
