// SPDX-License-Identifier: MIT
/*
 * gen-4-take.c - takes a chunk without asking for MEMORY_TAKE.
 *
 * covers: GEN-4
 * run: mood=minimal
 */
#include "wrong.h"

void guest_main(void)
{
	hv_chunk_take(info()->chunks, SILK_CHUNK_RAM);
	power_off();
}
