// SPDX-License-Identifier: MIT
/*
 * gen-4-kernel.c - sets a kernel without asking for CORE_KERNEL.
 *
 * covers: GEN-4
 * run: mood=minimal
 */
#include "wrong.h"

void guest_main(void)
{
	hv_set_kernel(page_gpa(0), 4096);
	power_off();
}
