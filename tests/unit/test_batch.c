// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_batch.c - pt_batch, pt_run, the deferred queue, pt_flush: what they carry
 * out and where they stop, every refusal of their own, and the order of refusals.
 */
#include "tables.h"
#include "unit.h"

/* ---- pt_batch ---- */

/* covers: PT-18 PT-63 PT-64 CALL-13 */
START_TEST(batch_bounds)
{
	static struct silk_mmu_op ops[SILK_BATCH_MAX];
	u32 i;

	start_tables();
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, 0, 0, 0), v, BATCH_COUNT);
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, 0, SILK_BATCH_MAX + 1, 0), v, BATCH_COUNT);
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, 0, ~0u, 0), v, BATCH_COUNT);
	ck_assert_uint_eq(v->page->diag.value, ~0u);
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, 0x1000, 1, 0), v, BATCH_FAULT);
	ck_assert_uint_eq(v->page->diag.value, 0x1000);
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, SILK_I386_HYPERVISOR - 4, 1, 0), v, BATCH_FAULT);
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, 0xfffffffc, 1, 0), v, BATCH_FAULT);
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, SILK_I386_HYPERVISOR, 1, 0), v, BATCH_FAULT);
	for (i = 0; i < SILK_BATCH_MAX; i++) {
		ops[i].target = ENTRY(LEAF, i);
		ops[i].value = map(MEMORY(3, i << PAGE_SHIFT), W);
	}
	ck_assert_uint_eq(batch(ops, SILK_BATCH_MAX), SILK_BATCH_MAX);
	for (i = 0; i < SILK_BATCH_MAX; i++)
		ck_assert_uint_eq(entry_of(LEAF, i), ops[i].value | U);
	audit_all();
}
END_TEST

/* Stops at the first that is refused, wherever it is; those before it are done,
 * those after it are not. covers: PT-18 CALL-13 CALL-8 */
START_TEST(batch_stops)
{
	static const u32 at[] = { 0, 1, 63, 64, 65, 127, 199 };
	struct silk_mmu_op ops[200];
	u32 n, i;

	start_tables();
	for (n = 0; n < ARRAY_SIZE(at); n++) {
		for (i = 0; i < 200; i++) {
			ops[i].target = ENTRY(LEAF, i);
			ops[i].value = (n + 1) << 16 | i << 1;
		}
		ops[at[n]].value = 0xfee00000 | P;
		FAKE_REFUSED(batch(ops, 200), v, ENTRY_OWNER);
		ck_assert_uint_eq(v->page->diag.done, at[n]);
		ck_assert_uint_eq(v->page->diag.call, SILK_CALL_pt_batch);
		for (i = 0; i < 200; i++) {
			u32 have = entry_of(LEAF, i);

			if (i < at[n])
				ck_assert_uint_eq(have, ops[i].value);
			else
				ck_assert_uint_ne(have, ops[i].value);
		}
	}
}
END_TEST

/* The array ends in a page that isn't there: what could be read is done.
 * covers: PT-64 CALL-13 */
START_TEST(batch_fault_in_the_middle)
{
	u32 gva = MEMORY(1, PAGE_SIZE - 30 * 8), i;
	struct silk_mmu_op *ops;

	start_tables();
	link_table(BOOT, 1, LEAF);
	DONE1(op(ENTRY(LEAF, 0), map(MEMORY(3, 0x5000), W)));
	ops = fake_gpa(g, MEMORY(3, 0x6000 - 30 * 8));
	for (i = 0; i < 30; i++) {
		ops[i].target = ENTRY(SPARE, i);
		ops[i].value = 0x1000 + 2 * i;
	}
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, gva, 40, 0), v, BATCH_FAULT);
	ck_assert_uint_eq(v->page->diag.done, 30);
	ck_assert_uint_eq(v->page->diag.value, MEMORY(1, PAGE_SIZE));
	for (i = 0; i < 30; i++)
		ck_assert_uint_eq(entry_of(SPARE, i), 0x1000 + 2 * i);
	/* An operation that takes its own array away. */
	ops[0].target = ENTRY(LEAF, 0);
	ops[0].value = 0;
	ck_assert_uint_eq(FAKE_CALL(v, pt_batch, gva, 30, 0), 30);
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, gva, 30, 0), v, BATCH_FAULT);
}
END_TEST

/* The old value of an AND cannot be stored: nothing is done.
 * covers: PT-64 PT-18 CALL-4 CALL-7 */
