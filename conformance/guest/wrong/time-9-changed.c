// SPDX-License-Identifier: MIT
/*
 * time-9-changed.c - sees that version has changed, and does not read again.
 *
 * covers: TIME-9
 * run: mood=nervous
 */
#include "wrong.h"

void guest_main(void)
{
	const struct silk_time *t = &vcpu()->time;

	for (int i = 0; i < 200; i++) {
		uint32_t version = READ_ONCE(t->version);
		uint64_t ns = READ_ONCE(t->ns_base);

		if (READ_ONCE(t->version) != version && ns == 1)
			print("torn\n");
		hv_yield();
	}
	power_off();
}
