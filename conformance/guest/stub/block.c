// SPDX-License-Identifier: GPL-2.0-only
/*
 * block.c - one disk in memory, the second module.
 *
 * The data move when a request completes, as late as they may; what the guest
 * did to them before shows. Invariant: each request that was accepted completes
 * once, and its chunks are pinned until then.
 */
#include "watch.h"

#define MOST       SILK_RING_ENTRIES
#define EARLIER_MS 3000u

static struct flight {
	struct silk_blk_request request;
	u64 when; /* of the machine's counter */
	u32 sum;  /* of a WRITE's data when it was accepted */
	u32 serial;
} flights[MOST];
static u32 in_flight, accepted;
static u8 *disk;
static u64 earlier[MOST]; /* when requests of a run that has ended will be done */
static u32 earlier_count;
static bool room_wanted;

void block_init(u32 module, u32 length)
{
	disk = seen_at(module);
	info_page.blk[0].sectors = length / SILK_BLK_SECTOR;
	info_page.blk[0].flags = SILK_BLK_F_PRESENT |
				 (mood == MINIMAL ? 0 : SILK_BLK_F_FLUSH);
}

static void leave_earlier(u64 when)
{
	if (earlier_count < MOST)
		earlier[earlier_count++] = when;
}

/* A run that ends leaves requests in flight; they take room until they are done, and do
 * nothing more [LIFE-10]. Before the first there may have been another, of another kernel:
 * the guest can't know. */
void block_new_run(void)
{
	static bool before;

	for (u32 i = 0; !before && i < options.earlier; i++)
		leave_earlier(tsc() + (u64)tsc_khz() * (random() % EARLIER_MS));
	before = true;
	for (u32 i = 0; i < in_flight; i++)
		leave_earlier(flights[i].when);
	in_flight = 0;
	room_wanted = false;
}

static u32 sum_of(const struct silk_blk_request *r)
{
	u32 sum = 0;

	for (u32 i = 0; i < r->segments; i++) {
		const u32 *at = at_gpa(r->segment[i].address);

		for (u32 k = 0; k < r->segment[i].length / 4; k++)
			sum = (sum << 5 | sum >> 27) ^ at[k];
	}
	return sum;
}

bool block_pinned(u32 chunk)
{
	for (u32 i = 0; i < in_flight; i++)
		for (u32 k = 0; k < flights[i].request.segments; k++)
			if (flights[i].request.segment[k].address / CHUNK == chunk)
				return true;
	return false;
}

bool block_reading(u32 machine, u32 bytes)
{
	for (u32 i = 0; i < in_flight; i++) {
		const struct silk_blk_request *r = &flights[i].request;

		for (u32 k = 0; r->op == SILK_BLK_READ && k < r->segments; k++) {
			u32 from = to_machine(r->segment[k].address);

			if (from < machine + bytes && machine < from + r->segment[k].length)
				return true;
		}
	}
	return false;
}

static void move(const struct silk_blk_request *r)
{
	u8 *at = disk + (u32)r->sector * SILK_BLK_SECTOR;

	for (u32 i = 0; i < r->segments; i++) {
		void *memory = at_gpa(r->segment[i].address);
		u32 n = r->segment[i].length;

		if (r->op == SILK_BLK_READ) {
			memcpy(memory, at, n);
			early_filled(to_machine(r->segment[i].address), n);
		} else
			memcpy(at, memory, n);
		at += n;
	}
}

static void complete(u32 index)
{
	struct flight *f = &flights[index];

	if (f->request.op == SILK_BLK_WRITE) {
		judged(CL(BLK, 12));
		if (sum_of(&f->request) != f->sum)
			broke(CL(BLK, 12), "a WRITE's segments left alone until it completes",
			      "memory of the request with cookie %x was changed",
			      f->request.cookie);
	}
	for (u32 i = 0; i < in_flight; i++)
		if (flights[i].serial < f->serial) {
			nasty(NASTY_IO_ORDER);
			break;
		}
	move(&f->request);
	ring_complete(&block_ring, f->request.cookie, 0);
	*f = flights[--in_flight];
}

