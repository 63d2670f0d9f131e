// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_mmu.c - one page-table operation: what SET, AND, SET_KEEP and control
 * operations do in page tables and directories, every refusal, and their order.
 */
#include "tables.h"
#include "unit.h"

/* The entry that an operation names, or 0 if there is none. */
static u32 entry_named(u32 target)
{
	if ((target & 3) == SILK_OP_CONTROL || !chunk_present(g, target >> CHUNK_SHIFT))
		return 0;
	return *(u32 *)fake_gpa(g, target & ~3u);
}

/* The operation is refused for `why_id`; nothing has changed. */
#define OP_REFUSED(target_, value_, why_id) \
	do { \
		u32 was_ = entry_named(target_); \
		FAKE_REFUSED(op(target_, value_), v, why_id); \
		ck_assert_uint_eq(entry_named(target_), was_); \
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
	OP_REFUSED(ENTRY(LEAF, 0) | SILK_OP_AND, 0xfff, ENTRY_OWNER); /* frame 0 */
	ck_assert_uint_eq(v->page->diag.value, 0xfff);
	ck_assert_uint_eq(kept(0), 0xfff); /* not stored */
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
	u32 gva = MEMORY(1, 0); /* entry 1 of the user range */
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
	ck_assert_uint_eq(v->page->diag.value, 0x1234ffff);
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
}

UNIT_MAIN("mmu", tests)
