// SPDX-License-Identifier: GPL-2.0-only
/*
 * debug-registers - debug registers, single steps and alignment checks: what may be set,
 * what they show, and that they show nothing of the hypervisor.
 *
 * guest: mem=16M
 * covers: CPU-6 CPU-7 TRAP-6 TRAP-10 TRAP-12 TRAP-17 CPU-7
 */
#include "acts.h"

static const struct about about[] = {
	{ "alignment", "CPU-7 TRAP-6" },
	{ "step", "TRAP-10 TRAP-12" },
	{ "", "CPU-6 TRAP-10" },
};

#include "debug/main.c"
