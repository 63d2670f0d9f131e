// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_table.c - states of table frames: pt_alloc, pt_free, pt_switch, the
 * tables at boot. Every refusal of these calls, and where two conditions hold,
 * which is named.
 */
#include "tables.h"
#include "unit.h"

/* covers: BOOT-5 PT-2 PT-8 PT-10 MEM-8 */
START_TEST(boot)
{
	u32 i;

	start();
	audit_all();
	ck_assert_uint_eq(v->directory, BOOT);
	ck_assert_uint_eq(state_of(BOOT), TABLE_DIRECTORY);
	ck_assert_uint_eq(state_of(BOOT + 1), TABLE_TWIN);
	ck_assert_uint_eq(state_of(0), TABLE_FREE);
	ck_assert_uint_eq(state_of(4), TABLE_FREE);
	for (i = 0; i < GUEST_CHUNKS; i++) {
		u32 want = g->chunks.machine[i] | P | U | PS | (i >= 2 ? W : 0);

		ck_assert_uint_eq(entry_of(BOOT, KERNEL_FIRST + i), want);
		ck_assert_uint_eq(entry_of(BOOT + 1, KERNEL_FIRST + i), 0);
	}
	ck_assert_uint_eq(entry_of(BOOT, KERNEL_FIRST + i), 0);
	for (i = 0; i < KERNEL_FIRST; i++)
		ck_assert_uint_eq(entry_of(BOOT, i), 0);
	/* The guest reads its tables, and can't write them. */
	ck_assert_uint_eq(fake_walk(v, FAKE_GVA(FRAME(BOOT)), false, false),
			  fake_machine_of(g, FRAME(BOOT)));
	ck_assert_uint_eq(fake_walk(v, FAKE_GVA(FRAME(BOOT)), true, false),
			  SILK_I386_NO_CHUNK);
	/* The window is there for the kernel, not in the user view. */
	ck_assert_uint_ne(fake_walk(v, SILK_I386_INFO, false, false), SILK_I386_NO_CHUNK);
	ck_assert_uint_eq(fake_walk(v, SILK_I386_INFO, true, false), SILK_I386_NO_CHUNK);
	ck_assert_uint_eq(fake_walk(v, SILK_I386_INFO, false, true), SILK_I386_NO_CHUNK);
	ck_assert_uint_eq(fake_walk(v, SILK_I386_HYPERVISOR, false, false), SILK_I386_NO_CHUNK);
}
END_TEST

/* covers: BOOT-5 */
START_TEST(boot_low_chunks)
{
	struct guest *big;

	fake_start(220);
	big = fake_guest(3, 200, 4);
	ck_assert_uint_eq(big->kernel.entry[KERNEL_FIRST + 156],
			  big->chunks.machine[156] | P | U | PS | W);
	ck_assert_uint_eq(big->kernel.entry[KERNEL_FIRST + 157], 0);
	ck_assert_uint_eq(big->kernel.entry[KERNEL_FIRST + 3],
			  big->chunks.machine[3] | P | U | PS);
}
END_TEST

/* covers: PT-2 PT-3 PT-11 */
START_TEST(alloc_table)
{
	start();
	/* What was in the frame before is not seen. */
	((u32 *)fake_gpa(g, FRAME(9)))[5] = 0x12345678;
	table(9);
	ck_assert_uint_eq(state_of(9), TABLE_UNLINKED);
	ck_assert_uint_eq(entry_of(9, 5), 0);
	audit_all();
	OK(FAKE_CALL(v, pt_free, FRAME(9), 0, 0));
	ck_assert_uint_eq(state_of(9), TABLE_FREE);
	audit_all();
}
END_TEST

