// SPDX-License-Identifier: GPL-2.0-only
/*
 * disks - what requests bring and where to: each sector to its place, each byte to
 * the segment's memory and to no other; and what a disk that fails leaves.
 *
 * Device 0 keeps what is written, device 1 fails at sectors 100 to 107.
 *
 * guest: mem=16M disk=keep disk=bad
 * covers: BLK-2 BLK-3 BLK-4 BLK-5 BLK-7 BLK-10 CALL-8 CALL-13
 */
#include "block.h"
#include "suite.h"

#define SECTORS 24u
#define BUFFER  (SPARE_GPA + 64 * PAGE_SIZE) /* what is written */
#define TARGET  (SPARE_GPA + 128 * PAGE_SIZE)
#define WORDS   (SILK_BLK_SECTOR / 4)
#define GUARD   0x6a7d6a7du

static uint32_t *const buffer = (uint32_t *)(SILK_I386_KERNEL_BASE + BUFFER);
static uint32_t *const target = (uint32_t *)(SILK_I386_KERNEL_BASE + TARGET);

static struct block_io io;

static int32_t transfer(uint16_t device, uint8_t op, uint64_t sector, uint32_t gpa,
			uint32_t bytes)
{
	block_prepare(&io, device, op, sector, gpa, bytes);
	return block_wait(&io);
}

static uint32_t pattern(uint32_t sector, uint32_t word)
{
	return sector << 16 | word | 0x5a000000;
}

/* One request for each sector. */
static void write_all(void)
{
	test("BLK-3 BLK-7", "writes of a sector each");
	for (uint32_t s = 0; s < SECTORS; s++) {
		for (uint32_t w = 0; w < WORDS; w++)
			buffer[w] = pattern(s, w);
		expect(0, (uint32_t)transfer(0, SILK_BLK_WRITE, s, BUFFER, SILK_BLK_SECTOR),
		       "sector %u: status", s);
	}
	end();
}

static void guard(uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		target[i] = GUARD;
}

/* Address multiples of 4 are enough [BLK-56]. */
static void places(void)
{
	static const uint32_t offsets[] = { 0, 1, 3, 64, 127, 129, 1000, 1023 };

	for (uint32_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		uint32_t at = 512 + offsets[i], n = (i % 3 + 1) * WORDS, wrong = 0;

		test("BLK-2 BLK-5", "a read to offset %u", offsets[i] * 4);
		guard(4096);
		expect(0, (uint32_t)transfer(0, SILK_BLK_READ, i, TARGET + at * 4, n * 4),
		       "status");
		for (uint32_t w = 0; w < 4096; w++) {
			uint32_t want = GUARD;

			if (w >= at && w < at + n)
				want = pattern(i + (w - at) / WORDS, (w - at) % WORDS);
			wrong += target[w] != want;
		}
		expect(0, wrong, "words that are not as they should be");
		end();
	}
}

/* Segments in no order, with gaps, one request. */
static void scattered(void)
{
	uint32_t wrong = 0;

	test("BLK-2", "a read into fourteen segments");
	guard(SILK_BLK_SEGMENTS * 512);
	block_prepare(&io, 0, SILK_BLK_READ, 3, 0, 0);
	io.request.segments = SILK_BLK_SEGMENTS;
	for (uint32_t i = 0; i < SILK_BLK_SEGMENTS; i++) {
		uint32_t place = (i * 5 + 2) % SILK_BLK_SEGMENTS;

		io.request.segment[i].address = TARGET + place * 2048 + 4;
		io.request.segment[i].length = SILK_BLK_SECTOR;
	}
	expect(0, (uint32_t)block_wait(&io), "status");
	for (uint32_t i = 0; i < SILK_BLK_SEGMENTS; i++) {
		const uint32_t *at = target + (i * 5 + 2) % SILK_BLK_SEGMENTS * 512;

		wrong += at[0] != GUARD || at[1 + WORDS] != GUARD;
		for (uint32_t w = 0; w < WORDS; w++)
			wrong += at[1 + w] != pattern(3 + i, w);
	}
	expect(0, wrong, "words that are not as they should be");
	end();
}

/* The slot may tell why the third was not taken; then all of it. */
static void part(void)
{
	static struct silk_blk_request r[3];
	uint32_t before;

	test("BLK-4 CALL-8 CALL-13", "two requests, and one that is refused");
	for (uint32_t i = 0; i < 3; i++) {
		block_prepare(&io, 0, SILK_BLK_READ, i, TARGET + i * 512, SILK_BLK_SECTOR);
		r[i] = io.request;
		r[i].cookie = 0;
	}
	r[2].device = SILK_BLK_DEVICES;
	before = vcpu()->diag.refusals;
	expect(2, (uint32_t)hv_blk_submit(r, 3), "result");
	if (vcpu()->diag.refusals != before) {
		expect(before + 1, vcpu()->diag.refusals, "diag.refusals");
		expect(SILK_CLAUSE(SILK_AREA_BLK, 52), vcpu()->diag.clause, "diag.clause");
		expect(SILK_BLK_DEVICES, vcpu()->diag.value, "diag.value");
		expect(2, vcpu()->diag.done, "diag.done");
	}
	end();
	/* Two completions that are nobody's: the last test. */
	vcpu()->mask = ~0u;
}

static void failure(void)
{
	test("BLK-7", "a disk that fails");
	if (!info()->blk[1].flags) {
		skip("there is none");
		return;
	}
	expect((uint32_t)-SILK_EIO,
	       (uint32_t)transfer(1, SILK_BLK_READ, 100, TARGET, SILK_BLK_SECTOR), "a read");
	expect((uint32_t)-SILK_EIO,
	       (uint32_t)transfer(1, SILK_BLK_WRITE, 107, BUFFER, SILK_BLK_SECTOR), "a write");
	expect(0, (uint32_t)transfer(0, SILK_BLK_READ, 0, TARGET, SILK_BLK_SECTOR),
	       "the other disk");
	end();
}

void hostile_main(void)
{
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags) {
		test("BLK-2", "requests");
		skip("group BLOCK is not offered, or no disk");
		return;
	}
	vcpu()->mask = ~(1u << SILK_EVENT_BLOCK);
	block_init();
	write_all();
	places();
	scattered();
	failure();
	part();
	vcpu()->mask = ~0u;
}
