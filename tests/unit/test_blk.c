// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_blk.c - blk_submit: what is accepted becomes what the backend is given,
 * and each way to be refused, in the order of the table.
 */
#include "blk_fixture.h"

static struct guest *g;
static struct vcpu *v;

static void setup(void)
{
	blk_machine();
	g = blk_guest(0);
	v = g->vcpu[0];
}

/* covers: BLK-1 */
START_TEST(test_devices_are_told)
{
	u32 i;

	for (i = 0; i < SILK_BLK_DEVICES; i++) {
		ck_assert_uint_eq(g->info->blk[i].sectors,
				  i < 3 ? SECTORS : i == 3 ? 50
							   : 0);
		ck_assert_uint_eq(g->info->blk[i].flags, g->config.blk[i].flags);
	}
	ck_assert_uint_eq(g->info->blk[0].flags,
			  SILK_BLK_F_PRESENT | SILK_BLK_F_FLUSH);
	ck_assert_uint_eq(g->info->blk[1].flags, SILK_BLK_F_PRESENT);
	ck_assert_uint_eq(g->info->blk[2].flags,
			  SILK_BLK_F_PRESENT | SILK_BLK_F_READONLY);
}
END_TEST

/* covers: BLK-1 BLK-2 BLK-3 BLK-4 */
START_TEST(test_read_reaches_the_backend)
{
	struct silk_blk_request *r = build(g, 0, 3, SILK_BLK_READ, 7);
	struct blk_io *io;

	r->segments = 2;
	r->segment[0].address = DATA + 0x104;
	r->segment[0].length = 1024;
	r->segment[1].address = 0xffe000;
	r->segment[1].length = 8192;
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(fake.io_count, 1);
	ck_assert_uint_eq(fake.disk_kicks, 1);
	io = fake.io[0];
	ck_assert_uint_eq(io->backend, 0);
	ck_assert_uint_eq(io->op, SILK_BLK_READ);
	ck_assert_uint_eq(io->sector, 107);
	ck_assert_uint_eq(io->segments, 2);
	ck_assert_uint_eq(io->segment[0].machine, fake_machine_of(g, DATA + 0x104));
	ck_assert_uint_eq(io->segment[0].bytes, 1024);
	ck_assert_uint_eq(io->segment[1].machine, fake_machine_of(g, 0xffe000));
	ck_assert_uint_eq(io->segment[1].bytes, 8192);
	ck_assert_uint_eq(g->blk_in_flight, 1);
	ck_assert_uint_eq(blk_busy(g), 1);
}
END_TEST

/* covers: BLK-3 BLK-4 */
START_TEST(test_most_of_everything)
{
	struct silk_blk_request *r;
	u32 k, i;

	for (k = 0; k < SILK_BLK_SUBMIT_MAX; k++) {
		r = build(g, k, 0, SILK_BLK_WRITE, SECTORS - SILK_BLK_SEGMENTS);
		r->segments = SILK_BLK_SEGMENTS;
		for (i = 0; i < SILK_BLK_SEGMENTS; i++) {
			r->segment[i].address = DATA + i * 512;
			r->segment[i].length = 512;
		}
	}
	ck_assert_uint_eq(submit(g, SILK_BLK_SUBMIT_MAX), SILK_BLK_SUBMIT_MAX);
	ck_assert_uint_eq(fake.io_count, SILK_BLK_SUBMIT_MAX);
	ck_assert_uint_eq(fake.disk_kicks, 1);
	ck_assert_uint_eq(fake.io[63]->segments, SILK_BLK_SEGMENTS);
	ck_assert_uint_eq(fake.io[63]->cookie, 1063);
}
END_TEST

/* A whole chunk in one segment. covers: BLK-57 */
START_TEST(test_segment_of_a_whole_chunk)
{
	struct silk_blk_request *r;

	g->config.blk[0].sectors = 100000;
	r = build(g, 0, 0, SILK_BLK_READ, 0);
	r->segment[0].address = DATA;
	r->segment[0].length = CHUNK_SIZE;
	ck_assert_uint_eq(submit(g, 1), 1);
	r->segment[0].length = CHUNK_SIZE + 512;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	r->segment[0].address = DATA + 512;
	r->segment[0].length = CHUNK_SIZE;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	r->segment[0].length = 0xfffffe00;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
}
END_TEST

static void refused_with(u32 value, u32 argument)
{
	ck_assert_uint_eq(v->page->diag.value, value);
	ck_assert_uint_eq(v->page->diag.argument, argument);
	ck_assert_uint_eq(v->page->diag.done, 0);
	ck_assert_uint_eq(fake.io_count, 0);
	ck_assert_uint_eq(g->blk_in_flight, 0);
}