/* covers: PT-2 PT-3 PT-10 PT-11 */
START_TEST(alloc_directory)
{
	start();
	((u32 *)fake_gpa(g, FRAME(10)))[5] = 0x12345678;
	((u32 *)fake_gpa(g, FRAME(11)))[1000] = 0x12345678;
	directory(10);
	ck_assert_uint_eq(state_of(10), TABLE_DIRECTORY);
	ck_assert_uint_eq(state_of(11), TABLE_TWIN);
	ck_assert_uint_eq(entry_of(10, 5), 0);
	ck_assert_uint_eq(entry_of(11, 1000), 0);
	audit_all();
	OK(FAKE_CALL(v, pt_free, FRAME(10), 0, 0));
	ck_assert_uint_eq(state_of(10), TABLE_FREE);
	ck_assert_uint_eq(state_of(11), TABLE_FREE);
	audit_all();
}
END_TEST

/* A second TABLE chunk serves as well as the first. covers: PT-11 MEM-3 */
START_TEST(second_chunk)
{
	u32 frame = 1024 + 1022;

	start();
	directory(frame);
	OK(FAKE_CALL(v, pt_switch, FRAME(frame), 0, 0));
	audit_all();
	ck_assert_uint_eq(v->directory, frame);
}
END_TEST

/* covers: PT-50 PT-51 PT-52 PT-53 PT-54 PT-55 */
START_TEST(alloc_refused)
{
	start();
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(4) + 4, SILK_PT_TABLE, 0), v, ALLOC_ALIGN);
	ck_assert_uint_eq(v->page->diag.value, FRAME(4) + 4);
	ck_assert_uint_eq(v->page->diag.argument, 1);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(4), 0, 0), v, ALLOC_LEVEL);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(4), 3, 0), v, ALLOC_LEVEL);
	ck_assert_uint_eq(v->page->diag.value, 3);
	ck_assert_uint_eq(v->page->diag.argument, 2);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(5), SILK_PT_DIRECTORY, 0), v, ALLOC_PAIR);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, MEMORY(8, 0), SILK_PT_TABLE, 0), v, ALLOC_OWNER);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, 0xfffff000, SILK_PT_TABLE, 0), v, ALLOC_OWNER);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, MEMORY(2, 0), SILK_PT_TABLE, 0), v, ALLOC_KIND);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(BOOT), SILK_PT_DIRECTORY, 0), v, ALLOC_STATE);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(BOOT + 1), SILK_PT_TABLE, 0), v, ALLOC_STATE);
	table(5);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(5), SILK_PT_TABLE, 0), v, ALLOC_STATE);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(4), SILK_PT_DIRECTORY, 0), v, ALLOC_STATE);
	ck_assert_uint_eq(state_of(4), TABLE_FREE);
	audit_all();
}
END_TEST

/* Two conditions hold: the one that comes first in the table is named.
 * covers: CALL-7 PT-50 PT-51 PT-52 PT-53 PT-54 */
START_TEST(alloc_order)
{
	start();
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, MEMORY(8, 1), 9, 0), v, ALLOC_ALIGN);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, MEMORY(8, 0x1000), 9, 0), v, ALLOC_LEVEL);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, MEMORY(8, 0x1000), SILK_PT_DIRECTORY, 0), v,
		     ALLOC_PAIR);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, MEMORY(2, 0x1000), SILK_PT_DIRECTORY, 0), v,
		     ALLOC_PAIR);
	FAKE_REFUSED(FAKE_CALL(v, pt_alloc, FRAME(BOOT + 1), SILK_PT_DIRECTORY, 0), v,
		     ALLOC_PAIR);
}
END_TEST

