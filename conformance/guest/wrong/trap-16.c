// SPDX-License-Identifier: MIT
/*
 * trap-16.c - returns with a stack pointer that leads nowhere.
 *
 * covers: TRAP-16
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	__asm__ volatile("movl $0x1000, %esp; int $0x82");
	power_off();
}
