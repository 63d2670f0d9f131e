// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_mmu.c - page-table operations: pt_batch, pt_run, the deferred queue,
 * pt_flush. What each operation does, every refusal, and their order.
 */
#include "tables.h"
#include "unit.h"

#define LEAF	6u		/* an UNLINKED page table */
#define SPARE	7u		/* another */
#define DIR	8u		/* a directory that is not loaded */
#define K	(KERNEL_FIRST + 100)

static void start_tables(void)
{
	start();
	table(LEAF);
	table(SPARE);
	directory(DIR);
}

/* The operation is refused for `why_id`; nothing has changed. */
#define OP_REFUSED(target_, value_, why_id) do { \
	u32 was_ = ((target_) & 3) < 3 && chunk_present(g, (target_) >> CHUNK_SHIFT) ? \
		*(u32 *)fake_gpa(g, (target_) & ~3u) : 0; \
	FAKE_REFUSED(op(target_, value_), v, why_id); \
	if (((target_) & 3) < 3 && chunk_present(g, (target_) >> CHUNK_SHIFT)) \
		ck_assert_uint_eq(*(u32 *)fake_gpa(g, (target_) & ~3u), was_); \
	audit_all(); \
} while (0)

/* ---- SET ---- */

/* covers: PT-6 PT-12 PT-15 PT-18 PT-19 */
START_TEST(set_leaf_entry)
{
	static const u32 nothing[] = { 0, 2, 0xfffffffe, 0x12345678, 0x80000180 };
	u32 i;

	start_tables();
	DONE1(op(ENTRY(LEAF, 0), map(MEMORY(3, 0x5000), W | A | D | 0xe00)));
	ck_assert_uint_eq(entry_of(LEAF, 0), map(MEMORY(3, 0x5000), W | A | D | 0xe00 | U));
	DONE1(op(ENTRY(LEAF, 1023), map(MEMORY(3, 0), U)));
	ck_assert_uint_eq(entry_of(LEAF, 1023), map(MEMORY(3, 0), U));
	/* A TABLE chunk, read-only */
	DONE1(op(ENTRY(LEAF, 1), map(FRAME(LEAF), 0)));
	ck_assert_uint_eq(entry_of(LEAF, 1), map(FRAME(LEAF), U));
	for (i = 0; i < ARRAY_SIZE(nothing); i++) {
		DONE1(op(ENTRY(LEAF, 2), nothing[i]));
		ck_assert_uint_eq(entry_of(LEAF, 2), nothing[i]);
	}
	audit_all();
}
END_TEST

/* covers: PT-73 PT-74 PT-75 */
START_TEST(entry_refused)
{
	struct guest *other;
	u32 bit;

	start_tables();
	other = fake_guest(1, 4, 1);
	fake_run(v);
	for (bit = 0; bit < 12; bit++) {
		u32 entry = map(MEMORY(3, 0), 1u << bit);

		if (SILK_I386_ENTRY_BITS >> bit & 1)
			DONE1(op(ENTRY(LEAF, bit), entry));
		else
			OP_REFUSED(ENTRY(LEAF, bit), entry, ENTRY_BITS);
	}
	OP_REFUSED(ENTRY(LEAF, 0), fake_machine_of(other, MEMORY(1, 0)) | P, ENTRY_OWNER);
	OP_REFUSED(ENTRY(LEAF, 0), 0 | P, ENTRY_OWNER);
	OP_REFUSED(ENTRY(LEAF, 0), hv_page_machine(v->page) | P, ENTRY_OWNER);
	OP_REFUSED(ENTRY(LEAF, 0), 0xfee00000 | P, ENTRY_OWNER);
	OP_REFUSED(ENTRY(LEAF, 0), map(FRAME(LEAF), W), ENTRY_WRITABLE);
	OP_REFUSED(ENTRY(LEAF, 0), map(MEMORY(1, 0), W), ENTRY_WRITABLE);
	ck_assert_uint_eq(v->page->diag.value, map(MEMORY(1, 0), W));
	ck_assert_uint_eq(v->page->diag.argument, 2);
	/* Order: bits, owner, writable. */
	OP_REFUSED(ENTRY(LEAF, 0), 0xfee00000 | P | W | PS, ENTRY_BITS);
	OP_REFUSED(ENTRY(LEAF, 0), map(FRAME(LEAF), W | 0x100), ENTRY_BITS);
	OP_REFUSED(ENTRY(LEAF, 0), 0xfee00000 | P | W, ENTRY_OWNER);
}
END_TEST

