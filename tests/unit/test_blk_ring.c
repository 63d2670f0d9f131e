// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_blk_ring.c - what becomes of accepted requests: queues, completion ring,
 * pins, and what is left of a guest's run after its end.
 */
#include "blk_fixture.h"

static struct guest *g, *h;
static struct vcpu *v;

static void setup(void)
{
	blk_machine();
	g = blk_guest(0);
	h = blk_guest(1);
	v = g->vcpu[0];
}

/* covers: BLK-2 BLK-6 BLK-7 BLK-11 */
START_TEST(test_completion)
{
	build(g, 0, 0, SILK_BLK_READ, 0);
	build(g, 1, 1, SILK_BLK_READ, 0);
	ck_assert_uint_eq(submit(g, 2), 2);
	ck_assert(!event_pending(g));
	complete(1, 0);
	ck_assert(event_pending(g));
	ck_assert_uint_eq(g->blk_ring->producer, 1);
	ck_assert_uint_eq(g->blk_ring->entry[0].cookie, 1001);
	ck_assert_int_eq(g->blk_ring->entry[0].status, 0);
	v->page->pending = 0;
	complete(0, -SILK_EIO);
	ck_assert(event_pending(g));
	ck_assert_uint_eq(g->blk_ring->producer, 2);
	ck_assert_uint_eq(g->blk_ring->entry[1].cookie, 1000);
	ck_assert_int_eq(g->blk_ring->entry[1].status, -SILK_EIO);
	ck_assert_uint_eq(g->blk_in_flight, 0);
	ck_assert_uint_eq(blk_busy(g), 0);
}
END_TEST

/* covers: BLK-5 MEM-10 */
START_TEST(test_pins)
{
	struct silk_blk_request *r = build(g, 0, 0, SILK_BLK_READ, 0);

	r->segments = 3;
	r->segment[1] = (struct silk_blk_segment){ 0xc00000, 512 };
	r->segment[2] = (struct silk_blk_segment){ 0xd00000, 512 };
	build(g, 1, 0, SILK_BLK_READ, 0);
	ck_assert_uint_eq(submit(g, 2), 2);
	ck_assert(!chunk_pinned(chunk_nr(g, 0x400000)));
	ck_assert(chunk_pinned(chunk_nr(g, DATA)));
	ck_assert(chunk_pinned(chunk_nr(g, 0xc00000)));
	FAKE_REFUSED(FAKE_CALL(v, chunk_convert, 3, SILK_CHUNK_TABLE, 0), v,
		     CONVERT_PINNED);
	FAKE_REFUSED(FAKE_CALL(v, chunk_give, 3, 0, 0), v, GIVE_PINNED);
	complete(0, 0);
	ck_assert(chunk_pinned(chunk_nr(g, DATA)));
	ck_assert(!chunk_pinned(chunk_nr(g, 0xc00000)));
	complete(0, 0);
	ck_assert(!chunk_pinned(chunk_nr(g, DATA)));
}
END_TEST

/* covers: BLK-9 */
START_TEST(test_flush)
{
	build(g, 0, 1, SILK_BLK_FLUSH, 5);
	ck_assert_uint_eq(submit(g, 1), 1);
	/* No cache, nothing to do. */
	ck_assert_uint_eq(fake.io_count, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 1);
	ck_assert_int_eq(g->blk_ring->entry[0].status, 0);
	ck_assert(event_pending(g));
	build(g, 0, 0, SILK_BLK_FLUSH, 5);
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(fake.io_count, 1);
	ck_assert_uint_eq(fake.io[0]->op, SILK_BLK_FLUSH);
	ck_assert_uint_eq(fake.io[0]->segments, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 1);
	complete(0, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 2);
}
END_TEST

static void submit_many(struct guest *who, u32 count)
{
	u32 k;

	for (k = 0; k < count; k++) {
		build(who, 0, 0, SILK_BLK_READ, k);
		request(who, 0)->cookie = k;
		ck_assert_uint_eq(submit(who, 1), 1);
	}
}

/* covers: BLK-4 BLK-6 BLK-59 */
START_TEST(test_ring_is_never_overrun)
{
	u32 k;

	submit_many(g, SILK_RING_ENTRIES);
	build(g, 0, 0, SILK_BLK_READ, 0);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	for (k = 0; k < SILK_RING_ENTRIES; k++)
		complete(0, 0);
	/* All are done, and none is consumed. */
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	for (k = 0; k < SILK_RING_ENTRIES; k++)
		ck_assert_uint_eq(g->blk_ring->entry[k].cookie, k);
	g->blk_ring->consumer = 1;
	ck_assert_uint_eq(submit(g, 1), 1);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	/* Room for 10: of more than that, 10 are taken, with no refusal. */
	g->blk_ring->consumer = 11;
	for (k = 0; k < 20; k++)
		build(g, k, 0, SILK_BLK_READ, 0);
	ck_assert_uint_eq(submit(g, 20), 10);
	ck_assert_int_eq(fake_why(v), SILK_R_NONE);
	for (k = 0; k < 11; k++)
		complete(0, 0);
	ck_assert_uint_eq(g->blk_ring->producer, SILK_RING_ENTRIES + 11);
}
END_TEST

