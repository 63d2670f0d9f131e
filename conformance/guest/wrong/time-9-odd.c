// SPDX-License-Identifier: MIT
/*
 * time-9-odd.c - takes the values while version is odd.
 *
 * covers: TIME-9
 * run: mood=nervous
 */
#include "wrong.h"

void guest_main(void)
{
	const struct silk_time *t = &vcpu()->time;
	uint64_t last = 0;

	for (int i = 0; i < 200; i++) {
		uint32_t version;
		uint64_t ns;

		do {
			version = READ_ONCE(t->version);
			ns = READ_ONCE(t->ns_base);
		} while (READ_ONCE(t->version) != version);
		if (ns < last)
			print("back\n");
		last = ns;
		hv_yield();
	}
	power_off();
}
