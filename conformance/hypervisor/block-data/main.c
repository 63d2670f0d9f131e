// SPDX-License-Identifier: GPL-2.0-only
/*
 * block-data - what reaches the disk and what comes back: scattered segments, the
 * first and the last sector, requests that overwrite themselves, a disk that fails.
 *
 * Disk 0 keeps what is written; disk 1 fails whatever touches its sectors 100 to 107.
 *
 * guest: mem=16M disk=keep disk=bad
 * covers: GEN-8 MEM-10 BLK-1 BLK-2 BLK-3 BLK-5 BLK-6 BLK-7 BLK-9 BLK-10 BLK-11
 */
#include "suite.h"

#define RING      ((volatile struct silk_ring *)SILK_I386_BLK_RING)
#define SECTOR    SILK_BLK_SECTOR
#define SECTORS   2048u
#define WRITTEN   (SPARE_GPA + 64 * PAGE_SIZE)  /* what is written */
#define READ_TO   (SPARE_GPA + 128 * PAGE_SIZE) /* where it is read to */
#define AREA      (64 * PAGE_SIZE)
#define MARK      0xa5u
#define BAD       100u
#define TIMEOUT   (10 * (uint64_t)NS_PER_S)
#define NO_STATUS 0x7fffffff
#define BLOCK_BIT (1u << SILK_EVENT_BLOCK)

static struct silk_blk_request requests[16];

static uint8_t *bytes_at(uint32_t gpa)
{
	return gpa_to_va(gpa);
}

static uint32_t differ(uint32_t a, uint32_t b, uint32_t length)
{
	return (uint32_t)memcmp(bytes_at(a), bytes_at(b), length);
}

static bool completions(uint32_t n)
{
	uint64_t until = time_ns() + TIMEOUT;

	while (RING->producer - RING->consumer < n)
		if (time_ns() > until)
			return false;
	return true;
}

/* The next completion's status, which must be of that cookie. */
static int32_t status_of(uint32_t cookie)
{
	volatile struct silk_completion *c = &RING->entry[RING->consumer % SILK_RING_ENTRIES];
	int32_t status;

	if (!completions(1))
		return NO_STATUS;
	expect(cookie, c->cookie, "cookie");
	status = c->status;
	RING->consumer++;
	return status;
}

static int32_t carried_out(const struct silk_blk_request *r)
{
	expect(1, (uint32_t)hv_blk_submit(r, 1), "blk_submit");
	return status_of(r->cookie);
}

static struct silk_blk_request simple(uint16_t device, uint8_t op, uint64_t sector,
				      uint32_t gpa, uint32_t length)
{
	static uint32_t cookie = 0xc0000;

	cookie++;

	return (struct silk_blk_request){
		.cookie = cookie,
		.device = device,
		.op = op,
		.sector = sector,
		.segments = op == SILK_BLK_FLUSH ? 0 : 1,
		.segment = { { gpa, length } },
	};
}

static int32_t transfer(uint16_t device, uint8_t op, uint64_t sector, uint32_t gpa,
			uint32_t length)
{
	struct silk_blk_request r = simple(device, op, sector, gpa, length);

	return carried_out(&r);
}

static void pattern(uint32_t gpa, uint32_t length, uint32_t seed)
{
	for (uint32_t i = 0; i < length; i++)
		bytes_at(gpa)[i] = (uint8_t)(seed + i * 3 + (i >> 9) * 7);
}

static void marks(uint32_t gpa, uint32_t length)
{
	memset(bytes_at(gpa), MARK, length);
}

static void devices(void)
{
	test("BLK-1", "sizes and flags of the disks");
	for (uint32_t i = 0; i < SILK_BLK_DEVICES; i++) {
		const struct silk_blk_info *b = &info()->blk[i];

		expect(i < 2 ? SECTORS : 0, (uint32_t)b->sectors, "disk %u: sectors", i);
		expect(i < 2 ? SILK_BLK_F_PRESENT : 0,
		       b->flags & ~(uint32_t)SILK_BLK_F_FLUSH, "disk %u: flags", i);
		expect(0, b->reserved, "disk %u: reserved", i);
	}
	end();
}