START_TEST(batch_and_readonly)
{
	u32 gva = MEMORY(1, 0), e;
	struct silk_mmu_op *o;

	start_tables();
	link_table(BOOT, 1, LEAF);
	DONE1(op(ENTRY(LEAF, 0), map(MEMORY(3, 0x5000), 0)));
	e = map(MEMORY(4, 0), W);
	DONE1(op(ENTRY(SPARE, 0), e));
	o = fake_gpa(g, MEMORY(3, 0x5000));
	o[0].target = ENTRY(SPARE, 1);
	o[0].value = 0x1000;
	o[1].target = ENTRY(SPARE, 0) | SILK_OP_AND;
	o[1].value = ~2u;
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, gva, 2, 0), v, BATCH_FAULT);
	ck_assert_uint_eq(v->page->diag.done, 1);
	ck_assert_uint_eq(v->page->diag.value, gva + 12);
	ck_assert_uint_eq(entry_of(SPARE, 0), e | U);
	ck_assert_uint_eq(entry_of(SPARE, 1), 0x1000);
	/* The fault comes before what is wrong with the operation itself. */
	o[1].target = MEMORY(9, 0) | SILK_OP_AND;
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, gva, 2, 0), v, BATCH_FAULT);
	o[1].target = ENTRY(SPARE, 0) | SILK_OP_AND;
	o[1].value = 0xfff;
	FAKE_REFUSED(FAKE_CALL(v, pt_batch, gva, 2, 0), v, BATCH_FAULT);
	ck_assert_uint_eq(o[1].value, 0xfff);
	audit_all();
}
END_TEST

/* ---- pt_run ---- */

static u32 run(u32 entry, u32 count, const u32 *values)
{
	if (!values)
		return FAKE_CALL(v, pt_run, entry, count, 0);
	memcpy(fake_gpa(g, BUFFER), values, count * 4);
	return FAKE_CALL(v, pt_run, entry, count, FAKE_GVA(BUFFER));
}

/* covers: PT-17 CALL-13 */
START_TEST(run_writes)
{
	u32 values[1024], i;

	start_tables();
	for (i = 0; i < 1024; i++)
		values[i] = map(MEMORY(3, i << PAGE_SHIFT), i & 2);
	ck_assert_uint_eq(run(ENTRY(LEAF, 0), 1024, values), 1024);
	for (i = 0; i < 1024; i++)
		ck_assert_uint_eq(entry_of(LEAF, i), values[i] | U);
	ck_assert_uint_eq(run(ENTRY(LEAF, 1000), 24, values), 24);
	ck_assert_uint_eq(entry_of(LEAF, 999), values[999] | U);
	ck_assert_uint_eq(entry_of(LEAF, 1000), values[0] | U);
	/* No values: zeros */
	ck_assert_uint_eq(run(ENTRY(LEAF, 100), 800, NULL), 800);
	for (i = 0; i < 1024; i++)
		ck_assert_uint_eq(entry_of(LEAF, i) == 0, i >= 100 && i < 900);
	audit_all();
	/* A directory's entries: links come and go. */
	values[0] = map(FRAME(LEAF), W);
	values[1] = map(FRAME(SPARE), W);
	ck_assert_uint_eq(run(ENTRY(DIR, 5), 2, values), 2);
	audit_all();
	ck_assert_uint_eq(state_of(SPARE), TABLE_LINKED);
	ck_assert_uint_eq(run(ENTRY(DIR, 0), KERNEL_FIRST, NULL), KERNEL_FIRST);
	ck_assert_uint_eq(state_of(LEAF), TABLE_UNLINKED);
	ck_assert_uint_eq(state_of(SPARE), TABLE_UNLINKED);
	audit_all();
}
END_TEST

