// SPDX-License-Identifier: MIT
/*
 * gen-13-magic.c - looks at the version, and not at the magic number.
 *
 * covers: GEN-13
 * run: mood=plain
 */
#include "wrong.h"

void guest_start(void);

void guest_start(void)
{
	if (info()->version >> 16 == SILK_ABI_MAJOR)
		print("%u processors\n", info()->vcpus);
	if (info()->magic == SILK_MAGIC)
		print("right\n");
	power_off();
}