/* Segments of 1 to 14 sectors, apart from each other and in no order. */
static void scatter(struct silk_blk_request *r, uint32_t base)
{
	r->segments = SILK_BLK_SEGMENTS;
	for (uint32_t i = 0; i < SILK_BLK_SEGMENTS; i++) {
		uint32_t place = (i * 5 + 3) % SILK_BLK_SEGMENTS;

		r->segment[i].address = base + place * 4 * PAGE_SIZE + place * 4;
		r->segment[i].length = SECTOR * (i + 1);
	}
}

static void scattered(void)
{
	struct silk_blk_request out = simple(0, SILK_BLK_WRITE, 7, 0, 0), in;
	uint32_t inside = 0, at = 0;

	test("BLK-2 BLK-3 BLK-5", "14 segments, written and read back in other places");
	pattern(WRITTEN, AREA, 1);
	scatter(&out, WRITTEN);
	expect(0, (uint32_t)carried_out(&out), "status of the WRITE");
	marks(READ_TO, AREA);
	in = simple(0, SILK_BLK_READ, 7, READ_TO + 512, SECTOR * 105);
	expect(0, (uint32_t)carried_out(&in), "status of the READ");
	for (uint32_t i = 0; i < SILK_BLK_SEGMENTS; i++) {
		uint32_t n = out.segment[i].length;

		expect(0, (uint32_t)memcmp(bytes_at(READ_TO + 512 + at), bytes_at(out.segment[i].address), n),
		       "segment %u: difference", i);
		at += n;
	}
	expect(MARK, bytes_at(READ_TO)[511], "byte before the segment");
	expect(MARK, bytes_at(READ_TO)[512 + at], "byte behind the segment");
	marks(READ_TO, AREA);
	scatter(&in, READ_TO);
	expect(0, (uint32_t)carried_out(&in), "status of the scattered READ");
	for (uint32_t i = 0; i < SILK_BLK_SEGMENTS; i++)
		expect(0, differ(in.segment[i].address, out.segment[i].address, in.segment[i].length),
		       "segment %u, scattered: difference", i);
	for (uint32_t i = 0; i < SILK_BLK_SEGMENTS; i++)
		marks(in.segment[i].address, in.segment[i].length);
	for (uint32_t i = 0; i < AREA; i++)
		inside += bytes_at(READ_TO)[i] != MARK;
	expect(0, inside, "bytes outside of the segments that changed");
	end();
}

static void ignored(void)
{
	struct silk_blk_request r = simple(0, SILK_BLK_READ, 0, READ_TO, SECTOR);

	test("BLK-2", "segments beyond the count, FLUSH's sector, cookies of any value");
	for (uint32_t i = 1; i < SILK_BLK_SEGMENTS; i++)
		r.segment[i] = (struct silk_blk_segment){ ABSENT_GPA + i, ~i };
	r.cookie = 0;
	expect(0, (uint32_t)carried_out(&r), "status, cookie 0");
	r.cookie = ~0u;
	expect(0, (uint32_t)carried_out(&r), "status, cookie ~0");
	r = simple(0, SILK_BLK_FLUSH, ~(uint64_t)0, ABSENT_GPA, ~0u);
	expect(0, (uint32_t)carried_out(&r), "status of a FLUSH");
	end();
}

static void edges(void)
{
	test("BLK-1 BLK-10", "the first sector and the last, one after the other");
	for (uint32_t i = 0; i < 8; i++) {
		uint32_t sector = i % 2 ? SECTORS - 1 : 0;

		pattern(WRITTEN, SECTOR, i + 40);
		expect(0, (uint32_t)transfer(0, SILK_BLK_WRITE, sector, WRITTEN, SECTOR),
		       "WRITE of sector %u", sector);
		marks(READ_TO, 2 * SECTOR);
		expect(0, (uint32_t)transfer(0, SILK_BLK_READ, sector, READ_TO, SECTOR),
		       "READ of sector %u", sector);
		expect(0, (uint32_t)memcmp(bytes_at(READ_TO), bytes_at(WRITTEN), SECTOR),
		       "sector %u: difference", sector);
		expect(MARK, bytes_at(READ_TO)[SECTOR], "byte behind it");
	}
	end();
}

