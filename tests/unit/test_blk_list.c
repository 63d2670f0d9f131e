// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_blk_list.c - requests whose segments lie in a list [BLK-13], and what they
 * count [BLK-14].
 */
#include "blk_fixture.h"

#define PARTS(n) (((n) + SILK_BLK_SEGMENTS - 1) / SILK_BLK_SEGMENTS)

static struct guest *g;
static struct vcpu *v;

static void setup(void)
{
	blk_machine();
	g = blk_guest(0);
	v = g->vcpu[0];
}

/* covers: BLK-13 */
START_TEST(test_list_reaches_the_backend)
{
	static const u32 counts[] = { 1, 13, 14, 15, 28, 29, 255, 256 };
	struct blk_io *io;
	u32 k, i;

	for (k = 0; k < ARRAY_SIZE(counts); k++) {
		build_list(g, 0, k % 2 ? SILK_BLK_READ : SILK_BLK_WRITE, counts[k])->sector = 3;
		ck_assert_uint_eq(submit(g, 1), 1);
		ck_assert_uint_eq(fake.io_count, 1);
		io = fake.io[0];
		ck_assert_uint_eq(io->op, k % 2 ? SILK_BLK_READ : SILK_BLK_WRITE);
		ck_assert_uint_eq(io->sector, 3);
		ck_assert_uint_eq(io->segments, counts[k]);
		ck_assert_uint_eq(io->parts, PARTS(counts[k]));
		ck_assert_uint_eq(g->blk_in_flight, PARTS(counts[k]));
		for (i = 0; i < counts[k]; i++) {
			ck_assert_uint_eq(segment_of(io, i)->machine,
					  fake_machine_of(g, DATA + i * 1024));
			ck_assert_uint_eq(segment_of(io, i)->bytes, 512);
		}
		complete(0, 0);
		ck_assert_uint_eq(g->blk_in_flight, 0);
		ck_assert_uint_eq(g->blk_ring->producer, k + 1);
		ck_assert_uint_eq(g->blk_ring->entry[k].cookie, 1000);
		g->blk_ring->consumer++;
	}
}
END_TEST

/* covers: BLK-13 GEN-8 */
START_TEST(test_list_is_copied)
{
	fake.disk_full = true;
	build_list(g, 0, SILK_BLK_READ, 100);
	ck_assert_uint_eq(submit(g, 1), 1);
	memset(list(g), 0xff, 100 * sizeof(*list(g)));
	fake.disk_full = false;
	build_list(g, 0, SILK_BLK_READ, 1);
	list(g)[0].address = 0xc00000;
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(fake.io_count, 2);
	ck_assert_uint_eq(segment_of(fake.io[0], 99)->machine,
			  fake_machine_of(g, DATA + 99 * 1024));
	ck_assert_uint_eq(fake.io[1]->segment[0].machine, fake_machine_of(g, 0xc00000));
}
END_TEST

static void refused_with(u32 value)
{
	ck_assert_uint_eq(v->page->diag.value, value);
	ck_assert_uint_eq(v->page->diag.argument, 1);
	ck_assert_uint_eq(fake.io_count, 0);
	ck_assert_uint_eq(g->blk_in_flight, 0);
	ck_assert(!chunk_pinned(chunk_nr(g, DATA)));
}

