// SPDX-License-Identifier: MIT
/*
 * gen-6-mask.c - masks events that have no name yet.
 *
 * covers: GEN-6
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	WRITE_ONCE(vcpu()->mask, UINT32_MAX);
	power_off();
}
