// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_convert.c - chunk_convert, chunk_give, chunk_take: every refusal, and the
 * search for mappings, whole and in parts.
 */
#include "tables.h"
#include "unit.h"

#define CONVERT(chunk, kind) FAKE_CALL(v, chunk_convert, chunk, kind, 0)
#define GIVE(chunk)          FAKE_CALL(v, chunk_give, chunk, 0, 0)
#define TAKE(chunk, kind)    FAKE_CALL(v, chunk_take, chunk, kind, 0)
#define TO_TABLE(chunk)      CONVERT(chunk, SILK_CHUNK_TABLE)
#define TO_RAM(chunk)        CONVERT(chunk, SILK_CHUNK_RAM)

static u32 kind_of(u32 chunk)
{
	return g->chunks.kind[chunk];
}

static u32 machine_nr(u32 chunk)
{
	return g->chunks.machine[chunk] >> CHUNK_SHIFT;
}

/* ---- conversion ---- */

/* covers: MEM-4 PT-7 PT-9 MEM-3 */
START_TEST(to_table_and_back)
{
	u32 before, frame = 5 * 1024 + 7;

	start();
	unmap_direct(5);
	before = fake.flushes;
	OK(TO_TABLE(5));
	ck_assert_uint_gt(fake.flushes, before);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_TABLE);
	audit_all();
	table(frame);
	DONE1(op(ENTRY(frame, 0), map(MEMORY(3, 0), W)));
	ck_assert_uint_eq(entry_of(frame, 0), map(MEMORY(3, 0), W | U));
	link_table(BOOT, 0, frame);
	audit_all();
	FAKE_REFUSED(TO_RAM(5), v, CONVERT_TABLES);
	DONE1(op(ENTRY(BOOT, 0), 0));
	FAKE_REFUSED(TO_RAM(5), v, CONVERT_TABLES);
	OK(FAKE_CALL(v, pt_free, FRAME(frame), 0, 0));
	before = fake.flushes;
	OK(TO_RAM(5));
	ck_assert_uint_gt(fake.flushes, before);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_RAM);
	audit_all();
	/* Writable again, and a table no more */
	DONE1(op(ENTRY(BOOT, KERNEL_FIRST + 5), map(MEMORY(5, 0), PS | W)));
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(frame), SILK_PT_TABLE, 0), v, ALLOC_KIND);
	audit_all();
}
END_TEST

/* The bytes stay, read-only mappings too; frames are FREE. covers: MEM-4 PT-3 */
START_TEST(to_table_keeps)
{
	start();
	DONE1(op(ENTRY(BOOT, KERNEL_FIRST + 5), map(MEMORY(5, 0), PS)));
	memset(fake_gpa(g, MEMORY(5, 0)), 0x11, CHUNK_SIZE);
	OK(TO_TABLE(5));
	ck_assert_uint_eq(*(u32 *)fake_gpa(g, MEMORY(5, 0x1000)), 0x11111111);
	ck_assert_uint_ne(fake_walk(v, FAKE_GVA(MEMORY(5, 0)), false, false),
			  SILK_I386_NO_CHUNK);
	ck_assert_uint_eq(state_of(5 * 1024 + 1), TABLE_FREE);
	audit_all();
	/* What was rubbish is zero in a table. */
	table(5 * 1024 + 1);
	ck_assert_uint_eq(*(u32 *)fake_gpa(g, MEMORY(5, 0x1000)), 0);
}
END_TEST