/* covers: PT-69 PT-70 PT-71 PT-72 CALL-7 */
START_TEST(target_refused)
{
	u32 i;

	start_tables();
	OP_REFUSED(MEMORY(8, 0), 0, OP_OWNER);
	OP_REFUSED(MEMORY(1023, 0x3ffffc), 0, OP_OWNER);
	OP_REFUSED(MEMORY(2, 0), 0, OP_KIND);
	OP_REFUSED(ENTRY(12, 0), 0, OP_STATE);
	OP_REFUSED(ENTRY(DIR + 1, 0), 0, OP_STATE);
	OP_REFUSED(ENTRY(DIR + 1, 1000), 0, OP_STATE);
	for (i = KERNEL_END; i < 1024; i++)
		OP_REFUSED(ENTRY(DIR, i), 0, OP_RANGE);
	OP_REFUSED(ENTRY(BOOT, 959) | SILK_OP_AND, 0, OP_RANGE);
	OP_REFUSED(ENTRY(BOOT, 1023) | SILK_OP_SET_KEEP, 0, OP_RANGE);
	ck_assert_uint_eq(v->page->diag.value, ENTRY(BOOT, 1023) | SILK_OP_SET_KEEP);
	ck_assert_uint_eq(v->page->diag.argument, 1);
	/* The target first, then what is to be written. */
	OP_REFUSED(MEMORY(8, 0), 0xfee00000 | P | 0x100, OP_OWNER);
	OP_REFUSED(MEMORY(2, 0), 0xfee00000 | P | 0x100, OP_KIND);
	OP_REFUSED(ENTRY(12, 0), 0xfee00000 | P | 0x100, OP_STATE);
	OP_REFUSED(ENTRY(BOOT, 960), 0xfee00000 | P | 0x100, OP_RANGE);
}
END_TEST

/* ---- AND, SET_KEEP ---- */

/* covers: PT-12 PT-19 */
START_TEST(and_op)
{
	u32 e;

	start_tables();
	e = map(MEMORY(3, 0x5000), W | U | D | 0x200);
	DONE1(op(ENTRY(LEAF, 0), e));
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_AND, ~(u32)W));
	ck_assert_uint_eq(kept(0), e);
	ck_assert_uint_eq(entry_of(LEAF, 0), e & ~(u32)W);
	/* USER stays whatever the guest asks for. */
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_AND, ~(u32)U));
	ck_assert_uint_eq(entry_of(LEAF, 0), e & ~(u32)W);
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_AND, 0));
	ck_assert_uint_eq(kept(0), e & ~(u32)W);
	ck_assert_uint_eq(entry_of(LEAF, 0), 0);
	/* An entry that is not present */
	DONE1(op(ENTRY(LEAF, 0), 0x12345670));
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_AND, 0x0f0f0f0f));
	ck_assert_uint_eq(kept(0), 0x12345670);
	ck_assert_uint_eq(entry_of(LEAF, 0), 0x02040600);
	audit_all();
}
END_TEST

/* What is checked is the entry that would result. covers: PT-12 PT-74 PT-75 */
START_TEST(and_refused)
{
	u32 e;

	start_tables();
	e = map(MEMORY(3, 0x5000), W);
	DONE1(op(ENTRY(LEAF, 0), e));
	OP_REFUSED(ENTRY(LEAF, 0) | SILK_OP_AND, 0xfff, ENTRY_OWNER);	/* frame 0 */
	ck_assert_uint_eq(v->page->diag.value, 0xfff);
	ck_assert_uint_eq(kept(0), 0xfff);	/* not stored */
	/* Masked to one of the guest's own TABLE chunks, writable. */
	for (e = 0; e < GUEST_CHUNKS; e++) {
		u32 and = g->chunks.machine[0] & g->chunks.machine[e];

		if (e < 2 || and != g->chunks.machine[0])
			continue;
		DONE1(op(ENTRY(LEAF, 0), map(MEMORY(e, 0), W)));
		OP_REFUSED(ENTRY(LEAF, 0) | SILK_OP_AND, g->chunks.machine[0] | 0xfff,
			ENTRY_WRITABLE);
	}
}
END_TEST

