// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring.c - the completion rings: what the stub writes there, and what the guest
 * does with it [BLK-6] [BLK-8] [NET-11].
 *
 * Invariant: read[i] tells whether the guest has read entry i since it was
 * written.
 */
#include "watch.h"

struct silk_ring ring_page __attribute__((aligned(4096)));
struct silk_ring net_ring_page __attribute__((aligned(4096)));
struct ring block_ring = { &ring_page, SILK_EVENT_BLOCK, CL(BLK, 8), 0, 0, { false } };
struct ring net_ring = { &net_ring_page, SILK_EVENT_NET, CL(NET, 11), 0, 0, { false } };

void ring_complete(struct ring *r, u32 cookie, s32 status)
{
	u32 slot = r->produced % SILK_RING_ENTRIES;

	r->read[slot] = false;
	r->page->entry[slot].cookie = cookie;
	r->page->entry[slot].status = status;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	r->page->producer = ++r->produced;
	event(r->event);
}

/* A ring that the guest broke is full. */
bool ring_room(const struct ring *r, u32 in_flight)
{
	u32 unread = r->produced - r->page->consumer;

	return unread <= SILK_RING_ENTRIES && unread + in_flight < SILK_RING_ENTRIES;
}

void ring_access(struct ring *r, u32 offset, bool write)
{
	u32 index = (offset - (u32)offsetof(struct silk_ring, entry)) /
		    sizeof(struct silk_completion);

	r->before = r->page->consumer;
	if (write)
		return;
	if (offset < 4)
		state_looked_at(r->event);
	else if (offset >= offsetof(struct silk_ring, entry) && index < SILK_RING_ENTRIES)
		r->read[index] = true;
}

void ring_written(struct ring *r, u32 offset)
{
	u32 before = r->before, ahead = r->page->consumer - before;

	if (offset != offsetof(struct silk_ring, consumer))
		return;
	judged(r->clause);
	if (ahead > SILK_RING_ENTRIES || ahead > r->produced - before) {
		broke(r->clause, "consumer never beyond producer",
		      "consumer went from %u to %u, producer is %u", before,
		      r->page->consumer, r->page->producer);
		return;
	}
	for (u32 i = 0; i < ahead; i++)
		if (!r->read[(before + i) % SILK_RING_ENTRIES])
			broke(r->clause, "consumer advances over entries that were read",
			      "entry %u was not read", (before + i) % SILK_RING_ENTRIES);
}

void rings_new_run(void)
{
	block_ring.produced = net_ring.produced = 0;
	memset(&ring_page, 0, PAGE);
	memset(&net_ring_page, 0, PAGE);
	memset(block_ring.read, 0, sizeof(block_ring.read));
	memset(net_ring.read, 0, sizeof(net_ring.read));
	if (mood != POISONED)
		return;
	fill_rubbish(ring_page.reserved0, sizeof(ring_page.reserved0));
	fill_rubbish(net_ring_page.reserved0, sizeof(net_ring_page.reserved0));
}