/* Sixteen in flight to different sectors, and then all of them read. */
static void many(void)
{
	test("BLK-6 BLK-10", "16 requests in flight, each completed once");
	for (uint32_t round = 0; round < 10; round++) {
		uint32_t seen = 0;

		for (uint32_t i = 0; i < 16; i++) {
			uint32_t gpa = WRITTEN + i * 4096;

			pattern(gpa, 4096, round * 16 + i);
			requests[i] = simple(0, SILK_BLK_WRITE, 200 + i * 8, gpa, 4096);
			requests[i].cookie = i;
		}
		expect(16, (uint32_t)hv_blk_submit(requests, 16), "WRITEs accepted");
		expect_that(completions(16), "completions: expected 16, seen fewer");
		for (uint32_t i = 0; i < 16; i++) {
			uint32_t at = (RING->consumer + i) % SILK_RING_ENTRIES;

			seen |= 1u << (RING->entry[at].cookie & 31);
			expect(0, (uint32_t)RING->entry[at].status, "status");
		}
		RING->consumer += 16;
		expect(0xffff, seen, "cookies, a bit for each");
		marks(READ_TO, 16 * 4096);
		expect(0, (uint32_t)transfer(0, SILK_BLK_READ, 200, READ_TO, 16 * 4096),
		       "READ");
		expect(0, (uint32_t)memcmp(bytes_at(READ_TO), bytes_at(WRITTEN), 16 * 4096),
		       "round %u: difference", round);
	}
	end();
}

/* The requests lie where the first ones bring data to: those are zeros. */
static void overwritten(void)
{
	struct silk_blk_request *r = gpa_to_va(READ_TO);
	uint32_t seen = 0;

	test("GEN-8", "requests that are overwritten by what they read");
	memset(bytes_at(WRITTEN), 0, 8 * SECTOR);
	expect(0, (uint32_t)transfer(0, SILK_BLK_WRITE, 400, WRITTEN, 8 * SECTOR), "WRITE");
	for (uint32_t round = 0; round < 50; round++) {
		for (uint32_t i = 0; i < 16; i++) {
			r[i] = simple(0, SILK_BLK_READ, 400, READ_TO, 4 * SECTOR);
			r[i].cookie = 0x1000 + i;
		}
		expect(16, (uint32_t)hv_blk_submit(r, 16), "requests accepted");
		expect_that(completions(16), "completions: expected 16, seen fewer");
		seen = 0;
		for (uint32_t i = 0; i < 16; i++) {
			uint32_t at = (RING->consumer + i) % SILK_RING_ENTRIES;

			seen |= 1u << ((RING->entry[at].cookie - 0x1000) & 31);
			expect(0, (uint32_t)RING->entry[at].status, "status");
		}
		RING->consumer += 16;
		expect(0xffff, seen, "cookies, a bit for each");
	}
	end();
}

static void flush(void)
{
	test("BLK-9", "FLUSH after WRITE, and FLUSH alone");
	for (uint32_t i = 0; i < 5; i++) {
		pattern(WRITTEN, SECTOR, i);
		expect(0, (uint32_t)transfer(0, SILK_BLK_WRITE, 9, WRITTEN, SECTOR), "WRITE");
		expect(0, (uint32_t)transfer(0, SILK_BLK_FLUSH, 0, 0, 0), "FLUSH");
		expect(0, (uint32_t)transfer(0, SILK_BLK_FLUSH, 0, 0, 0), "FLUSH again");
		expect(0, (uint32_t)transfer(0, SILK_BLK_READ, 9, READ_TO, SECTOR), "READ");
		expect(0, (uint32_t)memcmp(bytes_at(READ_TO), bytes_at(WRITTEN), SECTOR),
		       "difference");
	}
	end();
}

