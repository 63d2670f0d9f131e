// SPDX-License-Identifier: GPL-2.0-only
/*
 * descriptors - all descriptors: which may be written, what their segments reach,
 * and what becomes of a register whose descriptor goes.
 *
 * guest: mem=16M
 * covers: CPU-3 CPU-4 PT-13 TRAP-7 GEN-7
 */
#include "acts.h"

static const struct about about[] = {
	{ "lost", "CPU-3 TRAP-7" },
	{ "bases", "CPU-4 GEN-7" },
	{ "", "CPU-4" },
};

#include "descriptors/main.c"
