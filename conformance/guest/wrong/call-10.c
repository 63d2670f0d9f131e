// SPDX-License-Identifier: MIT
/*
 * call-10.c - has an argument in a register, and uses it for two calls.
 *
 * covers: CALL-10
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	__asm__ volatile("int $0x80\n\tmovl $0, %%eax\n\tint $0x80"
			 :
			 : "a"(SILK_CALL_query), "b"(SILK_GROUP_MMU)
			 : "memory", "cc");
	power_off();
}
