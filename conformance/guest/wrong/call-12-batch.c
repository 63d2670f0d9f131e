// SPDX-License-Identifier: MIT
/*
 * call-12-batch.c - goes on behind a batch by its result, whatever it is.
 *
 * covers: CALL-12
 * says: in pt_batch(ops 0xc0
 * run: mood=plain
 */
#include "wrong.h"

/* The first operation is refused: nobody made that frame a table. */
void guest_main(void)
{
	struct silk_mmu_op ops[4] = { { 0x7000 | SILK_OP_SET, 0 } }, *at = ops + 2;
	uint32_t left = 2;

	ops[2] = ops[0];
	for (int i = 0; i < 2; i++) {
		int32_t n = hv_pt_batch(at, left);

		at += n;
		left -= (uint32_t)n;
	}
	power_off();
}