/* covers: PT-65 PT-66 PT-67 PT-17 CALL-7 CALL-13 */
START_TEST(run_refused)
{
	u32 values[100] = { 0 }, i;

	start_tables();
	FAKE_REFUSED(run(ENTRY(LEAF, 0) + 1, 0, NULL), v, RUN_ALIGN);
	FAKE_REFUSED(run(ENTRY(LEAF, 0) + 2, 1, NULL), v, RUN_ALIGN);
	FAKE_REFUSED(run(ENTRY(LEAF, 0), 0, NULL), v, RUN_COUNT);
	FAKE_REFUSED(run(ENTRY(LEAF, 0), 1025, NULL), v, RUN_COUNT);
	FAKE_REFUSED(run(ENTRY(LEAF, 1023), 2, NULL), v, RUN_COUNT);
	FAKE_REFUSED(run(ENTRY(LEAF, 1), ~0u, NULL), v, RUN_COUNT);
	FAKE_REFUSED(FAKE_CALL(v, pt_run, MEMORY(9, 0), 1, 0x1000), v, RUN_FAULT);
	ck_assert_uint_eq(v->page->diag.value, 0x1000);
	FAKE_REFUSED(run(MEMORY(9, 0), 1, NULL), v, OP_OWNER);
	FAKE_REFUSED(run(MEMORY(3, 0), 1, NULL), v, OP_KIND);
	FAKE_REFUSED(run(ENTRY(20, 0), 1, NULL), v, OP_STATE);
	FAKE_REFUSED(run(ENTRY(DIR, 950), 20, NULL), v, OP_RANGE);
	ck_assert_uint_eq(v->page->diag.done, 9);
	ck_assert_uint_eq(v->page->diag.value, ENTRY(DIR, 959));
	for (i = 0; i < 100; i++)
		values[i] = 0x1000 + 2 * i;
	values[70] = map(FRAME(1), W);
	FAKE_REFUSED(run(ENTRY(LEAF, 10), 100, values), v, ENTRY_WRITABLE);
	ck_assert_uint_eq(v->page->diag.done, 70);
	ck_assert_uint_eq(entry_of(LEAF, 79), values[69]);
	ck_assert_uint_eq(entry_of(LEAF, 80), 0);
	ck_assert_uint_eq(entry_of(LEAF, 81), 0);
	audit_all();
}
END_TEST

/* covers: PT-67 CALL-13 */
START_TEST(run_fault_in_the_middle)
{
	u32 *values, i;

	start_tables();
	link_table(BOOT, 1, LEAF);
	DONE1(op(ENTRY(LEAF, 0), map(MEMORY(3, 0x5000), 0)));
	values = fake_gpa(g, MEMORY(3, 0x6000 - 10 * 4));
	for (i = 0; i < 10; i++)
		values[i] = 0x1000 + 2 * i;
	FAKE_REFUSED(FAKE_CALL(v, pt_run, ENTRY(SPARE, 0), 20, MEMORY(1, PAGE_SIZE - 40)), v,
		     RUN_FAULT);
	ck_assert_uint_eq(v->page->diag.done, 10);
	ck_assert_uint_eq(v->page->diag.value, MEMORY(1, PAGE_SIZE));
	for (i = 0; i < 20; i++)
		ck_assert_uint_eq(entry_of(SPARE, i), i < 10 ? values[i] : 0);
}
END_TEST

/* ---- the deferred queue ---- */

static void queue(u32 i, u32 target, u32 value)
{
	v->queue[i].target = target;
	v->queue[i].value = value;
	v->page->queue_count = i + 1;
}

static void drain(void)
{
	fake_run(v);
	mmu_drain_queue(v);
}

/* covers: PT-14 */
START_TEST(queue_drained)
{
	u32 i;

	start_tables();
	drain();
	for (i = 0; i < SILK_QUEUE_MAX; i++)
		queue(i, ENTRY(LEAF, i), map(MEMORY(3, i << PAGE_SHIFT), W));
	drain();
	ck_assert_uint_eq(v->page->queue_count, 0);
	ck_assert_uint_eq(v->page->queue_error, 0);
	for (i = 0; i < SILK_QUEUE_MAX; i++)
		ck_assert_uint_eq(entry_of(LEAF, i), map(MEMORY(3, i << PAGE_SHIFT), W | U));
	ck_assert_uint_eq(entry_of(LEAF, i), 0);
	audit_all();
	/* In order; AND's old value; a link; a flush */
	i = fake.flushes;
	queue(0, ENTRY(LEAF, 0), 0x1000);
	queue(1, ENTRY(LEAF, 0) | SILK_OP_AND, 0);
	queue(2, ENTRY(DIR, 0), map(FRAME(LEAF), W));
	queue(3, SILK_CONTROL(SILK_CONTROL_FLUSH_ALL), 0);
	drain();
	ck_assert_uint_eq(v->queue[1].value, 0x1000);
	ck_assert_uint_eq(entry_of(LEAF, 0), 0);
	ck_assert_uint_eq(state_of(LEAF), TABLE_LINKED);
	ck_assert_uint_eq(fake.flushes, i + 1);
	audit_all();
}
END_TEST

/* covers: PT-14 */
START_TEST(queue_count_clamped)
{
	u32 i;

	start_tables();
	for (i = 0; i < SILK_QUEUE_MAX; i++)
		queue(i, ENTRY(LEAF, i), 0x1000 + 2 * i);
	v->page->queue_count = ~0u;
	drain();
	ck_assert_uint_eq(v->page->queue_count, 0);
	ck_assert_uint_eq(v->page->queue_error, 0);
	ck_assert_uint_eq(entry_of(LEAF, SILK_QUEUE_MAX - 1), 0x1000 + 2 * 511);
}
END_TEST

