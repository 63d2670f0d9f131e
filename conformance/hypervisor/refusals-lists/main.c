// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusals-lists - each way in which a request whose segments lie in a list can be
 * refused, which one counts where two hold, and what a list counts.
 *
 * The disks complete after 50 ms: disk 0 can be written, disk 1 can't.
 *
 * guest: mem=16M disk=slow disk=slow:ro
 * covers: CALL-4 CALL-7 CALL-8 CALL-13 BLK-4 BLK-13 BLK-14 BLK-53 BLK-54 BLK-55
 * covers: BLK-56 BLK-57 BLK-58 BLK-59 BLK-60 GEN-9 MEM-10 MEM-53
 */
#include "suite.h"

#define REQUESTS ((struct silk_blk_request *)arena)
#define LIST     ((struct silk_blk_segment *)(arena + 1024))
#define RING     ((volatile struct silk_ring *)SILK_I386_BLK_RING)
#define DATA     (SPARE_GPA + 64 * PAGE_SIZE)
#define MOST     SILK_BLK_LIST_MAX
#define OTHER    3u /* a RAM chunk */

static const uint32_t list_gva = (uint32_t)(arena + 1024);

/* A list of n good segments, and the request for it. */
static struct silk_blk_request good(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		LIST[i] = (struct silk_blk_segment){ DATA + i * 1024, 512 };
	return (struct silk_blk_request){
		.device = 1,
		.op = SILK_BLK_READ | SILK_BLK_LIST,
		.segments = 1,
		.segment = { { list_gva, n } },
	};
}

static void first(struct refusal r, struct silk_blk_request bad)
{
	REQUESTS[0] = bad;
	REQUESTS[1] = (struct silk_blk_request){ .device = 1, .segments = 1, .segment = { { DATA, 512 } } };
	refuse(&r);
}

#define BLK(id, ...) ((struct refusal)R(id, blk_submit, arena, 2, 0, __VA_ARGS__))
#define BLK_PAIR(id, second, ...) \
	((struct refusal)PAIR(id, second, blk_submit, arena, 2, 0, __VA_ARGS__))

static void operations(void)
{
	static const uint8_t bad[] = { SILK_BLK_FLUSH | SILK_BLK_LIST, 0x83, 0xc0, 0xc1, 0xff };
	struct silk_blk_request q = good(20);

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		q.op = bad[i];
		first(BLK(BLK_OP, bad[i]), q);
	}
	q.segments = 0;
	first(BLK_PAIR(BLK_OP, BLK_SEGMENTS, 0xff), q);
	q = good(20);
	q.op = SILK_BLK_WRITE | SILK_BLK_LIST;
	first(BLK(BLK_READONLY, 1, q.op, (uint32_t)arena), q);
	q.segment[0].length = 0;
	first(BLK_PAIR(BLK_READONLY, BLK_SEGMENTS, 1, q.op, (uint32_t)arena), q);
	q.segment[0] = (struct silk_blk_segment){ HOLE, 1 };
	first(BLK_PAIR(BLK_READONLY, BLK_LIST, 1, q.op, (uint32_t)arena), q);
}

static void numbers(void)
{
	static const uint8_t counts[] = { 0, 2, 14, 15, 255 };
	static const uint32_t lengths[] = { 0, MOST + 1, 0x10001, 0x20000000, 0x20000001, ~0u };
	struct silk_blk_request q = good(MOST);

	for (uint32_t i = 0; i < ARRAY_SIZE(counts); i++) {
		q.segments = counts[i];
		first(BLK(BLK_SEGMENTS, counts[i]), q);
	}
	q.segment[0].length = 0;
	q.segments = 2;
	first(BLK(BLK_SEGMENTS, 2), q);
	q.segments = 1;
	for (uint32_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		q.segment[0].length = lengths[i];
		first(BLK(BLK_SEGMENTS, lengths[i]), q);
	}
	q.segment[0].address = HOLE;
	first(BLK_PAIR(BLK_SEGMENTS, BLK_LIST, ~0u), q);
}