/* covers: PT-12 PT-15 PT-19 */
START_TEST(set_keep)
{
	start_tables();
	DONE1(op(ENTRY(LEAF, 0), map(MEMORY(3, 0x5000), W | D)));
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_SET_KEEP, map(MEMORY(3, 0x5000), 0x400)));
	ck_assert_uint_eq(entry_of(LEAF, 0), map(MEMORY(3, 0x5000), 0x400 | U | D));
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_SET_KEEP, map(MEMORY(4, 0), A)));
	ck_assert_uint_eq(entry_of(LEAF, 0), map(MEMORY(4, 0), U | A | D));
	/* Not present: the value as it is. */
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_SET_KEEP, 0x1000));
	ck_assert_uint_eq(entry_of(LEAF, 0), 0x1000);
	/* And what is not present has no accessed or dirty bit. */
	DONE1(op(ENTRY(LEAF, 0), 0x60));
	DONE1(op(ENTRY(LEAF, 0) | SILK_OP_SET_KEEP, map(MEMORY(4, 0), 0)));
	ck_assert_uint_eq(entry_of(LEAF, 0), map(MEMORY(4, 0), U));
	OP_REFUSED(ENTRY(LEAF, 0) | SILK_OP_SET_KEEP, map(FRAME(1), W), ENTRY_WRITABLE);
	OP_REFUSED(ENTRY(LEAF, 0) | SILK_OP_SET_KEEP, map(FRAME(1), 8), ENTRY_BITS);
}
END_TEST

/*
 * The operation lies in the page that its entry maps: storing the old value sets
 * the entry's dirty bit, after it was read. The bit is neither lost nor
 * unreported. covers: PT-12
 */
START_TEST(and_of_its_own_page)
{
	u32 gva = MEMORY(1, 0);		/* entry 1 of the user range */
	struct silk_mmu_op *o;
	u32 e;

	start_tables();
	link_table(BOOT, 1, LEAF);
	e = map(MEMORY(3, 0x5000), W);
	DONE1(op(ENTRY(LEAF, 0), e));
	o = fake_gpa(g, MEMORY(3, 0x5000));
	o->target = ENTRY(LEAF, 0) | SILK_OP_AND;
	o->value = ~0x200u;
	DONE1(FAKE_CALL(v, pt_batch, gva, 1, 0));
	ck_assert_uint_eq(entry_of(LEAF, 0), e | U | A | D);
	ck_assert_uint_eq(o->value, e | U | A | D);
}
END_TEST

/* ---- directories ---- */

/* covers: PT-3 PT-4 PT-10 PT-20 */
START_TEST(links)
{
	start_tables();
	DONE1(op(ENTRY(DIR, 0), map(FRAME(LEAF), W)));
	ck_assert_uint_eq(entry_of(DIR, 0), map(FRAME(LEAF), W | U));
	ck_assert_uint_eq(entry_of(DIR + 1, 0), map(FRAME(LEAF), W | U));
	ck_assert_uint_eq(state_of(LEAF), TABLE_LINKED);
	audit_all();
	/* The same again, with other bits */
	DONE1(op(ENTRY(DIR, 0), map(FRAME(LEAF), 0x200)));
	ck_assert_uint_eq(entry_of(DIR + 1, 0), map(FRAME(LEAF), 0x200 | U));
	ck_assert_uint_eq(state_of(LEAF), TABLE_LINKED);
	DONE1(op(ENTRY(DIR, 0) | SILK_OP_AND, ~0x200u));
	ck_assert_uint_eq(state_of(LEAF), TABLE_LINKED);
	audit_all();
	/* Not a second time anywhere */
	OP_REFUSED(ENTRY(DIR, 1), map(FRAME(LEAF), W), LINK_STATE);
	OP_REFUSED(ENTRY(BOOT, 0), map(FRAME(LEAF), W), LINK_STATE);
	OP_REFUSED(ENTRY(BOOT, K), map(FRAME(LEAF), W), LINK_STATE);
	/* Another table over it */
	DONE1(op(ENTRY(DIR, 0), map(FRAME(SPARE), W)));
	ck_assert_uint_eq(state_of(LEAF), TABLE_UNLINKED);
	ck_assert_uint_eq(state_of(SPARE), TABLE_LINKED);
	audit_all();
	/* A 4 MB page over it */
	DONE1(op(ENTRY(DIR, 0), map(MEMORY(3, 0), PS | W)));
	ck_assert_uint_eq(state_of(SPARE), TABLE_UNLINKED);
	audit_all();
	/* A value that isn't present, by AND */
	DONE1(op(ENTRY(DIR, 0), map(FRAME(LEAF), W)));
	DONE1(op(ENTRY(DIR, 0) | SILK_OP_AND, ~1u));
	ck_assert_uint_eq(kept(0), map(FRAME(LEAF), W | U));
	ck_assert_uint_eq(state_of(LEAF), TABLE_UNLINKED);
	audit_all();
}
END_TEST