/* covers: BLK-13 BLK-53 BLK-54 BLK-55 BLK-56 BLK-57 BLK-58 BLK-60 CALL-7 */
START_TEST(test_order_of_refusals)
{
	struct silk_blk_request *r = build_list(g, 0, SILK_BLK_FLUSH, 256);

	FAKE_REFUSED(submit(g, 1), v, BLK_OP);
	refused_with(0x82);
	r->op = 3 | SILK_BLK_LIST;
	FAKE_REFUSED(submit(g, 1), v, BLK_OP);
	r->op = SILK_BLK_WRITE | SILK_BLK_LIST;
	r->device = 2;
	r->segments = 0;
	FAKE_REFUSED(submit(g, 1), v, BLK_READONLY);
	r->op = SILK_BLK_READ | SILK_BLK_LIST;
	r->segment[0] = (struct silk_blk_segment){ 0xefff0000, 257 };
	FAKE_REFUSED(submit(g, 1), v, BLK_SEGMENTS);
	refused_with(0);
	r->segments = 2;
	FAKE_REFUSED(submit(g, 1), v, BLK_SEGMENTS);
	refused_with(2);
	r->segments = 1;
	FAKE_REFUSED(submit(g, 1), v, BLK_SEGMENTS);
	refused_with(257);
	r->segment[0].length = 0;
	FAKE_REFUSED(submit(g, 1), v, BLK_SEGMENTS);
	refused_with(0);
	r->segment[0].length = 256;
	list(g)[0].length = 5;
	FAKE_REFUSED(submit(g, 1), v, BLK_LIST);
	refused_with(0xefff0000);
	r->segment[0].address = FAKE_GVA(LIST);
	list(g)[0] = (struct silk_blk_segment){ 0, 512 };
	list(g)[255].length = 5;
	FAKE_REFUSED(submit(g, 1), v, BLK_LENGTH);
	refused_with(5);
	list(g)[255].length = 512;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	refused_with(0);
	list(g)[0].address = DATA;
	list(g)[255].address = 0x1000000;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	refused_with(0x1000000);
	list(g)[255].address = DATA;
	r->sector = SECTORS - 255;
	FAKE_REFUSED(submit(g, 1), v, BLK_RANGE);
	refused_with(SECTORS - 255);
	r->sector = SECTORS - 256;
	ck_assert_uint_eq(submit(g, 1), 1);
}
END_TEST

/* A list that ends with the memory, and one that goes on beyond it.
 * covers: BLK-13 BLK-60 */
START_TEST(test_list_at_the_end)
{
	struct silk_blk_request *r = build_list(g, 0, SILK_BLK_READ, 2);

	memcpy(fake_gpa(g, 0x1000000 - 16), list(g), 16);
	r->segment[0].address = FAKE_GVA(0x1000000 - 16);
	ck_assert_uint_eq(submit(g, 1), 1);
	complete(0, 0);
	r->segment[0].length = 3;
	FAKE_REFUSED(submit(g, 1), v, BLK_LIST);
	r->segment[0].address = 0xfffffff0;
	FAKE_REFUSED(submit(g, 1), v, BLK_LIST);
	r->segment[0].address = SILK_I386_HYPERVISOR - 16;
	FAKE_REFUSED(submit(g, 1), v, BLK_LIST);
}
END_TEST

/* covers: BLK-5 BLK-13 MEM-10 */
START_TEST(test_every_segment_is_pinned)
{
	u32 n;

	for (n = 1; n <= SILK_BLK_LIST_MAX; n += 15) {
		build_list(g, 0, SILK_BLK_READ, n);
		list(g)[n - 1].address = 0xc00000;
		ck_assert_uint_eq(submit(g, 1), 1);
		ck_assert(chunk_pinned(chunk_nr(g, 0xc00000)));
		ck_assert_int_eq(chunk_pinned(chunk_nr(g, DATA)), n > 1);
		complete(0, 0);
		ck_assert(!chunk_pinned(chunk_nr(g, 0xc00000)));
		ck_assert(!chunk_pinned(chunk_nr(g, DATA)));
		g->blk_ring->consumer++;
	}
}
END_TEST

/* A call ends before what counts as more than SILK_BLK_SUBMIT_MAX.
 * covers: BLK-14 */
START_TEST(test_a_call_is_bounded)
{
	u32 k, most = SILK_BLK_SUBMIT_MAX / PARTS(256);

	for (k = 0; k < 8; k++)
		build_list(g, k, SILK_BLK_READ, 256);
	ck_assert_uint_eq(submit(g, 8), most);
	ck_assert_int_eq(fake_why(v), SILK_R_NONE);
	ck_assert_uint_eq(fake.io_count, most);
	/* One of 15 segments counts as 2. */
	for (k = 0; k < SILK_BLK_SUBMIT_MAX; k++)
		build_list(g, k, SILK_BLK_READ, k % 2 ? 14 : 15);
	ck_assert_uint_eq(submit(g, SILK_BLK_SUBMIT_MAX), 42);
	ck_assert_uint_eq(g->blk_in_flight, most * 19 + 63);
	for (k = 0; k < 64; k++)
		build_list(g, k, SILK_BLK_READ, 14);
	ck_assert_uint_eq(submit(g, 64), 64);
}
END_TEST