/* All of the list has to be readable, by the guest kernel, and none of it beyond. */
static void places(void)
{
	static const struct silk_blk_segment bad[] = {
		{ HOLE, 1 },
		{ HOLE, MOST },
		{ HOLE - 4, 1 },
		{ SILK_I386_HYPERVISOR, 1 },
		{ SILK_I386_HYPERVISOR - 8, 2 },
		{ EDGE_END - 8, 2 },
		{ EDGE_END - 7, 1 },
		{ EDGE_END - 8 * (MOST - 1), MOST },
		{ EDGE - 8, 2 },
		{ 0xfffffff0, 2 },
		{ 0xfffffff0, 3 },
		{ 0x1000, 1 },
	};
	struct silk_blk_request q = good(1);
	struct silk_blk_segment *last = (struct silk_blk_segment *)(EDGE_END - 8);

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		q.segment[0] = bad[i];
		first(BLK(BLK_LIST, bad[i].address, EDGE_END, EDGE), q);
	}
	q.segment[0] = (struct silk_blk_segment){ EDGE_END - 8, 2 };
	*last = (struct silk_blk_segment){ DATA, 5 };
	first(BLK_PAIR(BLK_LIST, BLK_LENGTH, EDGE_END - 8, EDGE_END), q);
	*last = (struct silk_blk_segment){ ABSENT_GPA, 512 };
	first(BLK_PAIR(BLK_LIST, BLK_OWNER, EDGE_END - 8, EDGE_END), q);
}

/* The same wrong segment at the list's beginning, in it and at its end. */
static void segments(void)
{
	static const uint32_t at[] = { 0, 13, 14, 15, 127, 254, MOST - 1 };
	static const struct silk_blk_segment owned[] = {
		{ ABSENT_GPA, 512 },
		{ BOOT, 4096 },
		{ SPARE_GPA + CHUNK_SIZE - 512, 1024 },
		{ 0xffffff00, 512 },
		{ DATA, 0xfffffe00 },
	};
	struct silk_blk_request q;

	for (uint32_t i = 0; i < ARRAY_SIZE(at); i++) {
		q = good(MOST);
		LIST[at[i]].length = 511;
		first(BLK(BLK_LENGTH, 511), q);
		LIST[at[i]] = (struct silk_blk_segment){ DATA + 2, 512 };
		first(BLK(BLK_LENGTH, DATA + 2), q);
		for (uint32_t k = 0; k < ARRAY_SIZE(owned); k++) {
			LIST[at[i]] = owned[k];
			first(BLK(BLK_OWNER, owned[k].address, owned[k].length,
				  owned[k].address + owned[k].length),
			      q);
		}
	}
	q = good(MOST);
	LIST[0].address = ABSENT_GPA;
	LIST[MOST - 1].length = 0;
	first(BLK_PAIR(BLK_LENGTH, BLK_OWNER, 0), q);
	q = good(MOST);
	LIST[MOST - 1].address = ABSENT_GPA;
	q.sector = ~(uint64_t)0;
	first(BLK_PAIR(BLK_OWNER, BLK_RANGE, ABSENT_GPA), q);
	q = good(MOST);
	q.sector = info()->blk[1].sectors - MOST + 1;
	first(BLK(BLK_RANGE, (uint32_t)q.sector, (uint32_t)info()->blk[1].sectors), q);
	q.sector = ~(uint64_t)0;
	first(BLK(BLK_RANGE, ~0u), q);
}

/* ---- with requests in flight ---- */

static bool wait_for(uint32_t completions)
{
	uint64_t until = time_ns() + 60 * (uint64_t)NS_PER_S;

	while (RING->producer - RING->consumer < completions)
		if (time_ns() > until)
			return false;
	return true;
}

static void second(void)
{
	test("CALL-13 BLK-13", "a good list, and one that can't be read");
	REQUESTS[0] = good(MOST);
	REQUESTS[0].cookie = 0x1157;
	REQUESTS[1] = REQUESTS[0];
	REQUESTS[1].segment[0].address = HOLE;
	expect(1, (uint32_t)hv_blk_submit(arena, 2), "result");
	expect_that(wait_for(1), "completion: expected, seen none");
	expect(0x1157, RING->entry[RING->consumer % SILK_RING_ENTRIES].cookie, "cookie");
	RING->consumer = RING->producer;
	end();
}

