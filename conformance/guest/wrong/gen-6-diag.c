// SPDX-License-Identifier: MIT
/*
 * gen-6-diag.c - asks the diagnostics slot which call it made, also after a success.
 *
 * covers: GEN-6
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	hv_yield();
	hv_query(READ_ONCE(vcpu()->diag.call));
	power_off();
}
