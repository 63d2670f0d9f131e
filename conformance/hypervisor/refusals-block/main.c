// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusals-block - each way in which blk_submit can be refused, which one
 * counts where two hold, and what I/O in flight keeps from being changed.
 *
 * The disks complete after 50 ms, so that requests are in flight for a while:
 * disk 0 can be written, disk 1 can't, and there is no other.
 *
 * guest: mem=16M disk=slow disk=slow:ro
 * covers: CALL-4 CALL-7 CALL-8 CALL-13 BLK-1 BLK-2 BLK-4 BLK-6 BLK-50 BLK-51
 * covers: BLK-52 BLK-53 BLK-54 BLK-55 BLK-56 BLK-57 BLK-58 BLK-59 MEM-10 MEM-53
 * covers: MEM-60
 */
#include "suite.h"

#define REQUESTS ((struct silk_blk_request *)arena)
#define RING     ((volatile struct silk_ring *)SILK_I386_BLK_RING)
#define DATA     (SPARE_GPA + 64 * PAGE_SIZE)

static struct silk_blk_request good(uint8_t op)
{
	return (struct silk_blk_request){
		.device = op == SILK_BLK_READ ? 1 : 0,
		.op = op,
		.segments = 1,
		.segment = { { DATA, 512 } },
	};
}

/* The first request is bad. */
static void first(struct refusal r, struct silk_blk_request bad)
{
	REQUESTS[0] = bad;
	REQUESTS[1] = good(SILK_BLK_READ);
	refuse(&r);
}

