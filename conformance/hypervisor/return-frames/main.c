// SPDX-License-Identifier: GPL-2.0-only
/*
 * return-frames - return frames of every kind: every bit of EFLAGS, every CS and SS,
 * addresses from everywhere.
 *
 * guest: mem=16M
 * covers: TRAP-6 TRAP-7 TRAP-8 TRAP-9 TRAP-12 CPU-1 MEM-2
 */
#include "acts.h"

static const struct about about[] = {
	{ "eflags", "TRAP-6 TRAP-7" },
	{ "popf", "TRAP-6 CPU-1" },
	{ "frame", "TRAP-7 TRAP-8" },
	{ "", "TRAP-7 TRAP-9 MEM-2" },
};

#include "frames/main.c"