/* covers: PT-4 PT-73 PT-74 PT-76 PT-77 CALL-7 */
START_TEST(link_refused)
{
	start_tables();
	OP_REFUSED(ENTRY(DIR, 0), map(FRAME(LEAF), 0x10), ENTRY_BITS);
	OP_REFUSED(ENTRY(DIR, 0), 0xfee00000 | P | 0x100, ENTRY_BITS);
	OP_REFUSED(ENTRY(DIR, 0), 0xfee00000 | P, ENTRY_OWNER);
	OP_REFUSED(ENTRY(DIR, 0), map(MEMORY(3, 0), 0), LINK_KIND);
	OP_REFUSED(ENTRY(DIR, 0), map(FRAME(12), 0), LINK_STATE);
	OP_REFUSED(ENTRY(DIR, 0), map(FRAME(DIR), 0), LINK_STATE);
	OP_REFUSED(ENTRY(DIR, 0), map(FRAME(DIR + 1), 0), LINK_STATE);
	OP_REFUSED(ENTRY(DIR, 0), map(FRAME(BOOT), 0), LINK_STATE);
	OP_REFUSED(ENTRY(DIR, K), map(FRAME(BOOT), 0), LINK_STATE);
	/* A page table's entry is never a link. */
	DONE1(op(ENTRY(LEAF, 0), map(FRAME(SPARE), 0)));
	ck_assert_uint_eq(state_of(SPARE), TABLE_UNLINKED);
	/* A link that is refused leaves the old one. */
	DONE1(op(ENTRY(DIR, 0), map(FRAME(LEAF), W)));
	OP_REFUSED(ENTRY(DIR, 0), map(FRAME(DIR), 0), LINK_STATE);
	ck_assert_uint_eq(state_of(LEAF), TABLE_LINKED);
	/* By AND from one table to another frame */
	OP_REFUSED(ENTRY(DIR, 0) | SILK_OP_AND, ~(LEAF << PAGE_SHIFT), LINK_STATE);
}
END_TEST

/* covers: PT-21 PT-73 PT-74 PT-75 */
START_TEST(large)
{
	u32 bit;

	start_tables();
	for (bit = 12; bit < 22; bit++)
		OP_REFUSED(ENTRY(DIR, 0), map(MEMORY(3, 0), PS) | 1u << bit, ENTRY_BITS);
	for (bit = 1; bit < 12; bit++)
		if (!(SILK_I386_LARGE_BITS >> bit & 1))
			OP_REFUSED(ENTRY(DIR, 0), map(MEMORY(3, 0), PS) | 1u << bit, ENTRY_BITS);
	OP_REFUSED(ENTRY(DIR, 0), 0xfec00000 | P | PS | W, ENTRY_OWNER);
	OP_REFUSED(ENTRY(DIR, 0), map(MEMORY(1, 0), PS | W), ENTRY_WRITABLE);
	DONE1(op(ENTRY(DIR, 0), map(MEMORY(1, 0), PS)));
	DONE1(op(ENTRY(DIR, 1), map(MEMORY(3, 0), PS | W | A | D | 0xe00)));
	ck_assert_uint_eq(entry_of(DIR, 1), map(MEMORY(3, 0), PS | W | A | D | 0xe00 | U));
	ck_assert_uint_eq(entry_of(DIR + 1, 1), map(MEMORY(3, 0), PS | W | A | D | 0xe00 | U));
	audit_all();
}
END_TEST

