// SPDX-License-Identifier: MIT
/*
 * boot-9.c - is linked at 0xC0000000, where its page tables will be.
 *
 * covers: BOOT-9
 * says: before its first instruction
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	power_off();
}
