// SPDX-License-Identifier: MIT
/*
 * blk-12-read.c - looks at data that have not come yet.
 *
 * covers: BLK-12
 * run: mood=slow disk
 */
#include "wrong.h"

void guest_main(void)
{
	struct block_io io;

	block_prepare(&io, 0, SILK_BLK_READ, 0, page_gpa(0), 512);
	while (hv_blk_submit(&io.request, 1) != 1)
		hv_yield();
	if (READ_ONCE(pages[0][3]) == 1)
		print("early\n");
	power_off();
}