/* The processor sets bits in either view; AND and SET_KEEP see both.
 * covers: PT-10 PT-12 */
START_TEST(both_views)
{
	start_tables();
	DONE1(op(ENTRY(BOOT, 0), map(MEMORY(3, 0), PS | W)));
	fake_access(v, 0x1234, true, true);
	ck_assert_uint_eq(entry_of(BOOT, 0) & (A | D), 0);
	ck_assert_uint_eq(entry_of(BOOT + 1, 0) & (A | D), A | D);
	DONE1(op(ENTRY(BOOT, 0) | SILK_OP_SET_KEEP, map(MEMORY(3, 0), PS)));
	ck_assert_uint_eq(entry_of(BOOT, 0), map(MEMORY(3, 0), PS | A | D | U));
	ck_assert_uint_eq(entry_of(BOOT + 1, 0), map(MEMORY(3, 0), PS | A | D | U));
	DONE1(op(ENTRY(BOOT, 0), map(MEMORY(3, 0), PS | W)));
	fake_access(v, 0x1234, true, true);
	DONE1(op(ENTRY(BOOT, 0) | SILK_OP_AND, ~(u32)W));
	ck_assert_uint_eq(kept(0), map(MEMORY(3, 0), PS | W | A | D | U));
	ck_assert_uint_eq(entry_of(BOOT, 0), map(MEMORY(3, 0), PS | A | D | U));
	audit_all();
}
END_TEST

/* covers: PT-8 PT-4 PT-10 */
START_TEST(kernel_range)
{
	start_tables();
	link_table(DIR, K, LEAF);
	ck_assert_uint_eq(entry_of(DIR, K), map(FRAME(LEAF), W | U));
	ck_assert_uint_eq(entry_of(BOOT, K), map(FRAME(LEAF), W | U));
	ck_assert_uint_eq(entry_of(DIR + 1, K), 0);
	ck_assert_uint_eq(entry_of(BOOT + 1, K), 0);
	/* One link, whichever directory it is written through */
	DONE1(op(ENTRY(BOOT, K), map(FRAME(LEAF), 0)));
	ck_assert_uint_eq(state_of(LEAF), TABLE_LINKED);
	OP_REFUSED(ENTRY(BOOT, K + 1), map(FRAME(LEAF), 0), LINK_STATE);
	/* AND through a directory that is behind works on the set. */
	DONE1(op(ENTRY(BOOT, K + 1), map(MEMORY(3, 0), PS | W)));
	DONE1(op(ENTRY(DIR, K + 1) | SILK_OP_AND, ~(u32)W));
	ck_assert_uint_eq(kept(0), map(MEMORY(3, 0), PS | W | U));
	ck_assert_uint_eq(entry_of(BOOT, K + 1), map(MEMORY(3, 0), PS | U));
	ck_assert_uint_eq(entry_of(DIR, K + 1), map(MEMORY(3, 0), PS | U));
	audit_all();
	DONE1(op(ENTRY(DIR, K), 0));
	ck_assert_uint_eq(state_of(LEAF), TABLE_UNLINKED);
	ck_assert_uint_eq(entry_of(BOOT, K), 0);
	audit_all();
	/* The ends of the range */
	DONE1(op(ENTRY(DIR, 958), map(MEMORY(3, 0), PS)));
	ck_assert_uint_eq(entry_of(BOOT, 958), map(MEMORY(3, 0), PS | U));
	DONE1(op(ENTRY(DIR, 767), map(MEMORY(3, 0), PS)));
	ck_assert_uint_eq(entry_of(BOOT, 767), 0);
	audit_all();
}
END_TEST

