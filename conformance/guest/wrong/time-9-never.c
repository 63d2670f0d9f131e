// SPDX-License-Identifier: MIT
/*
 * time-9-never.c - reads the time and not its version.
 *
 * covers: TIME-9
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	print("%llu\n", (unsigned long long)READ_ONCE(vcpu()->time.wall_base));
	power_off();
}
