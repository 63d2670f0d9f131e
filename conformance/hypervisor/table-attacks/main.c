// SPDX-License-Identifier: GPL-2.0-only
/*
 * table-attacks - whatever page-table entries a guest can think of, before and after
 * conversions, in every order: nothing of the hypervisor or of others is reached.
 *
 * guest: mem=16M maxmem=16M
 * covers: PT-2 PT-3 PT-4 PT-5 PT-6 PT-7 PT-9 PT-12 PT-14 PT-15 PT-16 PT-20
 * covers: PT-21 PT-24 PT-26 MEM-4 MEM-5 MEM-7 MEM-9 MEM-11 MEM-12 GEN-7
 */
#include "acts.h"

static const struct about about[] = {
	{ "changed", "PT-14 PT-15" },
	{ "stale", "PT-9 GEN-7" },
	{ "kinds", "MEM-4 MEM-9" },
	{ "large", "PT-21 PT-7" },
	{ "and", "PT-12" },
	{ "links", "PT-4 PT-20" },
	{ "frames", "PT-3" },
	{ "queue", "PT-14 PT-24" },
	{ "walk", "GEN-7 PT-5 PT-6" },
	{ "", "GEN-7" },
};

#include "tables/main.c"
#include "tables/chunks.c"
