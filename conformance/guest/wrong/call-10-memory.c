// SPDX-License-Identifier: MIT
/*
 * call-10-memory.c - takes an argument register for a pointer that it still has.
 *
 * covers: CALL-10
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	static const char text[] = "hello\n";
	uint32_t after;

	__asm__ volatile("int $0x80"
			 : "=b"(after)
			 : "a"(SILK_CALL_console_write),
			   "b"(text), "c"(6)
			 : "memory", "cc");
	if (*(const volatile char *)after == 'h')
		print("kept\n");
	power_off();
}