/* covers: BLK-6 */
START_TEST(test_ring_wraps_around)
{
	u32 k;

	for (k = 0; k < 1000; k++) {
		build(g, 0, 0, SILK_BLK_READ, 0);
		request(g, 0)->cookie = k;
		ck_assert_uint_eq(submit(g, 1), 1);
		complete(0, 0);
		ck_assert_uint_eq(g->blk_ring->producer, k + 1);
		ck_assert_uint_eq(g->blk_ring->entry[k % SILK_RING_ENTRIES].cookie, k);
		g->blk_ring->consumer = k + 1;
	}
}
END_TEST

/* covers: BLK-6 BLK-59 */
START_TEST(test_consumer_ahead_of_producer)
{
	u32 k;

	for (k = 0; k < 3; k++) {
		build(g, 0, 0, SILK_BLK_READ, 0);
		ck_assert_uint_eq(submit(g, 1), 1);
		g->blk_ring->consumer = 1;
		FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
		g->blk_ring->consumer = k + 2;
		FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
		g->blk_ring->consumer = 0;
	}
	complete(0, 0);
	g->blk_ring->consumer = 2;
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	g->blk_ring->consumer = 1;
	ck_assert_uint_eq(submit(g, 1), 1);
}
END_TEST

/* Whatever the guest writes to the ring, at most so many requests are in flight,
 * and only the page of the ring is written.
 * covers: BLK-6 BLK-8 */
START_TEST(test_lies_about_the_ring)
{
	u32 seed = 1, k, accepted = 0, done = 0, cookie;

	for (k = 0; k < 20000; k++) {
		seed = seed * 1103515245u + 12345u;
		g->blk_ring->consumer = seed >> 16 & 1 ? seed : done - (seed >> 20) % 400;
		g->blk_ring->producer = seed;
		build(g, 0, 0, SILK_BLK_READ, 0);
		request(g, 0)->cookie = k;
		if (submit(g, 1) == 1)
			accepted++;
		else
			ck_assert_int_eq(fake_why(v), SILK_R_BLK_FULL);
		ck_assert_uint_le(g->blk_in_flight, SILK_RING_ENTRIES);
		ck_assert_uint_eq(g->blk_in_flight, fake.io_count);
		if (fake.io_count && seed >> 24 & 1) {
			cookie = fake.io[fake.io_count / 2]->cookie;
			complete(fake.io_count / 2, 0);
			ck_assert_uint_eq(g->blk_ring->entry[done %
							     SILK_RING_ENTRIES]
						  .cookie,
					  cookie);
			done++;
			ck_assert_uint_eq(g->blk_ring->producer, done);
		}
	}
	ck_assert_uint_eq(accepted, done + fake.io_count);
	ck_assert_uint_gt(done, 1000);
}
END_TEST

/* covers: BLK-10 */
START_TEST(test_backend_takes_from_guests_in_turn)
{
	u32 k;

	fake.disk_full = true;
	submit_many(g, 4);
	submit_many(h, 3);
	ck_assert_uint_eq(fake.io_count, 0);
	ck_assert_uint_eq(blk_busy(g), 0);
	fake.disk_full = false;
	build(g, 0, 0, SILK_BLK_READ, 4);
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(fake.io_count, 8);
	for (k = 0; k < 6; k++) {
		ck_assert_ptr_eq(fake.io[k]->guest, k % 2 ? h : g);
		ck_assert_uint_eq(fake.io[k]->sector, k / 2);
	}
	ck_assert_ptr_eq(fake.io[6]->guest, g);
	ck_assert_ptr_eq(fake.io[7]->guest, g);
}
END_TEST

/* A request that had to wait is started when another is done, and not before.
 * covers: BLK-4 */
START_TEST(test_waiting_requests_start)
{
	build(g, 0, 0, SILK_BLK_READ, 0);
	ck_assert_uint_eq(submit(g, 1), 1);
	fake.disk_full = true;
	build(g, 0, 0, SILK_BLK_READ, 1);
	ck_assert_uint_eq(submit(g, 1), 1);
	fake.disk_full = false;
	ck_assert_uint_eq(fake.io_count, 1);
	complete(0, 0);
	ck_assert_uint_eq(fake.io_count, 1);
	ck_assert_uint_eq(fake.io[0]->sector, 1);
	complete(0, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 2);
}
END_TEST

/* covers: BLK-7 */
START_TEST(test_dead_backend)
{
	fake.disk_full = true;
	submit_many(g, 100);
	fake.disk_full = false;
	fake.disk_dead = true;
	build(g, 0, 0, SILK_BLK_READ, 0);
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(g->blk_ring->producer, 101);
	ck_assert_int_eq(g->blk_ring->entry[100].status, -SILK_EIO);
	ck_assert_uint_eq(g->blk_in_flight, 0);
	ck_assert(!chunk_pinned(chunk_nr(g, DATA)));
}
END_TEST

