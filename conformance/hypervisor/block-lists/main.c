// SPDX-License-Identifier: GPL-2.0-only
/*
 * block-lists - requests whose segments lie in a list: the data of lists of every
 * length, lists in odd places, lists that change, and many at a time.
 *
 * guest: mem=16M disk=keep
 * covers: GEN-8 GEN-9 BLK-3 BLK-5 BLK-6 BLK-10 BLK-13 BLK-14
 */
#include "suite.h"

#define RING    ((volatile struct silk_ring *)SILK_I386_BLK_RING)
#define SECTOR  SILK_BLK_SECTOR
#define MOST    SILK_BLK_LIST_MAX
#define STEP    2048u                         /* from one segment to the next */
#define WRITTEN (SPARE_GPA + 64 * PAGE_SIZE)  /* what is written */
#define READ_TO (SPARE_GPA + 256 * PAGE_SIZE) /* where it is read to */
#define AREA    (MOST * STEP)
#define MARK    0xa5u
#define TIMEOUT (10 * (uint64_t)NS_PER_S)

static struct silk_blk_segment list[MOST + 1], other[MOST];

static uint8_t *bytes_at(uint32_t gpa)
{
	return gpa_to_va(gpa);
}

/* The i-th completion that has not been consumed. */
static volatile struct silk_completion *entry(uint32_t i)
{
	return &RING->entry[(RING->consumer + i) % SILK_RING_ENTRIES];
}

static bool completions(uint32_t n)
{
	uint64_t until = time_ns() + TIMEOUT;

	while (RING->producer - RING->consumer < n)
		if (time_ns() > until)
			return false;
	return true;
}

static struct silk_blk_request request(uint8_t op, uint64_t sector, const void *at, uint32_t n)
{
	static uint32_t cookie = 0x115700;

	cookie++;
	return (struct silk_blk_request){
		.cookie = cookie,
		.op = op | SILK_BLK_LIST,
		.sector = sector,
		.segments = 1,
		.segment = { { (uint32_t)at, n } },
	};
}

/* No list: one segment. */
static struct silk_blk_request plain(uint8_t op, uint64_t sector, uint32_t gpa, uint32_t length)
{
	return (struct silk_blk_request){
		.cookie = 0x91a1,
		.op = op,
		.sector = sector,
		.segments = 1,
		.segment = { { gpa, length } },
	};
}

static void done(uint32_t cookie, const char *what)
{
	volatile struct silk_completion *c = entry(0);

	if (!completions(1)) {
		expect_that(false, "%s: expected a completion, seen none", what);
		return;
	}
	expect(cookie, c->cookie, "%s: cookie", what);
	expect(0, (uint32_t)c->status, "%s: status", what);
	RING->consumer++;
}

static void carry_out(const struct silk_blk_request *r, const char *what)
{
	expect(1, (uint32_t)hv_blk_submit(r, 1), "%s: blk_submit", what);
	done(r->cookie, what);
}

static void pattern(uint32_t seed)
{
	for (uint32_t i = 0; i < AREA; i++)
		bytes_at(WRITTEN)[i] = (uint8_t)(seed + i * 3 + (i >> 9) * 7);
}

/* n segments of one sector and two by turns, in no order: `turn` and n have no divisor
 * in common. Returns the sectors. */
static uint32_t scatter(struct silk_blk_segment *to, uint32_t n, uint32_t base, uint32_t turn)
{
	uint32_t sectors = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t place = (i * turn + 3) % n;

		to[i].address = base + place * STEP + place % 200 * 4;
		to[i].length = SECTOR * (1 + i % 2);
		sectors += 1 + i % 2;
	}
	return sectors;
}

/* What is in the segments of a against those of b, one after the other. */
static uint32_t differ(const struct silk_blk_segment *a, const struct silk_blk_segment *b,
		       uint32_t n)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < n; i++)
		wrong += memcmp(bytes_at(a[i].address), bytes_at(b[i].address), a[i].length) != 0;
	return wrong;
}

