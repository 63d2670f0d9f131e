// SPDX-License-Identifier: MIT
/*
 * call-12-blk.c - counts what blk_submit returns, errors too.
 *
 * covers: CALL-12
 * run: mood=scarce disk
 */
#include "wrong.h"

void guest_main(void)
{
	static struct block_io io[8];
	static struct silk_blk_request requests[8];
	const struct silk_blk_request *at = requests;
	uint32_t left = 8;

	for (uint32_t i = 0; i < 8; i++) {
		block_prepare(&io[i], 0, SILK_BLK_READ, i, page_gpa(0), 512);
		requests[i] = io[i].request;
	}
	for (int i = 0; i < 50; i++) {
		int32_t n = hv_blk_submit(at, left);

		at += n;
		left -= (uint32_t)n;
		if (left == 0) {
			at = requests;
			left = 8;
		}
	}
	power_off();
}
