// SPDX-License-Identifier: GPL-2.0-only
/*
 * selectors - all 65536 selectors into each segment register, and as the target of
 * far transfers, from both modes.
 *
 * guest: mem=16M
 * covers: CPU-2 CPU-9 TRAP-17 TRAP-19 CALL-2
 */
#include "acts.h"

static const struct about about[] = {
	{ "lar", "CPU-9" },
	{ "kernel-with", "CALL-2" },
	{ "jump", "CPU-2 CPU-9 TRAP-19" },
	{ "call", "CPU-2 CPU-9 TRAP-19" },
	{ "", "CPU-2 CPU-9 TRAP-17" },
};

#include "selectors/main.c"