/* covers: MEM-50 MEM-51 MEM-52 MEM-53 MEM-54 MEM-55 MEM-56 CALL-7 */
START_TEST(convert_refused)
{
	start();
	FAKE_REFUSED(CONVERT(8, 9), v, CONVERT_OWNER);
	FAKE_REFUSED(CONVERT(1024, SILK_CHUNK_RAM), v, CONVERT_OWNER);
	FAKE_REFUSED(CONVERT(~0u, SILK_CHUNK_RAM), v, CONVERT_OWNER);
	FAKE_REFUSED(CONVERT(5, SILK_CHUNK_ABSENT), v, CONVERT_KIND);
	FAKE_REFUSED(CONVERT(5, SILK_CHUNK_CHANGING), v, CONVERT_KIND);
	ck_assert_uint_eq(v->page->diag.value, SILK_CHUNK_CHANGING);
	ck_assert_uint_eq(v->page->diag.argument, 2);
	FAKE_REFUSED(CONVERT(5, SILK_CHUNK_RAM), v, CONVERT_SAME);
	FAKE_REFUSED(CONVERT(0, SILK_CHUNK_TABLE), v, CONVERT_SAME);
	chunk_pin(machine_nr(5));
	FAKE_REFUSED(CONVERT(5, SILK_CHUNK_RAM), v, CONVERT_SAME);
	/* Mapped as well: pinned comes first. */
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_PINNED);
	chunk_unpin_machine(machine_nr(5));
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_MAPPED);
	FAKE_REFUSED(TO_RAM(0), v, CONVERT_TABLES);
	/* Mapped and no memory: mapped. */
	fake.hv_fail_after = 0;
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_MAPPED);
	unmap_direct(5);
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_MEMORY);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_RAM);
	audit_all();
	fake.hv_fail_after = ~0u;
	OK(TO_TABLE(5));
	audit_all();
}
END_TEST

/* covers: MEM-56 */
START_TEST(too_many_table_chunks)
{
	u32 i;

	fake_start(64);
	g = fake_guest(0, 40, 2);
	v = g->vcpu[0];
	for (i = 2; i < 40; i++)
		DONE1(op(ENTRY(BOOT, KERNEL_FIRST + i),
			 i == 7 ? map(MEMORY(7, 0), PS | W) : 0));
	for (i = 8; i < 8 + SILK_TABLE_CHUNKS_MAX - 2; i++)
		OK(TO_TABLE(i));
	FAKE_REFUSED(TO_TABLE(i), v, CONVERT_MEMORY);
	FAKE_REFUSED(TAKE(100, SILK_CHUNK_TABLE), v, TAKE_MEMORY);
	ck_assert_uint_eq(kind_of(100), SILK_CHUNK_ABSENT);
	audit_all();
	OK(TO_RAM(8));
	OK(TO_TABLE(i));
	audit_all();
}
END_TEST

/* Wherever a writable mapping may stand, it is found. covers: MEM-55 PT-7 */
START_TEST(mapped_anywhere)
{
	u32 entry, i;

	start();
	entry = map(MEMORY(5, 0x7000), W);
	unmap_direct(5);
	table(6);
	table(7);
	directory(8);
	for (i = 0; i < 4; i++) {
		static const u32 frame[] = { 6, 7, 8, BOOT };
		static const u32 index[] = { 0, 1023, 767, 5 };
		u32 e = i < 2 ? entry : map(MEMORY(5, 0), W | PS);

		if (i == 1)
			link_table(8, 3, 7);
		DONE1(op(ENTRY(frame[i], index[i]), e));
		FAKE_REFUSED(TO_TABLE(5), v, CONVERT_MAPPED);
		ck_assert_uint_eq(kind_of(5), SILK_CHUNK_RAM);
		audit_all();
		/* Read-only doesn't matter to a conversion, to giving it does. */
		DONE1(op(ENTRY(frame[i], index[i]), e & ~(u32)W));
		FAKE_REFUSED(GIVE(5), v, GIVE_MAPPED);
		OK(TO_TABLE(5));
		OK(TO_RAM(5));
		DONE1(op(ENTRY(frame[i], index[i]), e & ~(u32)P));
		audit_all();
	}
	/* In the kernel range, through a directory that isn't loaded */
	DONE1(op(ENTRY(8, KERNEL_FIRST + 50), map(MEMORY(5, 0), W | PS)));
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_MAPPED);
	DONE1(op(ENTRY(BOOT, KERNEL_FIRST + 50), 0));
	/* Directory 8 is behind, and its copy of the entry doesn't count. */
	OK(TO_TABLE(5));
	audit_all();
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	audit_all();
}
END_TEST

/* What a freed table held is no mapping. covers: MEM-55 PT-26 */
START_TEST(freed_tables_dont_count)
{
	start();
	unmap_direct(5);
	table(6);
	DONE1(op(ENTRY(6, 0), map(MEMORY(5, 0), W)));
	OK(FAKE_CALL(v, pt_free, FRAME(6), 0, 0));
	OK(TO_TABLE(5));
	audit_all();
}
END_TEST