/* covers: PT-56 PT-57 PT-58 PT-59 PT-60 PT-61 PT-62 PT-26 */
START_TEST(free_refused)
{
	start();
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(4) + 1, 0, 0), v, FREE_ALIGN);
	FAKE_REFUSED(FAKE_CALL(v, pt_free, MEMORY(8, 1), 0, 0), v, FREE_ALIGN);
	FAKE_REFUSED(FAKE_CALL(v, pt_free, MEMORY(1023, 0), 0, 0), v, FREE_OWNER);
	FAKE_REFUSED(FAKE_CALL(v, pt_free, MEMORY(3, 0), 0, 0), v, FREE_KIND);
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(4), 0, 0), v, FREE_STATE);
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(BOOT + 1), 0, 0), v, FREE_STATE);
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(BOOT), 0, 0), v, FREE_LOADED);

	table(6);
	link_table(BOOT, 0, 6);
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(6), 0, 0), v, FREE_LINKED);
	/* Loaded and with children: loaded comes first. */
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(BOOT), 0, 0), v, FREE_LOADED);
	directory(8);
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(BOOT), 0, 0), v, FREE_CHILDREN);
	DONE1(op(ENTRY(BOOT, 0), 0));
	audit_all();
	/* A 4 MB page is no child. */
	DONE1(op(ENTRY(BOOT, 3), map(MEMORY(3, 0), PS | W)));
	OK(FAKE_CALL(v, pt_free, FRAME(BOOT), 0, 0));
	OK(FAKE_CALL(v, pt_free, FRAME(6), 0, 0));
	audit_all();
}
END_TEST

/* A directory that another vCPU has loaded stays. covers: PT-61 */
START_TEST(free_loaded_elsewhere)
{
	struct vcpu *second;

	start();
	second = fake_vcpu(g);
	directory(8);
	OK(FAKE_CALL(second, pt_switch, FRAME(8), 0, 0));
	FAKE_REFUSED(FAKE_CALL(v, pt_free, FRAME(8), 0, 0), v, FREE_LOADED);
	OK(FAKE_CALL(second, pt_switch, FRAME(BOOT), 0, 0));
	OK(FAKE_CALL(v, pt_free, FRAME(8), 0, 0));
	audit_all();
}
END_TEST

/* covers: PT-78 PT-79 PT-80 PT-81 PT-16 */
START_TEST(switch_refused)
{
	u32 loads;

	start();
	table(6);
	loads = fake.loads;
	FAKE_REFUSED(FAKE_CALL(v, pt_switch, FRAME(BOOT) + 0x20, 0, 0), v, SWITCH_ALIGN);
	FAKE_REFUSED(FAKE_CALL(v, pt_switch, MEMORY(9, 4), 0, 0), v, SWITCH_ALIGN);
	FAKE_REFUSED(FAKE_CALL(v, pt_switch, MEMORY(9, 0), 0, 0), v, SWITCH_OWNER);
	FAKE_REFUSED(FAKE_CALL(v, pt_switch, MEMORY(2, 0), 0, 0), v, SWITCH_KIND);
	FAKE_REFUSED(FAKE_CALL(v, pt_switch, FRAME(4), 0, 0), v, SWITCH_STATE);
	FAKE_REFUSED(FAKE_CALL(v, pt_switch, FRAME(6), 0, 0), v, SWITCH_STATE);
	FAKE_REFUSED(FAKE_CALL(v, pt_switch, FRAME(BOOT + 1), 0, 0), v, SWITCH_STATE);
	ck_assert_uint_eq(fake.loads, loads);
	ck_assert_uint_eq(v->directory, BOOT);
}
END_TEST

/* covers: PT-16 PT-8 */
START_TEST(switch_loads)
{
	start();
	directory(8);
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	ck_assert_uint_eq(v->directory, 8);
	ck_assert_uint_eq(fake.loads, 1);
	ck_assert_ptr_eq(fake.loaded, v);
	audit_all();
	/* The directory that is loaded already, again: loaded again. */
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	ck_assert_uint_eq(fake.loads, 2);
	/* It has the direct map. */
	ck_assert_uint_ne(fake_walk(v, FAKE_GVA(BUFFER), true, false), SILK_I386_NO_CHUNK);
}
END_TEST

/* The kernel range reaches other directories when they are loaded, not before;
 * those already up to date aren't copied again. covers: PT-8 */
