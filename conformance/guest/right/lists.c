// SPDX-License-Identifier: MIT
/*
 * lists.c - a right guest that reads by lists of segments where they are offered, as
 * many at a time as it is let, and without lists else [BLK-13] [BLK-14]. It spoils a
 * list as soon as the call has taken it.
 *
 * run: disk
 */
#include "wrong.h"

#define SECTORS 200u
#define AT_ONCE 5u

static uint32_t buffer[SECTORS][SILK_BLK_SECTOR / 4], first[SECTORS][SILK_BLK_SECTOR / 4];
static struct silk_blk_segment lists[AT_ONCE][SECTORS];
static struct silk_blk_request requests[AT_ONCE];

static void wait_for(uint32_t producer)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;

	while (ring->consumer != producer) {
		uint32_t at = ring->consumer;

		if (at == READ_ONCE(ring->producer)) {
			hv_yield();
			continue;
		}
		if (ring->entry[at % SILK_RING_ENTRIES].status)
			panic("status %d", ring->entry[at % SILK_RING_ENTRIES].status);
		WRITE_ONCE(ring->consumer, at + 1);
	}
}

static uint32_t submit(struct silk_blk_request *r, uint32_t count, bool spoil)
{
	uint32_t done = 0;

	while (done < count) {
		int32_t n = hv_blk_submit(r + done, count - done);

		if (n < 0 && n != -SILK_EAGAIN)
			panic("error %d", -n);
		if (n < 0)
			hv_yield();
		for (; n > 0; n--, done++)
			for (uint32_t i = 0; spoil && i < SECTORS; i++)
				lists[done][i].address = ~0u;
	}
	return count;
}

/* One sector a request. */
static uint32_t by_sectors(void)
{
	for (uint32_t i = 0; i < SECTORS; i++) {
		requests[0] = (struct silk_blk_request){ .op = SILK_BLK_READ, .segments = 1, .sector = i };
		requests[0].segment[0].address = va_to_gpa(first[i]);
		requests[0].segment[0].length = SILK_BLK_SECTOR;
		submit(requests, 1, false);
	}
	return SECTORS;
}

/* All of them, backwards in memory, more than one call takes. */
static uint32_t by_lists(void)
{
	for (uint32_t k = 0; k < AT_ONCE; k++) {
		for (uint32_t i = 0; i < SECTORS; i++)
			lists[k][i] = (struct silk_blk_segment){ va_to_gpa(buffer[SECTORS - 1 - i]), SILK_BLK_SECTOR };
		requests[k] = (struct silk_blk_request){ .op = SILK_BLK_READ | SILK_BLK_LIST, .segments = 1 };
		requests[k].segment[0].address = (uint32_t)lists[k];
		requests[k].segment[0].length = SECTORS;
	}
	return submit(requests, AT_ONCE, true);
}

void guest_main(void)
{
	uint32_t n = by_sectors();

	wait_for(n);
	if (info()->features[SILK_GROUP_BLOCK] & SILK_F_BLOCK_LISTS) {
		n += by_lists();
		wait_for(n);
		for (uint32_t i = 0; i < SECTORS; i++)
			if (memcmp(buffer[SECTORS - 1 - i], first[i], SILK_BLK_SECTOR))
				panic("sector %u differs", i);
	}
	print("all went well\n");
	power_off();
}