static void registers(void)
{
	const uint32_t max = SILK_BLK_SUBMIT_MAX, end = EDGE_END - 64;
	const struct refusal rows[] = {
		R(BLK_COUNT, blk_submit, arena, 0, 0, 0),
		R(BLK_COUNT, blk_submit, arena, max + 1, 0, max + 1),
		R(BLK_COUNT, blk_submit, arena, ~0u, 0, ~0u),
		R(BLK_COUNT, blk_submit, arena, 0x02000001, 0, 0x02000001),
		R(BLK_FAULT, blk_submit, HOLE, 1, 0, HOLE),
		R(BLK_FAULT, blk_submit, SILK_I386_HYPERVISOR, 1, 0,
		  SILK_I386_HYPERVISOR),
		R(BLK_FAULT, blk_submit, end, 1, 0, EDGE_END, end),
		R(BLK_FAULT, blk_submit, 0xffffff90, 1, 0, 0xffffff90),
		PAIR(BLK_COUNT, BLK_FAULT, blk_submit, HOLE, 0, 0, 0),
		PAIR(BLK_COUNT, BLK_FAULT, blk_submit, HOLE, max + 1, 0, max + 1),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

#define BLK(id, ...) ((struct refusal)R(id, blk_submit, arena, 2, 0, __VA_ARGS__))
#define BLK_PAIR(id, second, ...) \
	((struct refusal)PAIR(id, second, blk_submit, arena, 2, 0, __VA_ARGS__))

static void devices(void)
{
	static const uint16_t absent[] = { 2, 7, 8, 255, 256, 0xffff };
	struct silk_blk_request q = good(SILK_BLK_READ);

	for (uint32_t i = 0; i < ARRAY_SIZE(absent); i++) {
		q.device = absent[i];
		first(BLK(BLK_DEVICE, absent[i]), q);
	}
	q.op = 9;
	first(BLK_PAIR(BLK_DEVICE, BLK_OP, q.device), q);
	q = good(SILK_BLK_READ);
	for (uint32_t op = 3; op < 256; op += 84) {
		q.op = (uint8_t)op;
		first(BLK(BLK_OP, op), q);
	}
	q.segments = 15;
	first(BLK_PAIR(BLK_OP, BLK_SEGMENTS, q.op), q);
	q = good(SILK_BLK_WRITE);
	q.device = 1;
	first(BLK(BLK_READONLY, 1, SILK_BLK_WRITE, (uint32_t)arena), q);
	q.segments = 0;
	first(BLK_PAIR(BLK_READONLY, BLK_SEGMENTS, 1, SILK_BLK_WRITE,
		       (uint32_t)arena),
	      q);
	q.segments = 1;
	q.segment[0].length = 5;
	first(BLK_PAIR(BLK_READONLY, BLK_LENGTH, 1, SILK_BLK_WRITE,
		       (uint32_t)arena),
	      q);
}

static void segments(void)
{
	static const uint8_t counts[] = { 0, 15, 16, 255 };
	struct silk_blk_request q = good(SILK_BLK_READ);

	for (uint32_t i = 0; i < ARRAY_SIZE(counts); i++) {
		q.segments = counts[i];
		first(BLK(BLK_SEGMENTS, counts[i]), q);
	}
	q.segment[0].length = 1;
	first(BLK_PAIR(BLK_SEGMENTS, BLK_LENGTH, q.segments), q);
	q = good(SILK_BLK_FLUSH);
	q.device = 0;
	first(BLK(BLK_SEGMENTS, 1), q);
	q = good(SILK_BLK_READ);
	q.segment[0].length = 0;
	first(BLK(BLK_LENGTH, 0), q);
	q.segment[0].length = 511;
	first(BLK(BLK_LENGTH, 511), q);
	q.segment[0].length = 0xfffffe01;
	first(BLK(BLK_LENGTH, 0xfffffe01), q);
	q.segment[0] = (struct silk_blk_segment){ DATA + 2, 512 };
	first(BLK(BLK_LENGTH, DATA + 2), q);
	q.segment[0] = (struct silk_blk_segment){ ABSENT_GPA, 100 };
	first(BLK_PAIR(BLK_LENGTH, BLK_OWNER, 100), q);
}

static void owners(void)
{
	static const struct silk_blk_segment bad[] = {
		{ ABSENT_GPA, 512 },
		{ 0, 512 },
		{ BOOT, 4096 },
		{ SPARE_GPA + CHUNK_SIZE - 512, 1024 },
		{ 0xfffffe00, 512 },
		{ 0xffffff00, 512 },
		{ DATA, 0xfffffe00 },
		{ DATA, 0x80000000 },
	};
	struct silk_blk_request q = good(SILK_BLK_READ);

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		q.segment[0] = bad[i];
		first(BLK(BLK_OWNER, bad[i].address, bad[i].address + bad[i].length,
			  bad[i].length),
		      q);
	}
	q.segments = 2;
	q.segment[0] = good(SILK_BLK_READ).segment[0];
	q.segment[1] = bad[0];
	first(BLK(BLK_OWNER, bad[0].address), q);
	q.segments = 1;
	q.segment[0] = bad[0];
	q.sector = info()->blk[1].sectors;
	first(BLK_PAIR(BLK_OWNER, BLK_RANGE, bad[0].address), q);
}

static void ranges(void)
{
	const uint64_t size = info()->blk[1].sectors;
	const uint64_t bad[] = {
		size,
		size + 1,
		~(uint64_t)0,
		(uint64_t)1 << 32,
		(uint64_t)1 << 63,
		(uint64_t)1 << 55,
	};
	struct silk_blk_request q = good(SILK_BLK_READ);

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		q.sector = bad[i];
		first(BLK(BLK_RANGE, (uint32_t)bad[i]), q);
	}
	q.sector = size - 1;
	q.segment[0].length = 1024;
	first(BLK(BLK_RANGE, (uint32_t)size - 1, (uint32_t)size), q);
}

/* ---- with requests in flight ---- */

static void wait_for(uint32_t completions)
{
	uint64_t until = time_ns() + 5 * (uint64_t)NS_PER_S;

	while (RING->producer - RING->consumer < completions && time_ns() < until)
		;
}