/* covers: PT-24 CALL-8 */
START_TEST(queue_refused)
{
	start_tables();
	queue(0, ENTRY(LEAF, 0), 0x1000);
	queue(1, ENTRY(LEAF, 1), map(FRAME(1), W));
	queue(2, ENTRY(LEAF, 2), 0x2000);
	queue(3, MEMORY(9, 0), 0);
	queue(4, ENTRY(LEAF, 4), 0x4000);
	drain();
	ck_assert_uint_eq(entry_of(LEAF, 0), 0x1000);
	ck_assert_uint_eq(entry_of(LEAF, 1), 0);
	ck_assert_uint_eq(entry_of(LEAF, 2), 0x2000);
	ck_assert_uint_eq(entry_of(LEAF, 4), 0x4000);
	/* The error of the first, the diagnostics of the last */
	ck_assert_uint_eq(v->page->queue_error, SILK_EKIND);
	ck_assert_uint_eq(v->page->diag.call, ~0u);
	ck_assert_uint_eq(v->page->diag.done, 3);
	ck_assert_uint_eq(v->page->diag.value, MEMORY(9, 0));
	ck_assert_uint_eq(v->page->diag.refusals, 2);
	/* It stays until the guest clears it. */
	queue(0, MEMORY(9, 0), 0);
	drain();
	ck_assert_uint_eq(v->page->queue_error, SILK_EKIND);
	v->page->queue_error = 0;
	queue(0, MEMORY(9, 0), 0);
	drain();
	ck_assert_uint_eq(v->page->queue_error, SILK_EOWNER);
	audit_all();
}
END_TEST

/* Before the call that comes with it. covers: PT-14 */
START_TEST(queue_first)
{
	start_tables();
	link_table(BOOT, 0, LEAF);
	queue(0, ENTRY(BOOT, 0), 0);
	OK(FAKE_CALL(v, pt_free, FRAME(LEAF), 0, 0));
	ck_assert_uint_eq(state_of(LEAF), TABLE_FREE);
}
END_TEST

/* ---- pt_flush ---- */

/* covers: PT-22 PT-82 */
START_TEST(flush)
{
	u32 all, pages;

	start();
	all = fake.flushes;
	pages = fake.page_flushes;
	OK(FAKE_CALL(v, pt_flush, 0x12345678, 1, 0));
	ck_assert_uint_eq(fake.page_flushes, pages + 1);
	ck_assert_uint_eq(fake.flushed_page, 0x12345000);
	OK(FAKE_CALL(v, pt_flush, 0x12345678, 3, 0));
	ck_assert_uint_eq(fake.page_flushes, pages + 4);
	ck_assert_uint_eq(fake.flushed_page, 0x12347000);
	ck_assert_uint_eq(fake.flushes, all);
	OK(FAKE_CALL(v, pt_flush, 0, 0xf0000, 0));
	ck_assert_uint_eq(fake.flushes, all + 1);
	OK(FAKE_CALL(v, pt_flush, ~0u, 0, 0));
	ck_assert_uint_eq(fake.flushes, all + 2);
	OK(FAKE_CALL(v, pt_flush, 0xeffff000, 1, 0));
	FAKE_REFUSED(FAKE_CALL(v, pt_flush, 0xeffff000, 2, 0), v, FLUSH_RANGE);
	FAKE_REFUSED(FAKE_CALL(v, pt_flush, 0xf0000000, 1, 0), v, FLUSH_RANGE);
	FAKE_REFUSED(FAKE_CALL(v, pt_flush, 0, 0xf0001, 0), v, FLUSH_RANGE);
	FAKE_REFUSED(FAKE_CALL(v, pt_flush, 0x1000, ~0u, 0), v, FLUSH_RANGE);
	ck_assert_uint_eq(v->page->diag.value, 0x1000);
	ck_assert_uint_eq(fake.flushes, all + 2);
	ck_assert_uint_eq(fake.page_flushes, pages + 5);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, batch_bounds);
	tcase_add_test(c, batch_stops);
	tcase_add_test(c, batch_fault_in_the_middle);
	tcase_add_test(c, batch_and_readonly);
	tcase_add_test(c, run_writes);
	tcase_add_test(c, run_refused);
	tcase_add_test(c, run_fault_in_the_middle);
	tcase_add_test(c, queue_drained);
	tcase_add_test(c, queue_count_clamped);
	tcase_add_test(c, queue_refused);
	tcase_add_test(c, queue_first);
	tcase_add_test(c, flush);
}

UNIT_MAIN("batch", tests)
