// SPDX-License-Identifier: MIT
/*
 * gen-4-silent.c - needs a feature, and does not say which.
 *
 * covers: GEN-4
 * run: mood=minimal
 */
#include "wrong.h"

void guest_main(void)
{
	if (!feature(SILK_GROUP_MMU, SILK_F_MMU_QUEUE))
		hv_shutdown(SILK_SHUTDOWN_CRASH, NULL, 0);
	power_off();
}
