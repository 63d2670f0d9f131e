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

/* A request and its segments, those of a list too [BLK-13]. */
struct asked {
	u32 cookie, op, count; /* op without SILK_BLK_LIST */
	u64 sector;
	struct silk_blk_segment segment[SILK_BLK_LIST_MAX];
};

static struct flight {
	struct asked request;
	u32 as_many; /* requests that it counts as [BLK-14] */
	u64 when;    /* of the machine's counter */
	u32 sum;     /* of a WRITE's data when it was accepted */
	u32 serial;
} flights[MOST];
static u32 in_flight, accepted;
static u32 counted; /* of all flights */
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
	in_flight = counted = 0;
	room_wanted = false;
}

static u32 sum_of(const struct asked *r)
{
	u32 sum = 0;

	for (u32 i = 0; i < r->count; i++) {
		const u32 *at = at_gpa(r->segment[i].address);

		for (u32 k = 0; k < r->segment[i].length / 4; k++)
			sum = (sum << 5 | sum >> 27) ^ at[k];
	}
	return sum;
}

bool block_pinned(u32 chunk)
{
	for (u32 i = 0; i < in_flight; i++)
		for (u32 k = 0; k < flights[i].request.count; k++)
			if (flights[i].request.segment[k].address / CHUNK == chunk)
				return true;
	return false;
}

bool block_reading(u32 machine, u32 bytes)
{
	for (u32 i = 0; i < in_flight; i++) {
		const struct asked *r = &flights[i].request;

		for (u32 k = 0; r->op == SILK_BLK_READ && k < r->count; k++) {
			u32 from = to_machine(r->segment[k].address);

			if (from < machine + bytes && machine < from + r->segment[k].length)
				return true;
		}
	}
	return false;
}

static void move(const struct asked *r)
{
	u8 *at = disk + (u32)r->sector * SILK_BLK_SECTOR;

	for (u32 i = 0; i < r->count; i++) {
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
	counted -= f->as_many;
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

static u32 check_segments(const struct asked *r)
{
	u64 sectors = 0;

	for (u32 i = 0; i < r->count; i++) {
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

static u32 counts_as(const struct asked *r)
{
	return r->count <= SILK_BLK_SEGMENTS ? 1 : (r->count + SILK_BLK_SEGMENTS - 1) / SILK_BLK_SEGMENTS;
}

/* [BLK-4] */
static bool full(const struct asked *r)
{
	if (!ring_room(&block_ring, counted + counts_as(r) - 1))
		return true;
	if (!earlier_count || (mood != SLOW && mood != SCARCE) || !chance(3))
		return false;
	nasty(NASTY_IO_FULL);
	return true;
}

/* [BLK-13]: the number, then the memory. */
static u32 fetch_list(const struct silk_blk_request *from, struct asked *r)
{
	const struct silk_blk_segment *list = &from->segment[0];

	if (from->segments != 1)
		return refuse(SILK_R_BLK_SEGMENTS, from->segments);
	if (list->length < 1 || list->length > SILK_BLK_LIST_MAX)
		return refuse(SILK_R_BLK_SEGMENTS, list->length);
	if (list->address + list->length * sizeof(*list) < list->address ||
	    !copy_in(r->segment, list->address, list->length * sizeof(*list)))
		return refuse(SILK_R_BLK_LIST, list->address);
	r->count = list->length;
	return 0;
}

static bool listed(const struct silk_blk_request *from)
{
	bool offered = info_page.features[SILK_GROUP_BLOCK] & SILK_F_BLOCK_LISTS;

	if (!(from->op & SILK_BLK_LIST))
		return false;
	judged(CL(GEN, 4));
	if (!offered)
		broke(CL(GEN, 4), "no list of segments without BLOCK_LISTS", "operation %x",
		      from->op);
	return offered && from->op != (SILK_BLK_FLUSH | SILK_BLK_LIST);
}

static u32 fetch(const struct silk_blk_request *from, struct asked *r)
{
	u32 most = SILK_BLK_SEGMENTS;

	r->cookie = from->cookie;
	r->sector = from->sector;
	if (from->device != 0)
		return refuse(SILK_R_BLK_DEVICE, from->device);
	r->op = listed(from) ? from->op - SILK_BLK_LIST : from->op;
	if (r->op > SILK_BLK_FLUSH)
		return refuse(SILK_R_BLK_OP, from->op);
	if (r->op != from->op)
		return fetch_list(from, r);
	if (r->op == SILK_BLK_FLUSH)
		most = 0;
	if (from->segments > most || (from->segments == 0 && most > 0))
		return refuse(SILK_R_BLK_SEGMENTS, from->segments);
	r->count = from->segments;
	memcpy(r->segment, from->segment, sizeof(from->segment));
	return 0;
}

static void accept(const struct asked *r)
{
	struct flight *f = &flights[in_flight];

	f->request = *r;
	f->as_many = counts_as(r);
	counted += f->as_many;
	f->when = tsc() + delay(r->op);
	f->serial = accepted++;
	if (r->op == SILK_BLK_WRITE)
		f->sum = sum_of(r);
	in_flight++;
	if (r->op != SILK_BLK_READ)
		return;
	for (u32 i = 0; i < r->count; i++)
		early_reused(to_machine(r->segment[i].address), r->segment[i].length);
	judged(CL(BLK, 12));
	if (mood == POISONED)
		for (u32 i = 0; i < r->count; i++)
			fill_rubbish(at_gpa(r->segment[i].address), r->segment[i].length);
	drop_all(); /* so that looks at it are seen */
}

/* What the next request is refused for now, if it is good; 0: it has been taken. */
static u32 take(const struct asked *r, u32 count)
{
	u32 error = check_segments(r);

	if (error)
		return error;
	if (full(r)) {
		room_wanted = true;
		return refuse(SILK_R_BLK_FULL, count);
	}
	accept(r);
	return 0;
}

u32 call_blk_submit(u32 requests, u32 count, u32 c)
{
	static struct asked asked;
	struct silk_blk_request r;
	u32 taken = 0;

	(void)c;
	if (count == 0 || count > SILK_BLK_SUBMIT_MAX)
		return refuse(SILK_R_BLK_COUNT, count);
	for (u32 i = 0; i < count; i++) {
		u32 va = requests + i * sizeof(r), error;

		if (va < requests || !copy_in(&r, va, sizeof(r)))
			return i ? i : refuse(SILK_R_BLK_FAULT, va);
		error = fetch(&r, &asked);
		if (!error && taken + counts_as(&asked) > SILK_BLK_SUBMIT_MAX)
			return i; /* enough for one call [BLK-14] */
		if (!error)
			error = take(&asked, count);
		if (error)
			return i ? i : error;
		taken += counts_as(&asked);
	}
	return count;
}
