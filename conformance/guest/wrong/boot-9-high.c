// SPDX-License-Identifier: MIT
/*
 * boot-9-high.c - is linked beyond the memory that it is to have.
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
