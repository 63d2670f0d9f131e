// SPDX-License-Identifier: MIT
/*
 * gen-13-major.c - does not look which version it is.
 *
 * covers: GEN-13
 * says: in console_write(buffer 0xc0
 * run: mood=major
 */
#include "wrong.h"

void guest_start(void);

void guest_start(void)
{
	if (info()->magic == SILK_MAGIC)
		print("good enough, %u\n", info()->version);
	power_off();
}
