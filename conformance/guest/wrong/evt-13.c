// SPDX-License-Identifier: MIT
/*
 * evt-13.c - writes true to vif.
 *
 * covers: EVT-13
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	WRITE_ONCE(vcpu()->vif, true);
	power_off();
}
