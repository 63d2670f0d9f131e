// SPDX-License-Identifier: MIT
/*
 * time-9-once.c - reads the time without looking at version again.
 *
 * covers: TIME-9
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	const struct silk_time *t = &vcpu()->time;

	if (!(READ_ONCE(t->version) & 1) && READ_ONCE(t->ns_base) == 1)
		print("what a time\n");
	power_off();
}
