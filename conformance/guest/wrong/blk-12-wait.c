// SPDX-License-Identifier: MIT
/*
 * blk-12-wait.c - waits for a READ by looking whether the memory has changed.
 *
 * covers: BLK-12
 * run: mood=slow disk
 */
#include "wrong.h"

void guest_main(void)
{
	struct block_io io;

	pages[0][3] = 0x5e5e5e5e;
	block_prepare(&io, 0, SILK_BLK_READ, 0, page_gpa(0), 512);
	while (hv_blk_submit(&io.request, 1) != 1)
		hv_yield();
	while (READ_ONCE(pages[0][3]) == 0x5e5e5e5e)
		hv_yield();
	print("it has come\n");
	power_off();
}
