// SPDX-License-Identifier: GPL-2.0-only
/*
 * block-room - room for requests: a whole ring of them, by lists of all lengths, whatever
 * part of it was consumed before; and the run after one that ended with requests in flight,
 * which may be refused until those are done, and must be told when.
 *
 * The first run leaves a mark on the disk, so that the second knows which it is.
 *
 * guest: mem=16M disk=keep
 * covers: BLK-4 BLK-6 BLK-7 BLK-59 LIFE-10
 */
#include "block.h"
#include "suite.h"

#define RING      ((volatile struct silk_ring *)SILK_I386_BLK_RING)
#define BUFFER    (SPARE_GPA + 64 * PAGE_SIZE)
#define MARK      0xb10c4001u
#define TIMEOUT   (20 * (uint64_t)NS_PER_S)
#define BLOCK_BIT (1u << SILK_EVENT_BLOCK)
#define ROUNDS    6u
#define LIST      16u
#define OLD       0x80000000u /* in cookies of the first run */

static struct silk_blk_request list[LIST];
static uint32_t accepted, done, run; /* done: consumed */
static uint8_t seen[SILK_RING_ENTRIES * (ROUNDS + 1)];

/* Sector 1: nothing is there, and nobody looks. */
static int32_t submit(uint32_t count)
{
	int32_t n;

	for (uint32_t i = 0; i < count; i++)
		list[i] = (struct silk_blk_request){
			.cookie = run | (accepted + i),
			.op = SILK_BLK_READ,
			.segments = 1,
			.sector = 1,
			.segment = { { BUFFER, 512 } },
		};
	n = hv_blk_submit(list, count);
	accepted += n > 0 ? (uint32_t)n : 0;
	return n;
}

/* The mark's sector. */
static void transfer(uint8_t op)
{
	struct block_io io;

	block_prepare(&io, 0, op, 0, BUFFER, 512);
	while (hv_blk_submit(&io.request, 1) == -SILK_EAGAIN)
		hv_yield();
	seen[accepted++] = 1;
	while (RING->producer != accepted)
		hv_yield();
	RING->consumer = ++done;
}

/* Wait for so many, and take them: each cookie once, with status 0. */
static void take(uint32_t count)
{
	uint64_t until = time_ns() + TIMEOUT;

	for (; count > 0 && time_ns() < until; hv_yield()) {
		for (; count > 0 && RING->producer != done; count--) {
			volatile struct silk_completion *c = &RING->entry[done % SILK_RING_ENTRIES];
			uint32_t n = c->cookie & ~OLD;

			expect(run, c->cookie & OLD, "the run of cookie %x", c->cookie);
			expect(0, (uint32_t)c->status, "status of cookie %x", c->cookie);
			expect_that(n < accepted && n < sizeof(seen) && !seen[n]++,
				    "cookie %x: expected one in flight, once", c->cookie);
			RING->consumer = ++done;
		}
	}
	expect(0, count, "completions that never came");
}

static uint32_t room(void)
{
	return SILK_RING_ENTRIES - (accepted - done);
}

/* Until none is left: no request is refused before. */
static void fill(uint32_t round)
{
	for (uint32_t k = 0; room() > 0; k++) {
		uint32_t count = 1 + (round * 5 + k) % LIST, before = room();
		uint32_t least = count < before ? count : before;
		int32_t n = submit(count);

		expect_that(n >= (int32_t)least,
			    "a list of %u with room for %u: expected %u accepted, seen %d", count,
			    before, least, n);
		if (n <= 0)
			return;
	}
}

static void rounds(void)
{
	test("BLK-4 BLK-6 BLK-59", "no request is refused while there is room");
	for (uint32_t round = 0; round < ROUNDS && !failing(); round++) {
		fill(round);
		take(round % 2 ? SILK_RING_ENTRIES : 37 * (round + 1));
	}
	take(accepted - done);
	end();
	test("BLK-6", "as many completions as requests");
	expect(accepted, RING->producer, "producer");
	end();
}

static void first_run(void)
{
	*(uint32_t *)gpa_to_va(BUFFER) = MARK;
	transfer(SILK_BLK_WRITE);
	run = OLD;
	rounds();
	while (submit(LIST) > 0)
		continue;
	hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
}

/* One request that is accepted in time. */
static void in_time(void)
{
	uint64_t until = time_ns() + TIMEOUT;
	int32_t n;

	do {
		__atomic_fetch_and(&vcpu()->pending, ~BLOCK_BIT, __ATOMIC_SEQ_CST);
		n = submit(1);
		if (n == 1)
			return;
		expect(ERRNO(EAGAIN), (uint32_t)n, "a refusal");
		while (!(vcpu()->pending & BLOCK_BIT) && time_ns() < until)
			hv_yield();
		expect(BLOCK_BIT, vcpu()->pending & BLOCK_BIT, "event BLOCK after it");
	} while (time_ns() < until);
	expect_that(false, "a request: expected to be accepted within 20 s, seen EAGAIN");
}

static void second_run(void)
{
	test("BLK-4 BLK-7 LIFE-10", "the run after one with requests in flight");
	expect(accepted, RING->producer, "producer after the first request");
	for (uint32_t i = 0; i < SILK_RING_ENTRIES && !failing(); i++)
		in_time();
	take(accepted - done);
	expect(accepted, RING->producer, "producer after all");
	end();
}

void hostile_main(void)
{
	vcpu()->mask = ~0u;
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags) {
		test("BLK-4", "room for requests");
		skip("group BLOCK is not offered, or no disk");
		return;
	}
	/* Which run? In the second, requests of the first may be in the way. */
	transfer(SILK_BLK_READ);
	if (*(uint32_t *)gpa_to_va(BUFFER) != MARK) {
		first_run();
		test("LIFE-2", "a reboot");
		error("it was refused");
		return;
	}
	second_run();
}
