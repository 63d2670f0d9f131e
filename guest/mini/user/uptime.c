// SPDX-License-Identifier: GPL-2.0-only
/* uptime.c - since when the guest runs, and how much of that it got. */
#include "mini.h"

static void show(const char *what, uint64_t ns)
{
	uint32_t ms = (uint32_t)divide(ns, NS_PER_MS, NULL);

	print("%s %u.%03u s", what, ms / 1000, ms % 1000);
}

int main(void)
{
	struct mini_time t;

	if (get_time(&t))
		return 1;
	show("up", t.since_boot);
	show(", idle", t.idle);
	show(", other guests ran", t.stolen);
	print("\n");
	return 0;
}