/* The chunk that only one segment of the list is in. */
static void pinned(void)
{
	static const uint32_t at[] = { 0, 14, 100, MOST - 1 };
	struct refusal row = R(CONVERT_PINNED, chunk_convert, OTHER, SILK_CHUNK_TABLE, 0, OTHER);

	for (uint32_t i = 0; i < ARRAY_SIZE(at); i++) {
		REQUESTS[0] = good(MOST);
		LIST[at[i]].address = OTHER << SILK_I386_CHUNK_SHIFT;
		hv_blk_submit(arena, 1);
		refuse(&row);
		wait_for(1);
		RING->consumer = RING->producer;
		test("MEM-10", "not pinned when segment %u is done", at[i]);
		expect(ERRNO(EBUSY), (uint32_t)hv_chunk_convert(OTHER, SILK_CHUNK_TABLE), "result");
		expect(55, vcpu()->diag.clause & 0xffff, "MEM clause: it is mapped");
		end();
	}
}

/* [BLK-14] in one call: each count of segments, as many requests as a call may have. */
static void in_a_call(void)
{
	static const struct {
		uint32_t segments, accepted;
	} rows[] = {
		{ 14, 64 },
		{ 15, 32 },
		{ 28, 32 },
		{ 29, 21 },
		{ 1, 64 },
		{ MOST, 3 },
	};
	uint32_t refusals;

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test("BLK-14", "requests of %u segments in a call", rows[i].segments);
		REQUESTS[0] = good(rows[i].segments);
		/* The list is where the 33rd request would be. */
		for (uint32_t k = 1; k < 32; k++)
			REQUESTS[k] = REQUESTS[0];
		refusals = vcpu()->diag.refusals;
		if (rows[i].accepted == 64) {
			expect(32, (uint32_t)hv_blk_submit(arena, 32), "accepted");
			expect(32, (uint32_t)hv_blk_submit(arena, 32), "accepted then");
		} else if (rows[i].accepted == 32) {
			expect(32, (uint32_t)hv_blk_submit(arena, 32), "accepted");
		} else {
			expect(rows[i].accepted, (uint32_t)hv_blk_submit(arena, 32), "accepted");
		}
		expect(refusals, vcpu()->diag.refusals, "refusals");
		expect_that(wait_for(rows[i].accepted), "completions: expected %u, seen %u",
			    rows[i].accepted, RING->producer - RING->consumer);
		RING->consumer = RING->producer;
		end();
	}
}

/* [BLK-4] [BLK-14]: 13 lists count as 247, and 9 more are a ring full. */
static void full(void)
{
	struct refusal r = BLK(BLK_FULL, 2);
	struct silk_blk_request q = good(MOST);

	test("BLK-4 BLK-14", "a whole ring of lists is accepted");
	for (uint32_t i = 0; i < 13; i++) {
		REQUESTS[0] = q;
		expect(1, (uint32_t)hv_blk_submit(arena, 1), "list %u", i);
	}
	q = good(9 * SILK_BLK_SEGMENTS);
	REQUESTS[0] = q;
	expect(1, (uint32_t)hv_blk_submit(arena, 1), "one that counts as 9");
	end();
	first(r, good(MOST));
	q = good(1);
	first(r, q);
	q.sector = ~(uint64_t)0;
	first(BLK_PAIR(BLK_RANGE, BLK_FULL, ~0u), q);
	test("BLK-6 BLK-7", "all of them complete");
	expect_that(wait_for(14), "completions: expected 14, seen %u",
		    RING->producer - RING->consumer);
	end();
	/* 14 entries are not consumed: 242 parts are free. */
	test("BLK-14", "what is completed counts as one entry");
	for (uint32_t i = 0; i < 12; i++) {
		REQUESTS[0] = good(MOST);
		expect(1, (uint32_t)hv_blk_submit(arena, 1), "list %u", i);
	}
	REQUESTS[0] = good(14 * SILK_BLK_SEGMENTS);
	expect(1, (uint32_t)hv_blk_submit(arena, 1), "one that counts as 14");
	end();
	first(r, good(1));
	expect_that(wait_for(27), "completions: expected 27, seen %u",
		    RING->producer - RING->consumer);
	RING->consumer = RING->producer;
}

void hostile_main(void)
{
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags ||
	    !info()->blk[1].flags ||
	    !(info()->features[SILK_GROUP_BLOCK] & SILK_F_BLOCK_LISTS)) {
		test("BLK-13", "lists of segments");
		skip("feature BLOCK_LISTS is not offered, or no disks");
		return;
	}
	scene_set();
	operations();
	numbers();
	places();
	segments();
	second();
	pinned();
	in_a_call();
	full();
}