static void reboot(void)
{
	blk_guest_stop(g);
	memset(g->blk_ring, 0, PAGE_SIZE);
	v->page->pending = 0;
	blk_guest_boot(g);
}

/* covers: BLK-6 LIFE-10 MEM-10 */
START_TEST(test_requests_of_an_earlier_run)
{
	submit_many(g, 3);
	complete(0, 0);
	fake.disk_full = true;
	submit_many(g, 3);
	reboot();
	fake.disk_full = false;
	ck_assert_uint_eq(g->blk_in_flight, 0);
	ck_assert_uint_eq(blk_busy(g), 2);
	ck_assert(chunk_pinned(chunk_nr(g, DATA)));
	build(g, 0, 0, SILK_BLK_READ, 77);
	request(g, 0)->segment[0].address = 0xc00000;
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(fake.io_count, 3);
	complete(0, 0);
	complete(0, -SILK_EIO);
	ck_assert(!chunk_pinned(chunk_nr(g, DATA)));
	ck_assert_uint_eq(g->blk_ring->producer, 0);
	ck_assert(!event_pending(g));
	complete(0, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 1);
	ck_assert_uint_eq(g->blk_ring->entry[0].cookie, 1000);
	ck_assert(event_pending(g));
}
END_TEST

/* An earlier run's requests leave no room: then their end is an event.
 * covers: BLK-4 BLK-7 BLK-59 */
START_TEST(test_room_after_an_earlier_run)
{
	submit_many(g, SILK_RING_ENTRIES);
	reboot();
	build(g, 0, 0, SILK_BLK_READ, 0);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	complete(0, 0);
	ck_assert(event_pending(g));
	v->page->pending = 0;
	complete(0, 0);
	ck_assert(!event_pending(g));
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(g->blk_ring->producer, 0);
}
END_TEST

/* While its guest is off nothing is written for it. covers: LIFE-10 */
START_TEST(test_stopped_guest)
{
	struct silk_ring *ring = g->blk_ring;

	submit_many(g, SILK_RING_ENTRIES);
	build(g, 0, 0, SILK_BLK_READ, 0);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	blk_guest_stop(g);
	g->blk_ring = NULL; /* a use of it would be a crash */
	complete(0, 0);
	ck_assert_uint_eq(blk_busy(g), SILK_RING_ENTRIES - 1);
	ck_assert_uint_eq(ring->producer, 0);
	ck_assert(!event_pending(g));
	g->blk_ring = ring;
}
END_TEST

START_TEST(test_memory_is_given_back)
{
	u32 before, with;

	blk_guest_stop(g);
	blk_guest_exit(g);
	before = fake.hv_pages_used;
	ck_assert_int_eq(blk_guest_init(g), 0);
	blk_guest_boot(g);
	with = fake.hv_pages_used;
	ck_assert_uint_gt(with, before);
	submit_many(g, 2);
	blk_guest_stop(g);
	blk_guest_exit(g);
	complete(0, 0);
	ck_assert_uint_eq(fake.hv_pages_used, with);
	complete(0, 0);
	ck_assert_uint_eq(fake.hv_pages_used, before);
	fake.hv_fail_after = 0;
	ck_assert_int_eq(blk_guest_init(g), -1);
	fake.hv_fail_after = ~0u;
	ck_assert_int_eq(blk_guest_init(g), 0);
	ck_assert_uint_eq(fake.hv_pages_used, with);
}
END_TEST

/* The guest's slot is used again before its last request has ended. */
START_TEST(test_slot_is_used_again)
{
	submit_many(g, 2);
	blk_guest_stop(g);
	blk_guest_exit(g);
	ck_assert_int_eq(blk_guest_init(g), 0);
	blk_guest_boot(g);
	complete(0, 0);
	complete(0, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 0);
	submit_many(g, SILK_RING_ENTRIES);
	complete(0, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 1);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, test_completion);
	tcase_add_test(c, test_pins);
	tcase_add_test(c, test_flush);
	tcase_add_test(c, test_ring_is_never_overrun);
	tcase_add_test(c, test_ring_wraps_around);
	tcase_add_test(c, test_consumer_ahead_of_producer);
	tcase_add_test(c, test_lies_about_the_ring);
	tcase_add_test(c, test_backend_takes_from_guests_in_turn);
	tcase_add_test(c, test_waiting_requests_start);
	tcase_add_test(c, test_dead_backend);
	tcase_add_test(c, test_requests_of_an_earlier_run);
	tcase_add_test(c, test_room_after_an_earlier_run);
	tcase_add_test(c, test_stopped_guest);
	tcase_add_test(c, test_memory_is_given_back);
	tcase_add_test(c, test_slot_is_used_again);
}

UNIT_MAIN("block requests", tests)
