// SPDX-License-Identifier: GPL-2.0-only
/* free.c - how much memory there is, and what it is used for. */
#include "mini.h"

int main(void)
{
	struct mini_memory m;

	if (meminfo(&m))
		return 1;
	print("given at boot %6u KB in %u chunks\n", m.chunks * 4096, m.chunks);
	print("pages         %6u KB, %u KB free, %u KB cache the disk\n",
	      m.pages * 4, m.free_pages * 4, m.cache_pages * 4);
	print("page tables   %6u KB, %u KB free\n", m.table_frames * 4,
	      m.free_table_frames * 4);
	return 0;
}
