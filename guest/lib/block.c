// SPDX-License-Identifier: MIT
/*
 * block.c - block I/O.
 *
 * Invariant: a block_io is on the waiting list, or with the hypervisor, or
 * finished. Completions come in any order; the cookie tells whose it is.
 */
#include "block.h"
#include "trap.h"

/* Requests for which the hypervisor had no room. */
static struct block_io *waiting;
static struct block_io **waiting_end = &waiting;

static void finish(struct block_io *io, int32_t status)
{
	io->status = status;
	io->finished = true;
	if (io->done)
		io->done(io);
}

/* False if there is no room. One that is refused is finished. */
static bool try_submit(struct block_io *io)
{
	int32_t n = hv_blk_submit(&io->request, 1);

	if (n == 0 || n == -SILK_EAGAIN)
		return false;
	if (n < 0)
		finish(io, n);
	return true;
}

/* Called with upcalls disabled. [BLK-6]: entries up to producer are complete;
 * consumer is ours to advance. */
static void take_completions(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;
	uint32_t at = ring->consumer;

	while (at != READ_ONCE(ring->producer)) {
		struct silk_completion c;

		barrier();
		c = ring->entry[at % SILK_RING_ENTRIES];
		barrier();
		WRITE_ONCE(ring->consumer, ++at);
		finish((struct block_io *)c.cookie, c.status < 0 ? c.status : 0);
	}
}

static void block_event(struct trap_frame *frame)
{
	struct block_io *io;

	(void)frame;
	take_completions();
	while ((io = waiting) != NULL) {
		waiting = io->next;
		if (!waiting)
			waiting_end = &waiting;
		if (!try_submit(io)) {
			io->next = waiting;
			if (!waiting)
				waiting_end = &io->next;
			waiting = io;
			return;
		}
	}
}

int block_init(void)
{
	return event_handle(SILK_EVENT_BLOCK, block_event);
}

void block_prepare(struct block_io *io, uint16_t device, uint8_t op,
		   uint64_t sector, uint32_t address, uint32_t length)
{
	memset(io, 0, sizeof(*io));
	io->request.cookie = (uint32_t)io;
	io->request.device = device;
	io->request.op = op;
	io->request.sector = sector;
	if (length > 0) {
		io->request.segments = 1;
		io->request.segment[0].address = address;
		io->request.segment[0].length = length;
	}
}

void block_submit(struct block_io *io)
{
	uint32_t vif = irq_save();

	io->finished = false;
	io->next = NULL;
	if (waiting || !try_submit(io)) {
		*waiting_end = io;
		waiting_end = &io->next;
	}
	irq_restore(vif);
}

int32_t block_wait(struct block_io *io)
{
	uint32_t vif = irq_save();

	block_submit(io);
	while (!io->finished) {
		hv_block();
		irq_disable();
	}
	irq_restore(vif);
	return io->status;
}