/* ---- in parts ---- */

#define MANY 600u /* page tables: three parts of 256 frames */

static void many_tables(void)
{
	u32 i;

	start();
	for (i = 0; i < MANY; i++)
		table(1024 + i);
	unmap_direct(5);
	unmap_direct(6);
}

/* covers: MEM-57 MEM-9 MEM-4 */
START_TEST(in_parts)
{
	u32 calls = 0, result;

	many_tables();
	while ((result = TO_TABLE(5)) != 0) {
		FAKE_REFUSED(result, v, CONVERT_AGAIN);
		ck_assert_uint_eq(kind_of(5), SILK_CHUNK_CHANGING);
		audit_all();
		calls++;
		ck_assert_uint_lt(calls, 10);
	}
	ck_assert_uint_eq(calls, 2);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_TABLE);
	audit_all();
}
END_TEST

/* However late it is, each call advances. covers: MEM-9 MEM-57 */
START_TEST(always_advances)
{
	u32 calls = 0;

	many_tables();
	fake.preempt_after = 0;
	while (TO_TABLE(5) != 0)
		ck_assert_uint_lt(++calls, MANY + 2);
	ck_assert_uint_eq(calls, MANY + 1); /* the directory is one more */
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_TABLE);
}
END_TEST

/* Between two parts. covers: MEM-9 PT-75 PT-70 PT-77 MEM-57 */
START_TEST(while_changing)
{
	many_tables();
	DONE1(op(ENTRY(1024, 9), map(MEMORY(5, 0), 0)));
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	FAKE_REFUSED(op(ENTRY(1024, 0), map(MEMORY(5, 0), W)), v, ENTRY_WRITABLE);
	FAKE_REFUSED(op(ENTRY(BOOT, 0), map(MEMORY(5, 0), W | PS)), v, ENTRY_WRITABLE);
	DONE1(op(ENTRY(1024, 0), map(MEMORY(5, 0), 0)));
	/* Neither RAM nor TABLE */
	FAKE_REFUSED(op(MEMORY(5, 0), 0), v, OP_KIND);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, MEMORY(5, 0), SILK_PT_TABLE, 0), v, ALLOC_KIND);
	FAKE_REFUSED(op(ENTRY(BOOT, 0), map(MEMORY(5, 0), 0)), v, LINK_STATE);
	audit_all();
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	OK(TO_TABLE(5));
	audit_all();
}
END_TEST

/* A mapping that was there before the search began, in the last part: found, and
 * the chunk is RAM again. covers: MEM-55 MEM-9 */
START_TEST(found_late)
{
	many_tables();
	DONE1(op(ENTRY(1024 + MANY - 1, 9), map(MEMORY(5, 0), W)));
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_MAPPED);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_RAM);
	audit_all();
	/* From the start again */
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	DONE1(op(ENTRY(1024 + MANY - 1, 9), 0));
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	OK(TO_TABLE(5));
	audit_all();
}
END_TEST

/* Any other conversion or giving-back in between ends the first. covers: MEM-9 */
START_TEST(given_up)
{
	many_tables();
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	FAKE_REFUSED(TO_TABLE(6), v, CONVERT_AGAIN);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_RAM);
	ck_assert_uint_eq(kind_of(6), SILK_CHUNK_CHANGING);
	audit_all();
	/* A writable mapping that is made now is found by the search that follows. */
	DONE1(op(ENTRY(1024, 0), map(MEMORY(5, 0), W)));
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_MAPPED);
	ck_assert_uint_eq(kind_of(6), SILK_CHUNK_RAM);
	audit_all();
	/* The same chunk, otherwise: from the start */
	FAKE_REFUSED(TO_TABLE(6), v, CONVERT_AGAIN);
	FAKE_REFUSED(GIVE(6), v, GIVE_AGAIN);
	FAKE_REFUSED(op(ENTRY(1024, 1), map(MEMORY(6, 0), 0)), v, ENTRY_OWNER);
	FAKE_REFUSED(TO_TABLE(6), v, CONVERT_AGAIN);
	DONE1(op(ENTRY(1024, 1), map(MEMORY(6, 0), 0)));
	audit_all();
	FAKE_REFUSED(TO_RAM(6), v, CONVERT_SAME);
	ck_assert_uint_eq(kind_of(6), SILK_CHUNK_RAM);
	FAKE_REFUSED(TO_TABLE(6), v, CONVERT_AGAIN);
	FAKE_REFUSED(GIVE(~0u), v, GIVE_OWNER);
	ck_assert_uint_eq(kind_of(6), SILK_CHUNK_RAM);
	FAKE_REFUSED(TO_TABLE(6), v, CONVERT_AGAIN);
	FAKE_REFUSED(CONVERT(6, 77), v, CONVERT_KIND);
	ck_assert_uint_eq(kind_of(6), SILK_CHUNK_RAM);
	audit_all();
}
END_TEST