/* covers: BLK-50 BLK-51 */
START_TEST(test_count_and_array)
{
	build(g, 0, 0, SILK_BLK_READ, 0);
	FAKE_REFUSED(submit(g, 0), v, BLK_COUNT);
	refused_with(0, 2);
	FAKE_REFUSED(submit(g, SILK_BLK_SUBMIT_MAX + 1), v, BLK_COUNT);
	refused_with(SILK_BLK_SUBMIT_MAX + 1, 2);
	/* The count is looked at before the array. */
	FAKE_REFUSED(FAKE_CALL(v, blk_submit, 0, 0, 0), v, BLK_COUNT);
	FAKE_REFUSED(FAKE_CALL(v, blk_submit, 0x1000, 1, 0), v, BLK_FAULT);
	refused_with(0x1000, 1);
	FAKE_REFUSED(FAKE_CALL(v, blk_submit, 0xffffffc0, 1, 0), v, BLK_FAULT);
	/* The last byte of the request is not there: chunk 4 is no chunk. */
	memcpy(fake_gpa(g, 0x1000000 - 127), request(g, 0), 127);
	FAKE_REFUSED(FAKE_CALL(v, blk_submit, FAKE_GVA(0x1000000 - 127), 1, 0),
		     v, BLK_FAULT);
	refused_with(FAKE_GVA(0x1000000 - 127), 1);
}
END_TEST

/* A request that breaks every rule, mended rule by rule from the first on:
 * each time the next one refuses it.
 * covers: BLK-52 BLK-53 BLK-54 BLK-55 BLK-56 BLK-57 BLK-58 BLK-59 CALL-7 */
START_TEST(test_order_of_refusals)
{
	struct silk_blk_request *r = build(g, 0, 4, 3, SECTORS);

	r->segments = 15;
	r->segment[0].address = 0x1000002;
	r->segment[0].length = 100;
	g->blk_ring->consumer = 1; /* ahead of the producer: full */
	FAKE_REFUSED(submit(g, 1), v, BLK_DEVICE);
	refused_with(4, 1);
	r->device = 0xffff;
	FAKE_REFUSED(submit(g, 1), v, BLK_DEVICE);
	refused_with(0xffff, 1);
	r->device = 2;
	FAKE_REFUSED(submit(g, 1), v, BLK_OP);
	refused_with(3, 1);
	r->op = 255;
	FAKE_REFUSED(submit(g, 1), v, BLK_OP);
	r->op = SILK_BLK_WRITE;
	FAKE_REFUSED(submit(g, 1), v, BLK_READONLY);
	refused_with(2, 1);
	r->op = SILK_BLK_READ;
	FAKE_REFUSED(submit(g, 1), v, BLK_SEGMENTS);
	refused_with(15, 1);
	r->segments = 0;
	FAKE_REFUSED(submit(g, 1), v, BLK_SEGMENTS);
	r->op = SILK_BLK_FLUSH;
	r->segments = 1;
	FAKE_REFUSED(submit(g, 1), v, BLK_SEGMENTS);
	r->op = SILK_BLK_READ;
	FAKE_REFUSED(submit(g, 1), v, BLK_LENGTH);
	refused_with(100, 1);
	r->segment[0].length = 0;
	FAKE_REFUSED(submit(g, 1), v, BLK_LENGTH);
	refused_with(0, 1);
	r->segment[0].length = 512;
	FAKE_REFUSED(submit(g, 1), v, BLK_LENGTH);
	refused_with(0x1000002, 1);
	r->segment[0].address = 0x1000000;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	refused_with(0x1000000, 1);
	r->segment[0].address = DATA;
	FAKE_REFUSED(submit(g, 1), v, BLK_RANGE);
	refused_with(SECTORS, 1);
	r->sector = 0;
	FAKE_REFUSED(submit(g, 1), v, BLK_FULL);
	refused_with(1, 2);
	g->blk_ring->consumer = 0;
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(v->page->diag.refusals, 14);
}
END_TEST

/* The lengths of all segments are looked at before the owner of the first.
 * covers: BLK-56 BLK-57 */
START_TEST(test_lengths_before_owners)
{
	struct silk_blk_request *r = build(g, 0, 0, SILK_BLK_READ, 0);

	r->segments = 2;
	r->segment[0].address = 0;
	r->segment[1].address = DATA;
	r->segment[1].length = 513;
	FAKE_REFUSED(submit(g, 1), v, BLK_LENGTH);
	r->segment[1].length = 512;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	refused_with(0, 1);
}
END_TEST