/* Bytes of READ_TO that changed and are in none of the segments; marks them all. */
static uint32_t strayed(const struct silk_blk_segment *s, uint32_t n)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < n; i++)
		memset(bytes_at(s[i].address), MARK, s[i].length);
	for (uint32_t i = 0; i < AREA; i++)
		wrong += bytes_at(READ_TO)[i] != MARK;
	return wrong;
}

static void lengths(void)
{
	static const uint32_t counts[] = { 1, 13, 14, 15, 28, 29, 126, 127, 254, 255, MOST };
	struct silk_blk_request r;
	uint32_t at, sectors;

	memset(bytes_at(READ_TO), MARK, AREA);
	for (uint32_t k = 0; k < ARRAY_SIZE(counts); k++) {
		uint32_t n = counts[k];

		test("BLK-13 BLK-3 BLK-5", "a list of %u segments, written and read back", n);
		pattern(k);
		sectors = scatter(list, n, WRITTEN, 11);
		list[n] = (struct silk_blk_segment){ ABSENT_GPA, 1 };
		r = request(SILK_BLK_WRITE, 7, list, n);
		carry_out(&r, "WRITE");
		scatter(other, n, READ_TO, 23);
		r = request(SILK_BLK_READ, 7, other, n);
		carry_out(&r, "READ");
		expect(0, differ(other, list, n), "segments that differ");
		expect(0, strayed(other, n), "bytes outside of the segments that changed");
		/* In one piece: the order on the disk is the list's. */
		r = plain(SILK_BLK_READ, 7, READ_TO, sectors * SECTOR);
		carry_out(&r, "READ in one piece");
		at = READ_TO;
		for (uint32_t i = 0; i < n; at += list[i++].length)
			expect(0, (uint32_t)memcmp(bytes_at(at), bytes_at(list[i].address), list[i].length),
			       "segment %u: difference", i);
		memset(bytes_at(READ_TO), MARK, sectors * SECTOR);
		end();
	}
}

/* The list at `at` is read, which is n segments of `list`. */
static void read_by(const void *at, uint32_t n, const char *what)
{
	struct silk_blk_request r = request(SILK_BLK_READ, 7, at, n);

	carry_out(&r, what);
	expect(0, differ(other, list, n), "%s: segments that differ", what);
	expect(0, strayed(other, n), "%s: bytes that strayed", what);
}

/* Lists at odd addresses, in two pages that lie apart, in a page that can only be
 * read, up to the end of what is mapped. */
static void places(void)
{
	struct silk_blk_request r;
	const uint32_t bytes = MOST * 8;

	test("BLK-13 GEN-9", "lists in odd places");
	map_page(EDGE_END, spare_page(7) | 7);
	pattern(99);
	scatter(list, MOST, WRITTEN, 5);
	r = request(SILK_BLK_WRITE, 7, list, MOST);
	carry_out(&r, "WRITE");
	scatter(other, MOST, READ_TO, 3);
	for (uint32_t odd = 1; odd < 8; odd += 3) {
		memcpy((void *)(EDGE + odd), other, bytes);
		read_by((void *)(EDGE + odd), MOST, "at an odd address");
		memcpy((void *)(EDGE_END - 1024 - odd), other, bytes);
		read_by((void *)(EDGE_END - 1024 - odd), MOST, "across two pages");
	}
	memcpy(gpa_to_va(SPARE_GPA + 3 * PAGE_SIZE), other, bytes);
	read_by((void *)RO_PAGE, MOST, "in a read-only page");
	map_page(EDGE_END, 0);
	memcpy((void *)(EDGE_END - bytes), other, bytes);
	read_by((void *)(EDGE_END - bytes), MOST, "at the end of what is mapped");
	memcpy((void *)(EDGE_END - 8), other, 8);
	read_by((void *)(EDGE_END - 8), 1, "of one, at the end of what is mapped");
	end();
}

