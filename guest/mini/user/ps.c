// SPDX-License-Identifier: GPL-2.0-only
/* ps.c - the processes: S sleeps, D waits for a disk, R runs, Z has ended. */
#include "mini.h"

int main(void)
{
	struct mini_ps ps;

	print("  PID  PPID S     KB   CPU ms NAME\n");
	for (unsigned int i = 0; psinfo(i, &ps) > 0; i++)
		if (ps.pid)
			print("%5d %5d %c %6u %8u %s\n", ps.pid, ps.parent, ps.state,
			      ps.pages * 4, (uint32_t)divide(ps.cpu, NS_PER_MS, NULL),
			      ps.name);
	return 0;
}
