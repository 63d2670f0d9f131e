// SPDX-License-Identifier: MIT
/*
 * gen-4-list.c - gives a list of segments without asking for BLOCK_LISTS.
 *
 * covers: GEN-4
 * run: mood=minimal disk
 */
#include "wrong.h"

void guest_main(void)
{
	static struct silk_blk_segment list[20];
	struct block_io io;

	for (uint32_t i = 0; i < 20; i++)
		list[i] = (struct silk_blk_segment){ page_gpa(0), 512 };
	block_prepare(&io, 0, SILK_BLK_READ | SILK_BLK_LIST, 0, (uint32_t)list, 20);
	hv_blk_submit(&io.request, 1);
	power_off();
}