/* The list is spoilt as soon as the call has returned. */
static void changed(void)
{
	struct silk_blk_request r;

	test("GEN-8 BLK-13", "a list that changes after the call");
	for (uint32_t round = 0; round < 20; round++) {
		scatter(list, MOST, WRITTEN, 5);
		scatter(other, MOST, READ_TO, 7);
		r = request(SILK_BLK_READ, 7, other, MOST);
		expect(1, (uint32_t)hv_blk_submit(&r, 1), "blk_submit");
		for (uint32_t i = 0; i < MOST; i++)
			other[i] = (struct silk_blk_segment){ WRITTEN + i * 4, 4096 };
		done(r.cookie, "READ");
		scatter(other, MOST, READ_TO, 7);
		expect(0, differ(other, list, MOST), "segments that differ");
		expect(0, strayed(other, MOST), "bytes that strayed");
	}
	end();
}

/* The disk writes other lists over those that are submitted meanwhile: each segment
 * is an old one or a new one, and both are good. */
static void overwritten(void)
{
	struct silk_blk_segment *at = gpa_to_va(READ_TO);
	struct silk_blk_request r[4];

	test("GEN-8", "lists that the disk writes to");
	for (uint32_t i = 0; i < MOST; i++)
		other[i] = (struct silk_blk_segment){ READ_TO + 0x40000 + i * 4, SECTOR };
	memcpy(bytes_at(WRITTEN), other, sizeof(other));
	r[0] = plain(SILK_BLK_WRITE, 900, WRITTEN, sizeof(other));
	carry_out(&r[0], "WRITE");
	for (uint32_t round = 0; round < 50; round++) {
		for (uint32_t i = 0; i < MOST; i++)
			at[i] = (struct silk_blk_segment){ READ_TO + 0x80000 + i * 4, SECTOR };
		r[0] = plain(SILK_BLK_READ, 900, READ_TO, sizeof(other));
		for (uint32_t i = 1; i < 4; i++)
			r[i] = request(SILK_BLK_READ, 0, at, MOST);
		expect(1, (uint32_t)hv_blk_submit(r, 1), "accepted");
		expect(3, (uint32_t)hv_blk_submit(r + 1, 3), "lists accepted");
		expect_that(completions(4), "completions: expected 4, seen fewer");
		for (uint32_t i = 0; i < 4; i++)
			expect(0, (uint32_t)entry(i)->status, "status");
		RING->consumer += 4;
	}
	memset(bytes_at(READ_TO), MARK, AREA + 0x40000);
	end();
}

/* Where segment i of list k lies. */
static uint32_t place(uint32_t k, uint32_t i)
{
	return WRITTEN + i * 5 % 128 * 3000 + k * SECTOR;
}

/* As many as there may be in flight, to different sectors; then all of it is read. */
static void many(void)
{
	struct silk_blk_request r;
	uint32_t seen = 0;

	test("BLK-6 BLK-10 BLK-14", "13 lists in flight, each completed once");
	pattern(3);
	for (uint32_t k = 0; k < 13; k++) {
		for (uint32_t i = 0; i < 128; i++)
			list[i] = (struct silk_blk_segment){ place(k, i), SECTOR };
		r = request(SILK_BLK_WRITE, k * 128, list, 128);
		r.cookie = k;
		expect(1, (uint32_t)hv_blk_submit(&r, 1), "list %u", k);
	}
	expect_that(completions(13), "completions: expected 13, seen fewer");
	for (uint32_t i = 0; i < 13; i++) {
		seen |= 1u << (entry(i)->cookie & 31);
		expect(0, (uint32_t)entry(i)->status, "status");
	}
	RING->consumer += 13;
	expect(0x1fff, seen, "cookies, a bit for each");
	for (uint32_t k = 0; k < 13; k++) {
		r = plain(SILK_BLK_READ, k * 128, READ_TO, 128 * SECTOR);
		carry_out(&r, "READ");
		for (uint32_t i = 0; i < 128; i++)
			expect(0, (uint32_t)memcmp(bytes_at(READ_TO + i * SECTOR), bytes_at(place(k, i)), SECTOR),
			       "list %u, segment %u: difference", k, i);
	}
	end();
}

void hostile_main(void)
{
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags ||
	    !(info()->features[SILK_GROUP_BLOCK] & SILK_F_BLOCK_LISTS)) {
		test("BLK-13", "lists of segments");
		skip("feature BLOCK_LISTS is not offered, or there is no disk");
		return;
	}
	scene_set();
	lengths();
	places();
	changed();
	overwritten();
	many();
}