static void part_accepted(void)
{
	REQUESTS[0] = good(SILK_BLK_READ);
	REQUESTS[1] = good(SILK_BLK_READ);
	REQUESTS[1].device = 5;
	REQUESTS[1].cookie = 7;
	REQUESTS[0].cookie = 0xabcd1234;
	test("CALL-13 BLK-4", "accepted up to the first bad request");
	expect(1, (uint32_t)hv_blk_submit(arena, 2), "result");
	wait_for(1);
	expect(1, RING->producer - RING->consumer, "completions");
	expect(0xabcd1234, RING->entry[RING->consumer % 256].cookie, "cookie");
	expect(0, (uint32_t)RING->entry[RING->consumer % 256].status, "status");
	RING->consumer++;
	end();
}

static void pinned(void)
{
	const uint32_t chunk = SPARE_CHUNK, table = SILK_CHUNK_TABLE;
	struct refusal rows[] = {
		R(CONVERT_PINNED, chunk_convert, chunk, table, 0, chunk),
		R(GIVE_PINNED, chunk_give, chunk, 0, 0, chunk),
		PAIR(CONVERT_PINNED, CONVERT_MAPPED, chunk_convert, chunk, table, 0,
		     chunk),
		PAIR(GIVE_PINNED, GIVE_MAPPED, chunk_give, chunk, 0, 0, chunk),
		PAIR(CONVERT_SAME, CONVERT_PINNED, chunk_convert, chunk,
		     SILK_CHUNK_RAM, 0, chunk),
		PAIR(CONVERT_KIND, CONVERT_PINNED, chunk_convert, chunk, 5, 0, 5),
	};
	const uint32_t direct = BOOT + (768 + chunk) * 4, old = entry_at(direct);
	uint32_t in_flight;

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++) {
		REQUESTS[0] = good(SILK_BLK_READ);
		hv_blk_submit(arena, 1);
		refuse(&rows[i]);
		in_flight = RING->producer == RING->consumer;
		if (!in_flight)
			print("# the request had completed too early\n");
		wait_for(1);
		RING->consumer = RING->producer;
	}
	(void)old;
	(void)direct;
}

static void full(void)
{
	struct refusal r = R(BLK_FULL, blk_submit, arena, 2, 0, 2);
	struct refusal range = PAIR(BLK_RANGE, BLK_FULL, blk_submit, arena, 2, 0,
				    1, 0);
	uint32_t accepted = 0, tries = 0;
	struct silk_blk_request q = good(SILK_BLK_READ);

	while (accepted < SILK_RING_ENTRIES && tries++ < 10000) {
		for (uint32_t i = 0; i < 32; i++)
			REQUESTS[i] = good(SILK_BLK_READ);
		int32_t n = hv_blk_submit(arena, 32);

		accepted += n > 0 ? (uint32_t)n : 0;
	}
	test("BLK-4", "a whole ring is accepted");
	expect(SILK_RING_ENTRIES, accepted, "requests");
	end();
	first(r, good(SILK_BLK_READ));
	q.sector = ~(uint64_t)0;
	range.value[0] = ~0u;
	first(range, q);
	wait_for(SILK_RING_ENTRIES);
	test("BLK-6", "the ring is full");
	expect(SILK_RING_ENTRIES, RING->producer - RING->consumer, "completions");
	end();
	r.note = "completed, not consumed";
	first(r, good(SILK_BLK_READ));
	RING->consumer += 7;
	REQUESTS[0] = good(SILK_BLK_READ);
	test_one("BLK-4", "room after consuming", 1,
		 (uint32_t)hv_blk_submit(arena, 1));
	wait_for(SILK_RING_ENTRIES - 6);
	RING->consumer = RING->producer + 1;
	r.note = "consumer is ahead of producer";
	first(r, good(SILK_BLK_READ));
	RING->consumer = RING->producer - SILK_RING_ENTRIES - 1;
	r.note = "consumer is too far behind";
	first(r, good(SILK_BLK_READ));
	RING->consumer = RING->producer;
}

void hostile_main(void)
{
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags ||
	    !info()->blk[1].flags) {
		test("BLK-50", "blk_submit");
		skip("group BLOCK is not offered, or no disks");
		return;
	}
	scene_set();
	registers();
	devices();
	segments();
	owners();
	ranges();
	part_accepted();
	pinned();
	full();
}