/* covers: BLK-4 BLK-7 BLK-14 BLK-59 */
START_TEST(test_lists_fill_the_ring)
{
	u32 k;

	for (k = 0; k < 13; k++) { /* 13 * 19 = 247 */
		build_list(g, 0, SILK_BLK_READ, 256);
		ck_assert_uint_eq(submit(g, 1), 1);
	}
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	build_list(g, 0, SILK_BLK_READ, 9 * 14 + 1);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	build_list(g, 0, SILK_BLK_READ, 9 * 14);
	ck_assert_uint_eq(submit(g, 1), 1);
	build(g, 0, 0, SILK_BLK_READ, 0);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	/* One ends: its entry is not consumed, 18 are free. */
	complete(0, 0);
	build_list(g, 0, SILK_BLK_READ, 18 * 14 + 1);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	build_list(g, 0, SILK_BLK_READ, 18 * 14);
	ck_assert_uint_eq(submit(g, 1), 1);
	while (fake.io_count)
		complete(0, 0);
	ck_assert_uint_eq(g->blk_ring->producer, 15);
	ck_assert_uint_eq(g->blk_in_flight, 0);
	for (k = 0; k < SILK_RING_ENTRIES - 15; k++) {
		build(g, 0, 0, SILK_BLK_READ, 0);
		ck_assert_uint_eq(submit(g, 1), 1);
	}
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
}
END_TEST

/* A list that an earlier run's requests leave no room for hears of it when there is
 * room for all of it. covers: BLK-7 BLK-14 BLK-59 */
START_TEST(test_room_after_an_earlier_run)
{
	u32 k;

	for (k = 0; k < SILK_RING_ENTRIES; k++) {
		build(g, 0, 0, SILK_BLK_READ, 0);
		ck_assert_uint_eq(submit(g, 1), 1);
	}
	blk_guest_stop(g);
	memset(g->blk_ring, 0, PAGE_SIZE);
	v->page->pending = 0;
	blk_guest_boot(g);
	build_list(g, 0, SILK_BLK_READ, 29);
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	complete(0, 0);
	complete(0, 0);
	ck_assert(!event_pending(g));
	complete(0, 0);
	ck_assert(event_pending(g));
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(g->blk_in_flight, 3);
}
END_TEST

/* Lists that wait, or are with the disk, when their run ends. covers: LIFE-10 MEM-10 */
START_TEST(test_end_of_a_run)
{
	u32 before = fake.hv_pages_used, k;

	build_list(g, 0, SILK_BLK_READ, 256);
	ck_assert_uint_eq(submit(g, 1), 1);
	fake.disk_full = true;
	ck_assert_uint_eq(submit(g, 1), 1);
	blk_guest_stop(g);
	fake.disk_full = false;
	ck_assert(chunk_pinned(chunk_nr(g, DATA)));
	complete(0, 0);
	ck_assert(!chunk_pinned(chunk_nr(g, DATA)));
	memset(g->blk_ring, 0, PAGE_SIZE);
	blk_guest_boot(g);
	for (k = 0; k < SILK_RING_ENTRIES; k++) { /* nothing has got lost */
		build(g, 0, 0, SILK_BLK_READ, 0);
		ck_assert_uint_eq(submit(g, 1), 1);
	}
	ck_assert_uint_eq(fake.hv_pages_used, before);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, test_list_reaches_the_backend);
	tcase_add_test(c, test_list_is_copied);
	tcase_add_test(c, test_order_of_refusals);
	tcase_add_test(c, test_list_at_the_end);
	tcase_add_test(c, test_every_segment_is_pinned);
	tcase_add_test(c, test_a_call_is_bounded);
	tcase_add_test(c, test_lists_fill_the_ring);
	tcase_add_test(c, test_room_after_an_earlier_run);
	tcase_add_test(c, test_end_of_a_run);
}

UNIT_MAIN("blk lists", tests)