/* A reboot in the middle of it. covers: MEM-9 LIFE-6 */
START_TEST(reset_while_changing)
{
	many_tables();
	FAKE_REFUSED(TO_TABLE(5), v, CONVERT_AGAIN);
	machine_attach(g);
	tables_reset(g);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_RAM);
	audit_all();
}
END_TEST

/* ---- giving back, taking ---- */

/* covers: MEM-11 MEM-12 MEM-5 MEM-6 PT-9 PT-74 */
START_TEST(give_and_take)
{
	u32 machine, before, free;

	start();
	machine = g->chunks.machine[5];
	free = chunks_free();
	memset(fake_gpa(g, MEMORY(5, 0)), 0x33, CHUNK_SIZE);
	unmap_direct(5);
	before = fake.flushes;
	OK(GIVE(5));
	ck_assert_uint_gt(fake.flushes, before);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_ABSENT);
	ck_assert_uint_eq(g->chunks.machine[5], SILK_I386_NO_CHUNK);
	ck_assert_uint_eq(g->chunks.reverse[machine >> CHUNK_SHIFT], SILK_I386_NO_CHUNK);
	ck_assert_uint_eq(chunks_free(), free + 1);
	audit_all();
	FAKE_REFUSED(op(ENTRY(BOOT, 0), machine | P | PS), v, ENTRY_OWNER);
	FAKE_REFUSED(GIVE(5), v, GIVE_OWNER);

	OK(TAKE(1023, SILK_CHUNK_RAM));
	OK(TAKE(5, SILK_CHUNK_TABLE));
	ck_assert_uint_eq(kind_of(1023), SILK_CHUNK_RAM);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_TABLE);
	ck_assert_uint_eq(*(u32 *)fake_gpa(g, MEMORY(1023, 0x1234)), 0);
	ck_assert_uint_eq(*(u32 *)fake_gpa(g, MEMORY(5, 0x1234)), 0);
	audit_all();
	table(5 * 1024);
	DONE1(op(ENTRY(BOOT, 0), map(MEMORY(1023, 0), PS | W)));
	audit_all();
}
END_TEST

/* A chunk that one guest had goes to another: zeroed, out of reach of the first.
 * covers: MEM-5 MEM-11 MEM-12 PT-74 */
START_TEST(from_guest_to_guest)
{
	struct guest *other;
	u32 machine;

	fake_start(FAKE_HV_CHUNKS + 12);
	other = fake_guest(1, 4, 1);
	g = fake_guest(0, 8, 2);
	v = g->vcpu[0];
	machine = g->chunks.machine[5];
	memset(fake_gpa(g, MEMORY(5, 0)), 0x33, CHUNK_SIZE);
	FAKE_REFUSED(FAKE_CALL(other->vcpu[0], chunk_take, 9, SILK_CHUNK_RAM, 0),
		     other->vcpu[0], TAKE_MEMORY);
	unmap_direct(5);
	OK(GIVE(5));
	OK(FAKE_CALL(other->vcpu[0], chunk_take, 9, SILK_CHUNK_RAM, 0));
	ck_assert_uint_eq(other->chunks.machine[9], machine);
	ck_assert_uint_eq(*(u32 *)fake_gpa(other, MEMORY(9, 0x1234)), 0);
	FAKE_REFUSED(op(ENTRY(BOOT, 0), machine | P | PS), v, ENTRY_OWNER);
	audit_all();
}
END_TEST