/* covers: BLK-57 */
START_TEST(test_only_ram_chunks)
{
	struct silk_blk_request *r = build(g, 0, 0, SILK_BLK_READ, 0);
	static const u32 bad[] = { 0, 0x3ffe00, 0x1000000, 0xefc00000, 0xf0000000,
				   0xfffffe00 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		r->segment[0].address = bad[i];
		FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
		refused_with(bad[i], 1);
	}
	/* Out of one chunk of the guest's into the next. */
	r->segment[0].address = 0xc00000 - 256;
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	r->segment[0].address = 0xc00000;
	chunk_make_changing(g, 3, true);
	FAKE_REFUSED(submit(g, 1), v, BLK_OWNER);
	chunk_make_ram(g, 3);
	ck_assert_uint_eq(submit(g, 1), 1);
}
END_TEST

/* covers: BLK-1 BLK-58 */
START_TEST(test_range)
{
	struct silk_blk_request *r = build(g, 0, 3, SILK_BLK_READ, 50);

	FAKE_REFUSED(submit(g, 1), v, BLK_RANGE);
	r->sector = 49;
	r->segment[0].length = 1024;
	FAKE_REFUSED(submit(g, 1), v, BLK_RANGE);
	r->sector = ~0ull;
	FAKE_REFUSED(submit(g, 1), v, BLK_RANGE);
	r->sector = 0x100000000ull;
	FAKE_REFUSED(submit(g, 1), v, BLK_RANGE);
	r->sector = 48;
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(fake.io[0]->sector, 148);
	/* A flush has no sector. */
	build(g, 0, 0, SILK_BLK_FLUSH, ~0ull);
	ck_assert_uint_eq(submit(g, 1), 1);
	ck_assert_uint_eq(fake.io[1]->sector, 0);
}
END_TEST

/* covers: BLK-4 CALL-13 */
START_TEST(test_accepted_up_to_the_first_bad_one)
{
	build(g, 0, 0, SILK_BLK_READ, 0);
	build(g, 1, 1, SILK_BLK_READ, 1);
	build(g, 2, 7, SILK_BLK_READ, 2);
	build(g, 3, 0, SILK_BLK_READ, 3);
	ck_assert_uint_eq(submit(g, 4), 2);
	ck_assert_int_eq(fake_why(v), SILK_R_BLK_DEVICE);
	ck_assert_uint_eq(v->page->diag.done, 2);
	ck_assert_uint_eq(v->page->diag.value, 7);
	ck_assert_uint_eq(fake.io_count, 2);
	FAKE_REFUSED(FAKE_CALL(v, blk_submit, FAKE_GVA(REQUESTS) + 256, 2, 0),
		     v, BLK_DEVICE);
	ck_assert_uint_eq(v->page->diag.done, 0);
	ck_assert_uint_eq(fake.io_count, 2);
}
END_TEST

/* What the guest writes to a request after the call is nobody's business.
 * covers: BLK-2 GEN-8 */
START_TEST(test_request_is_copied)
{
	struct silk_blk_request *r = build(g, 0, 0, SILK_BLK_WRITE, 1);

	fake.disk_full = true;
	ck_assert_uint_eq(submit(g, 1), 1);
	memset(r, 0xff, sizeof(*r));
	build(g, 1, 0, SILK_BLK_WRITE, 2);
	fake.disk_full = false;
	ck_assert_uint_eq(FAKE_CALL(v, blk_submit, FAKE_GVA(REQUESTS) + 128, 1, 0), 1);
	ck_assert_uint_eq(fake.io_count, 2);
	ck_assert_uint_eq(fake.io[0]->sector, 1);
	ck_assert_uint_eq(fake.io[0]->segment[0].machine, fake_machine_of(g, DATA));
	ck_assert_uint_eq(fake.io[1]->sector, 2);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, test_devices_are_told);
	tcase_add_test(c, test_read_reaches_the_backend);
	tcase_add_test(c, test_most_of_everything);
	tcase_add_test(c, test_segment_of_a_whole_chunk);
	tcase_add_test(c, test_count_and_array);
	tcase_add_test(c, test_order_of_refusals);
	tcase_add_test(c, test_lengths_before_owners);
	tcase_add_test(c, test_only_ram_chunks);
	tcase_add_test(c, test_range);
	tcase_add_test(c, test_accepted_up_to_the_first_bad_one);
	tcase_add_test(c, test_request_is_copied);
}

UNIT_MAIN("blk_submit", tests)
