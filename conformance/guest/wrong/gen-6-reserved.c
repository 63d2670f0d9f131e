// SPDX-License-Identifier: MIT
/*
 * gen-6-reserved.c - finds an argument in a reserved word of the vCPU page.
 *
 * covers: GEN-6
 * run: mood=poisoned
 */
#include "wrong.h"

void guest_main(void)
{
	hv_query(READ_ONCE(vcpu()->reserved0[1]));
	power_off();
}
