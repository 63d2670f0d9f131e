// SPDX-License-Identifier: GPL-2.0-only
/*
 * requests.c - disk requests, and the journal by which a guest that was
 * restarted knows that it was.
 *
 * In runs with disks requests are in flight while other acts go on; some read
 * into the very arrays that calls are pointed to. Without, none is ever accepted,
 * so that nothing depends on when a disk is done. Reads never go to this
 * program's own memory.
 */
#include "fuzz.h"

#define DISK      0u
#define READ_ONLY 1u
#define JOURNAL   2u
#define SECTORS   2048u /* of the disk that are used */

static struct silk_ring *const ring = (struct silk_ring *)SILK_I386_BLK_RING;

static uint32_t a_buffer(void)
{
	uint32_t chunk = one_in(4) ? a_chunk(PRESENT) & 1023 : BUFFER_CHUNK;

	if (chunk == KERNEL_CHUNK)
		chunk = BUFFER_CHUNK;
	if (one_in(10))
		return chunk << 22 | (CHUNK_SIZE - 512 * below(4));
	return chunk << 22 | below(64) * 4;
}

static void a_segment(struct silk_blk_segment *s)
{
	s->address = a_buffer();
	s->length = 512 * (1 + below(8));
	if (one_in(30))
		s->length = a_word();
	if (one_in(60))
		s->address = a_word();
	if (s->address >> 22 == KERNEL_CHUNK)
		s->address = BUFFER_CHUNK << 22;
}

static void a_request(struct silk_blk_request *r)
{
	uint32_t i;

	memset(r, 0, sizeof(*r));
	r->cookie = now->number;
	r->device = one_in(6) ? READ_ONLY : DISK;
	r->op = (uint8_t)(one_in(20) ? below(256) : below(2));
	r->segments = (uint8_t)(1 + below(one_in(4) ? SILK_BLK_SEGMENTS : 2));
	r->sector = below(SECTORS);
	if (one_in(12))
		r->op = SILK_BLK_FLUSH, r->segments = 0;
	if (one_in(40))
		r->segments = (uint8_t)random32();
	if (one_in(40))
		r->device = (uint16_t)(JOURNAL + 1 + below(200));
	if (one_in(40))
		r->sector = (uint64_t)random32() << below(33);
	for (i = 0; i < SILK_BLK_SEGMENTS; i++)
		a_segment(&r->segment[i]);
}

uint32_t some_requests(struct silk_blk_request *r, uint32_t most, bool real)
{
	uint32_t n = 1 + below(one_in(10) ? most : 4), i;

	for (i = 0; i < n; i++) {
		a_request(&r[i]);
		if (!real)
			r[i].device = (uint16_t)(SILK_BLK_DEVICES + below(8));
	}
	return n;
}

void take_completions(void)
{
	ring->consumer = ring->producer;
}

/* Data that a later read brings back over an array of a call: written first. */
void act_disk(void)
{
	static struct silk_mmu_op ops[64];
	struct silk_blk_request r = { .cookie = now->number, .segments = 1 };
	uint32_t n, i;

	n = some_ops(ops, ARRAY_SIZE(ops));
	memcpy((void *)(BUFFER + 0x8000), ops, sizeof(ops));
	r.op = SILK_BLK_WRITE;
	r.sector = below(64);
	r.segment[0].address = BUFFER_CHUNK << 22 | 0x8000;
	r.segment[0].length = 512;
	memcpy((void *)(BUFFER + 0x9000), &r, sizeof(r));
	checked_call(SILK_CALL_blk_submit, BUFFER + 0x9000, 1, 0);
	/* And over this one, while it is carried out. */
	r.op = SILK_BLK_READ;
	r.sector = below(64);
	r.segment[0].address = BUFFER_CHUNK << 22;
	memcpy((void *)(BUFFER + 0x9000), &r, sizeof(r));
	checked_call(SILK_CALL_blk_submit, BUFFER + 0x9000, 1, 0);
	n = some_ops(ops, ARRAY_SIZE(ops));
	memcpy((void *)BUFFER, ops, sizeof(ops));
	for (i = below(4); i > 0; i--)
		checked_call(SILK_CALL_pt_batch, BUFFER, n, 0);
	if (!one_in(8))
		take_completions();
	else
		WRITE_ONCE(ring->consumer, one_in(2) ? random32() : ring->producer - below(300));
}

/* One sector, to and from the journal; waits for it. */
static void transfer(uint32_t op, void *sector)
{
	static struct silk_blk_request r;
	uint64_t end = time_ns() + NS_PER_S;

	memset(&r, 0, sizeof(r));
	r.op = (uint8_t)op;
	r.device = JOURNAL;
	r.segments = 1;
	r.segment[0].address = BUFFER_CHUNK << 22;
	r.segment[0].length = SILK_BLK_SECTOR;
	if (op == SILK_BLK_WRITE)
		memcpy((void *)BUFFER, sector, SILK_BLK_SECTOR);
	if (hv_blk_submit(&r, 1) != 1)
		panic("the journal's disk was refused");
	while (READ_ONCE(ring->producer) == ring->consumer)
		if (time_ns() > end)
			panic("the journal's disk does not answer");
		else
			hv_yield();
	take_completions();
	if (op == SILK_BLK_READ)
		memcpy(sector, (void *)BUFFER, SILK_BLK_SECTOR);
}

uint32_t journal(void)
{
	static uint32_t sector[SILK_BLK_SECTOR / 4];

	transfer(SILK_BLK_READ, sector);
	sector[0]++;
	transfer(SILK_BLK_WRITE, sector);
	return sector[0] - 1;
}
