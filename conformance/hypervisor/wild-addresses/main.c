// SPDX-License-Identifier: GPL-2.0-only
/*
 * wild-addresses - the whole address space from both modes: what can be read, what can
 * be written, and what a fault says.
 *
 * guest: mem=16M
 * covers: MEM-1 MEM-2 MEM-6 TRAP-9 PT-6 PT-7 PT-10 GEN-7
 */
#include "acts.h"

static const struct about about[] = {
	{ "hypervisor", "MEM-1 GEN-7 TRAP-9" },
	{ "kernel-from", "MEM-2 PT-10 TRAP-9" },
	{ "window", "MEM-6 TRAP-9" },
	{ "table-chunk", "PT-7 TRAP-9" },
	{ "", "MEM-1 MEM-2 TRAP-9" },
};

#include "touch/main.c"