/* covers: MEM-58 MEM-59 MEM-60 MEM-61 MEM-62 CALL-7 */
START_TEST(give_refused)
{
	u32 i;

	many_tables();
	FAKE_REFUSED(GIVE(8), v, GIVE_OWNER);
	FAKE_REFUSED(GIVE(1024), v, GIVE_OWNER);
	FAKE_REFUSED(GIVE(0), v, GIVE_KIND);
	chunk_pin(machine_nr(7));
	FAKE_REFUSED(GIVE(7), v, GIVE_PINNED);
	chunk_unpin_machine(machine_nr(7));
	FAKE_REFUSED(GIVE(7), v, GIVE_MAPPED);
	FAKE_REFUSED(GIVE(5), v, GIVE_AGAIN);
	ck_assert_uint_eq(kind_of(5), SILK_CHUNK_CHANGING);
	FAKE_REFUSED(op(ENTRY(1024, 0), map(MEMORY(5, 0), 0)), v, ENTRY_OWNER);
	audit_all();
	FAKE_REFUSED(GIVE(5), v, GIVE_AGAIN);
	OK(GIVE(5));
	/* Late */
	i = map(MEMORY(6, 0), 0);
	DONE1(op(ENTRY(1024 + MANY - 1, 0), i));
	FAKE_REFUSED(GIVE(6), v, GIVE_AGAIN);
	FAKE_REFUSED(GIVE(6), v, GIVE_AGAIN);
	FAKE_REFUSED(GIVE(6), v, GIVE_MAPPED);
	ck_assert_uint_eq(kind_of(6), SILK_CHUNK_RAM);
	audit_all();
}
END_TEST

/* covers: MEM-63 MEM-64 MEM-65 MEM-66 MEM-12 CALL-7 */
START_TEST(take_refused)
{
	u32 i;

	start();
	FAKE_REFUSED(TAKE(1024, 9), v, TAKE_RANGE);
	FAKE_REFUSED(TAKE(~0u, SILK_CHUNK_RAM), v, TAKE_RANGE);
	FAKE_REFUSED(TAKE(5, 9), v, TAKE_KIND);
	FAKE_REFUSED(TAKE(50, SILK_CHUNK_ABSENT), v, TAKE_KIND);
	FAKE_REFUSED(TAKE(50, SILK_CHUNK_CHANGING), v, TAKE_KIND);
	FAKE_REFUSED(TAKE(5, SILK_CHUNK_RAM), v, TAKE_PRESENT);
	for (i = g->chunks.owned; i < g->chunks.limit; i++)
		OK(TAKE(100 + i, SILK_CHUNK_RAM));
	FAKE_REFUSED(TAKE(5, SILK_CHUNK_RAM), v, TAKE_PRESENT);
	FAKE_REFUSED(TAKE(50, SILK_CHUNK_RAM), v, TAKE_MEMORY);
	ck_assert_uint_eq(v->page->diag.value, 50);
	audit_all();
	/* A chunk for which there is no bookkeeping goes back. */
	unmap_direct(5);
	OK(GIVE(5));
	i = chunks_free();
	fake.hv_fail_after = 0;
	FAKE_REFUSED(TAKE(5, SILK_CHUNK_TABLE), v, TAKE_MEMORY);
	ck_assert_uint_eq(chunks_free(), i);
	audit_all();
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, to_table_and_back);
	tcase_add_test(c, to_table_keeps);
	tcase_add_test(c, convert_refused);
	tcase_add_test(c, too_many_table_chunks);
	tcase_add_test(c, mapped_anywhere);
	tcase_add_test(c, freed_tables_dont_count);
	tcase_add_test(c, in_parts);
	tcase_add_test(c, always_advances);
	tcase_add_test(c, while_changing);
	tcase_add_test(c, found_late);
	tcase_add_test(c, given_up);
	tcase_add_test(c, reset_while_changing);
	tcase_add_test(c, give_and_take);
	tcase_add_test(c, from_guest_to_guest);
	tcase_add_test(c, give_refused);
	tcase_add_test(c, take_refused);
}

UNIT_MAIN("convert", tests)