START_TEST(kernel_range_lazy)
{
	u32 k = KERNEL_FIRST + 100;

	start();
	directory(8);
	directory(10);
	table(6);
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	link_table(8, k, 6);
	ck_assert_uint_eq(entry_of(8, k), map(FRAME(6), W | U));
	ck_assert_uint_eq(entry_of(BOOT, k), 0);
	ck_assert_uint_eq(entry_of(10, k), 0);
	audit_all();
	/* Through a directory that isn't loaded: seen there and in the loaded one. */
	DONE1(op(ENTRY(10, k + 1), map(MEMORY(3, 0), PS)));
	ck_assert_uint_eq(entry_of(10, k + 1), map(MEMORY(3, 0), PS | U));
	ck_assert_uint_eq(entry_of(8, k + 1), map(MEMORY(3, 0), PS | U));
	ck_assert_uint_eq(entry_of(10, k), 0);
	audit_all();
	OK(FAKE_CALL(v, pt_switch, FRAME(10), 0, 0));
	ck_assert_uint_eq(entry_of(10, k), map(FRAME(6), W | U));
	ck_assert_uint_eq(entry_of(10, k + 1), map(MEMORY(3, 0), PS | U));
	audit_all();
	/* Taken away, it is gone wherever the guest goes. */
	DONE1(op(ENTRY(10, k), 0));
	ck_assert_uint_eq(state_of(6), TABLE_UNLINKED);
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	ck_assert_uint_eq(entry_of(8, k), 0);
	OK(FAKE_CALL(v, pt_switch, FRAME(BOOT), 0, 0));
	ck_assert_uint_eq(entry_of(BOOT, k), 0);
	audit_all();
}
END_TEST

/* Accessed bits that the processor set in an up-to-date directory outlive a
 * switch away and back. covers: PT-8 PT-19 */
START_TEST(kernel_range_not_copied_again)
{
	start();
	directory(8);
	fake_access(v, FAKE_GVA(BUFFER), true, false);
	ck_assert_uint_eq(entry_of(BOOT, KERNEL_FIRST + 7) & (A | D), A | D);
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	OK(FAKE_CALL(v, pt_switch, FRAME(BOOT), 0, 0));
	ck_assert_uint_eq(entry_of(BOOT, KERNEL_FIRST + 7) & (A | D), A | D);
}
END_TEST

/* Two vCPUs with a directory each: both see a change at once. covers: PT-8 */
START_TEST(kernel_range_vcpus)
{
	struct vcpu *second;
	u32 k = KERNEL_FIRST + 100;

	start();
	second = fake_vcpu(g);
	directory(8);
	OK(FAKE_CALL(second, pt_switch, FRAME(8), 0, 0));
	DONE1(op(ENTRY(BOOT, k), map(MEMORY(3, 0), PS)));
	ck_assert_uint_eq(entry_of(8, k), map(MEMORY(3, 0), PS | U));
	audit_all();
}
END_TEST

/*
 * The number of changes is 32 bits wide. After 2^32 a directory of long ago
 * would seem up to date, with links to page tables that are something else by
 * now. covers: PT-8
 */
START_TEST(kernel_range_wraps)
{
	u32 k = KERNEL_FIRST + 100;
	u32 before;

	start();
	directory(8);
	table(6);
	link_table(BOOT, k, 6);
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	OK(FAKE_CALL(v, pt_switch, FRAME(BOOT), 0, 0));
	/* Directory 8 is up to date with generation 1, which comes again: */
	before = g->kernel.generation;
	g->kernel.generation = ~0u;
	g->chunks.table[0]->link[BOOT] = ~0u;
	g->chunks.table[0]->link[8] = 1;
	ck_assert_uint_gt(before, 0);
	DONE1(op(ENTRY(BOOT, k), 0));
	audit_all();
	OK(FAKE_CALL(v, pt_switch, FRAME(8), 0, 0));
	ck_assert_uint_eq(entry_of(8, k), 0);
	audit_all();
	ck_assert_uint_ne(g->kernel.generation, 0);
}
END_TEST