void block_poll(void)
{
	u64 at = in_flight || earlier_count ? tsc() : 0;

	if (room_wanted && chance(4)) {
		room_wanted = false;
		event(SILK_EVENT_BLOCK);
	}
	for (u32 i = 0; i < earlier_count; i++)
		if (earlier[i] <= at)
			earlier[i--] = earlier[--earlier_count];
	for (u32 i = 0; i < in_flight; i++)
		if (flights[i].when <= at)
			complete(i--);
}

/* Slow: 5 to 13 ms, and so in any order. A WRITE takes time enough for the guest
 * to spoil it. */
static u64 delay(u32 op)
{
	u32 us = op == SILK_BLK_WRITE ? 10000 : 100;

	if (mood == SLOW) {
		us = 5000 + random() % 8000;
		nasty(NASTY_IO_LATE);
	}
	return (u64)tsc_khz() * us / 1024;
}

static u32 check_segments(const struct silk_blk_request *r)
{
	u64 sectors = 0;

	for (u32 i = 0; i < r->segments; i++) {
		u32 from = r->segment[i].address, n = r->segment[i].length;

		if (n == 0 || n % SILK_BLK_SECTOR || from % 4)
			return refuse(SILK_R_BLK_LENGTH, from % 4 ? from : n);
		if (chunk_kind[from / CHUNK] != SILK_CHUNK_RAM || n > CHUNK - from % CHUNK)
			return refuse(SILK_R_BLK_OWNER, from);
		sectors += n / SILK_BLK_SECTOR;
	}
	if (r->op != SILK_BLK_FLUSH && (r->sector > info_page.blk[0].sectors ||
					sectors > info_page.blk[0].sectors - r->sector))
		return refuse(SILK_R_BLK_RANGE, (u32)r->sector);
	return 0;
}

/* [BLK-4] */
static bool full(void)
{
	if (!ring_room(&block_ring, in_flight))
		return true;
	if (!earlier_count || (mood != SLOW && mood != SCARCE) || !chance(3))
		return false;
	nasty(NASTY_IO_FULL);
	return true;
}

static u32 check(const struct silk_blk_request *r, u32 count)
{
	u32 most = r->op == SILK_BLK_FLUSH ? 0 : SILK_BLK_SEGMENTS;
	u32 error;

	if (r->device != 0)
		return refuse(SILK_R_BLK_DEVICE, r->device);
	if (r->op > SILK_BLK_FLUSH)
		return refuse(SILK_R_BLK_OP, r->op);
	if (r->segments > most || (r->segments == 0 && most > 0))
		return refuse(SILK_R_BLK_SEGMENTS, r->segments);
	error = check_segments(r);
	if (error)
		return error;
	if (!full())
		return 0;
	room_wanted = true;
	return refuse(SILK_R_BLK_FULL, count);
}

static void accept(const struct silk_blk_request *r)
{
	struct flight *f = &flights[in_flight];

	f->request = *r;
	f->when = tsc() + delay(r->op);
	f->serial = accepted++;
	if (r->op == SILK_BLK_WRITE)
		f->sum = sum_of(r);
	in_flight++;
	if (r->op != SILK_BLK_READ)
		return;
	for (u32 i = 0; i < r->segments; i++)
		early_reused(to_machine(r->segment[i].address), r->segment[i].length);
	judged(CL(BLK, 12));
	if (mood == POISONED)
		for (u32 i = 0; i < r->segments; i++)
			fill_rubbish(at_gpa(r->segment[i].address), r->segment[i].length);
	drop_all(); /* so that looks at it are seen */
}

u32 call_blk_submit(u32 requests, u32 count, u32 c)
{
	struct silk_blk_request r;

	(void)c;
	if (count == 0 || count > SILK_BLK_SUBMIT_MAX)
		return refuse(SILK_R_BLK_COUNT, count);
	for (u32 i = 0; i < count; i++) {
		u32 va = requests + i * sizeof(r), error;

		if (va < requests || !copy_in(&r, va, sizeof(r)))
			return i ? i : refuse(SILK_R_BLK_FAULT, va);
		error = check(&r, count);
		if (error)
			return i ? i : error;
		accept(&r);
	}
	return count;
}