/* The same value again, as a guest does that keeps its directories in step by
 * hand: no directory falls behind for it. covers: PT-8 */
START_TEST(kernel_range_unchanged)
{
	u32 generation;

	start_tables();
	DONE1(op(ENTRY(BOOT, K), map(MEMORY(3, 0), PS)));
	generation = g->kernel.generation;
	DONE1(op(ENTRY(DIR, K), map(MEMORY(3, 0), PS)));
	ck_assert_uint_eq(g->kernel.generation, generation);
	ck_assert_uint_eq(entry_of(DIR, K), map(MEMORY(3, 0), PS | U));
	audit_all();
}
END_TEST

/* ---- control operations ---- */

/* covers: PT-13 PT-22 PT-68 */
START_TEST(control)
{
	u32 code, all, pages;

	start_tables();
	all = fake.flushes;
	pages = fake.page_flushes;
	DONE1(op(SILK_CONTROL(SILK_CONTROL_FLUSH_ALL), 0));
	ck_assert_uint_eq(fake.flushes, all + 1);
	DONE1(op(SILK_CONTROL(SILK_CONTROL_FLUSH_PAGE), 0x12345678));
	ck_assert_uint_eq(fake.page_flushes, pages + 1);
	ck_assert_uint_eq(fake.flushed_page, 0x12345678);
	DONE1(op(SILK_CONTROL(SILK_CONTROL_FLUSH_PAGE), SILK_I386_HYPERVISOR));
	ck_assert_uint_eq(fake.page_flushes, pages + 1);
	for (code = 0; code < 64; code++) {
		bool known = code <= SILK_CONTROL_DESC_LOW ||
			     (code >= SILK_CONTROL_DESC_HIGH + 6 &&
			      code <= SILK_CONTROL_DESC_HIGH + 8) ||
			     code == SILK_CONTROL_DESC_HIGH + 27;

		if (known)
			continue;
		OP_REFUSED(SILK_CONTROL(code), 0, OP_CONTROL);
		ck_assert_uint_eq(v->page->diag.value, SILK_CONTROL(code));
	}
	OP_REFUSED(~0u, 0, OP_CONTROL);
}
END_TEST

/* covers: PT-13 CPU-51 */
START_TEST(control_descriptor)
{
	u32 high = SILK_CONTROL(SILK_CONTROL_DESC_HIGH + 7);
	struct silk_mmu_op ops[] = {
		{ SILK_CONTROL(SILK_CONTROL_DESC_LOW), 0x1234ffff },
		{ high, 0x00cff200 },
		{ high, 0x00cff200 },
	};

	start_tables();
	ck_assert_uint_eq(batch(ops, 2), 2);
	ck_assert_uint_eq(fake.descriptor[0], 7);
	ck_assert_uint_eq(fake.descriptor[1], 0x1234ffff);
	ck_assert_uint_eq(fake.descriptor[2] & ~0x100u, 0x00cff200);
	/* The value kept is used once. */
	ck_assert_uint_eq(batch(ops, 3), 3);
	ck_assert_uint_eq(fake.descriptor[1], 0);
	/* A code segment: refused as set_descriptor would be, in its place. */
	ops[1].value = 0x00cffa00;
	FAKE_REFUSED(batch(ops, 3), v, DESC_BITS);
	ck_assert_uint_eq(v->page->diag.done, 1);
	ck_assert_uint_eq(v->page->diag.value, 0x00cffa00);
}
END_TEST

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
	tcase_add_test(c, set_leaf_entry);
	tcase_add_test(c, entry_refused);
	tcase_add_test(c, target_refused);
	tcase_add_test(c, and_op);
	tcase_add_test(c, and_refused);
	tcase_add_test(c, set_keep);
	tcase_add_test(c, and_of_its_own_page);
	tcase_add_test(c, links);
	tcase_add_test(c, link_refused);
	tcase_add_test(c, large);
	tcase_add_test(c, both_views);
	tcase_add_test(c, kernel_range);
	tcase_add_test(c, kernel_range_unchanged);
	tcase_add_test(c, control);
	tcase_add_test(c, control_descriptor);
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

UNIT_MAIN("mmu", tests)