/* The level of a frame changes: every cached translation is forgotten before.
 * Not when it stays. covers: PT-9 PT-11 */
START_TEST(flush_on_level)
{
	u32 before;

	start();
	table(8);
	OK(FAKE_CALL(v, pt_free, FRAME(8), 0, 0));
	before = fake.flushes;
	table(8);
	OK(FAKE_CALL(v, pt_free, FRAME(8), 0, 0));
	ck_assert_uint_eq(fake.flushes, before);
	directory(8);
	ck_assert_uint_eq(fake.flushes, before + 1);
	OK(FAKE_CALL(v, pt_free, FRAME(8), 0, 0));
	directory(8);
	OK(FAKE_CALL(v, pt_free, FRAME(8), 0, 0));
	ck_assert_uint_eq(fake.flushes, before + 1);
	/* The second frame of the pair counts too. */
	table(9);
	ck_assert_uint_eq(fake.flushes, before + 2);
	OK(FAKE_CALL(v, pt_free, FRAME(9), 0, 0));
	directory(8);
	ck_assert_uint_eq(fake.flushes, before + 3);
	audit_all();
}
END_TEST

/* What the frame holds is still what it was when the flush happens: before it,
 * a processor may take the frame for what it was. covers: PT-9 */
static u32 at_flush;

static void look(struct guest *of)
{
	(void)of;
	at_flush = entry_of(8, 7);
}

START_TEST(flush_comes_first)
{
	start();
	table(8);
	DONE1(op(ENTRY(8, 7), map(MEMORY(3, 0), 0)));
	OK(FAKE_CALL(v, pt_free, FRAME(8), 0, 0));
	fake.on_flush_all = look;
	directory(8);
	ck_assert_uint_eq(at_flush, map(MEMORY(3, 0), U));
	ck_assert_uint_eq(entry_of(8, 7), 0);
}
END_TEST

/* covers: LIFE-6 */
START_TEST(reset)
{
	u32 before;

	start();
	table(6);
	directory(8);
	link_table(BOOT, 0, 6);
	table(7);
	link_table(BOOT, KERNEL_FIRST + 50, 7);
	before = fake.flushes;
	machine_attach(g);
	tables_reset(g);
	ck_assert_uint_gt(fake.flushes, before);
	ck_assert_uint_eq(v->directory, NO_FRAME);
	ck_assert_uint_eq(state_of(6), TABLE_FREE);
	ck_assert_uint_eq(state_of(BOOT), TABLE_FREE);
	audit_all();
	/* And it boots again. */
	machine_attach(g);
	tables_boot(g);
	fake_run(v);
	audit_all();
	ck_assert_uint_eq(v->directory, BOOT);
	ck_assert_uint_eq(entry_of(BOOT, KERNEL_FIRST + 50), 0);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, boot);
	tcase_add_test(c, boot_low_chunks);
	tcase_add_test(c, alloc_table);
	tcase_add_test(c, alloc_directory);
	tcase_add_test(c, second_chunk);
	tcase_add_test(c, alloc_refused);
	tcase_add_test(c, alloc_order);
	tcase_add_test(c, free_refused);
	tcase_add_test(c, free_loaded_elsewhere);
	tcase_add_test(c, switch_refused);
	tcase_add_test(c, switch_loads);
	tcase_add_test(c, kernel_range_lazy);
	tcase_add_test(c, kernel_range_not_copied_again);
	tcase_add_test(c, kernel_range_vcpus);
	tcase_add_test(c, kernel_range_wraps);
	tcase_add_test(c, flush_on_level);
	tcase_add_test(c, flush_comes_first);
	tcase_add_test(c, reset);
}

UNIT_MAIN("table", tests)
