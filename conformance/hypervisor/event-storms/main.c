// SPDX-License-Identifier: GPL-2.0-only
/*
 * event-storms - a vCPU page full of rubbish, upcalls without end, timers that are
 * set again and again.
 *
 * guest: mem=16M
 * covers: EVT-1 EVT-2 EVT-3 EVT-7 EVT-8 EVT-9 EVT-10 EVT-11 TRAP-3 TRAP-4
 * covers: TIME-3 BLK-6
 */
#include "acts.h"

static const struct about about[] = {
	{ "vif", "EVT-2" },
	{ "page", "EVT-2 CALL-5" },
	{ "ring", "BLK-6" },
	{ "timer", "TIME-3 TIME-4" },
	{ "handlers", "TRAP-3" },
	{ "wild", "TRAP-3 TRAP-4" },
	{ "pending", "EVT-1 EVT-8 EVT-9" },
	{ "", "EVT-3 EVT-7" },
};

#define VANDALISM 60 /* enough to see it, where each access is a trap */
#include "events/main.c"
