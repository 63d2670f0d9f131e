// SPDX-License-Identifier: GPL-2.0-only
/*
 * arguments - every call with every combination of values that lie at edges: each
 * ends as a success or with an error of its own.
 *
 * guest: mem=16M
 * covers: GEN-1 GEN-8 GEN-9 CALL-1 CALL-5 CALL-6 CALL-8 CALL-9 CALL-11 CALL-50
 */
#include "acts.h"

static const struct about about[] = {
	{ "unknown", "CALL-50 CALL-5" },
	{ "registers", "CALL-1 CALL-3" },
	{ "", "GEN-1 CALL-5 CALL-6 CALL-9 GEN-9" },
};

#include "pointers/main.c"
