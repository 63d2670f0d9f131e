// SPDX-License-Identifier: MIT
/*
 * evt-6-order.c - looks at the ring first, and clears the event then.
 *
 * covers: EVT-6
 * run: mood=plain disk
 */
#include "wrong.h"

static volatile uint32_t seen;

static void upcall(struct trap_frame *frame)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;

	(void)frame;
	seen = READ_ONCE(ring->producer);
	__atomic_fetch_and(&vcpu()->pending, ~(1u << SILK_EVENT_BLOCK), __ATOMIC_SEQ_CST);
}

void guest_main(void)
{
	struct block_io io;

	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	block_prepare(&io, 0, SILK_BLK_READ, 0, page_gpa(0), 512);
	hv_blk_submit(&io.request, 1);
	while (seen == 0)
		hv_block();
	power_off();
}