static void event(void)
{
	test("BLK-7", "the event, and the data before the completion");
	for (uint32_t i = 0; i < 50; i++) {
		struct silk_blk_request r = simple(0, SILK_BLK_READ, 9, READ_TO, SECTOR);

		marks(READ_TO, SECTOR);
		__atomic_and_fetch(&vcpu()->pending, ~BLOCK_BIT, __ATOMIC_SEQ_CST);
		expect(1, (uint32_t)hv_blk_submit(&r, 1), "blk_submit");
		expect_that(completions(1), "completion: expected, seen none");
		expect(0, (uint32_t)memcmp(bytes_at(READ_TO), bytes_at(WRITTEN), SECTOR),
		       "difference as soon as producer moved");
		expect(0, (uint32_t)status_of(r.cookie), "status");
		for (uint64_t until = time_ns() + NS_PER_S;
		     !(READ_ONCE(vcpu()->pending) & BLOCK_BIT) && time_ns() < until;)
			;
		expect_that(vcpu()->pending & BLOCK_BIT, "event BLOCK: expected, seen nothing");
	}
	end();
}

static void pins(void)
{
	const volatile struct silk_diag *diag = &vcpu()->diag;
	uint32_t in_flight = 0;

	test("MEM-10", "the chunk of a request is pinned until it completes, and not longer");
	for (uint32_t i = 0; i < 200; i++) {
		struct silk_blk_request r = simple(0, SILK_BLK_READ, 9, READ_TO, 64 * SECTOR);
		uint32_t before = RING->producer, clause;

		expect(1, (uint32_t)hv_blk_submit(&r, 1), "blk_submit");
		expect(ERRNO(EBUSY), (uint32_t)hv_chunk_give(SPARE_CHUNK), "chunk_give");
		clause = diag->clause & 0xffff;
		if (RING->producer == before) {
			in_flight++;
			expect(60, clause, "while in flight: MEM clause");
		}
		expect(0, (uint32_t)status_of(r.cookie), "status");
	}
	expect(ERRNO(EBUSY), (uint32_t)hv_chunk_give(SPARE_CHUNK), "chunk_give afterwards");
	expect(61, diag->clause & 0xffff, "afterwards: MEM clause");
	expect_that(in_flight > 0, "requests still in flight: expected some, seen none");
	end();
}

/* ---- the disk that fails ---- */

static void failures(void)
{
	uint32_t wrong = 0;

	test("BLK-7 BLK-11", "a READ and a WRITE that the disk fails");
	pattern(WRITTEN, 32 * SECTOR, 77);
	for (uint32_t i = 0; i < 32; i++)
		if (i < 10 || i > 17)
			expect(0, (uint32_t)transfer(1, SILK_BLK_WRITE, BAD - 10 + i, WRITTEN + i * SECTOR, SECTOR),
			       "WRITE of a good sector");
	marks(READ_TO, AREA);
	expect(ERRNO(EIO), (uint32_t)transfer(1, SILK_BLK_READ, BAD, READ_TO + 4096, SECTOR),
	       "READ of a bad sector");
	expect(ERRNO(EIO), (uint32_t)transfer(1, SILK_BLK_READ, BAD - 10, READ_TO + 4096, 32 * SECTOR),
	       "READ across bad sectors");
	expect(ERRNO(EIO), (uint32_t)transfer(1, SILK_BLK_WRITE, BAD + 1, WRITTEN, 2 * SECTOR),
	       "WRITE to bad sectors");
	for (uint32_t i = 0; i < 4096; i++)
		wrong += bytes_at(READ_TO)[i] != MARK;
	for (uint32_t i = 4096 + 32 * SECTOR; i < AREA; i++)
		wrong += bytes_at(READ_TO)[i] != MARK;
	expect(0, wrong, "bytes outside of the segments that changed");
	for (uint32_t i = 0; i < 32; i++) {
		if (i >= 10 && i <= 17)
			continue;
		expect(0, (uint32_t)transfer(1, SILK_BLK_READ, BAD - 10 + i, READ_TO, SECTOR),
		       "READ of a good sector");
		expect(0, (uint32_t)memcmp(bytes_at(READ_TO), bytes_at(WRITTEN + i * SECTOR), SECTOR),
		       "sector %u: difference", BAD - 10 + i);
	}
	end();
}

void hostile_main(void)
{
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags ||
	    !info()->blk[1].flags) {
		test("BLK-2", "data of disks");
		skip("group BLOCK is not offered, or no disks");
		return;
	}
	devices();
	scattered();
	ignored();
	edges();
	many();
	overwritten();
	flush();
	event();
	pins();
	failures();
}
