// SPDX-License-Identifier: MIT
/*
 * gen-13-order.c - reads a feature before it knows the version.
 *
 * covers: GEN-13
 * run: mood=plain
 */
#include "wrong.h"

void guest_start(void);

void guest_start(void)
{
	if (info()->magic == SILK_MAGIC && feature(SILK_GROUP_MMU, SILK_F_MMU_QUEUE))
		print("queue\n");
	if (info()->version >> 16 == SILK_ABI_MAJOR)
		print("right\n");
	power_off();
}
