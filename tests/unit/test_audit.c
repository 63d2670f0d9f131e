// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_audit.c - the audit can fail: each test breaks one thing by hand and
 * wants to hear of that very thing.
 */
#include "tables.h"
#include "unit.h"

static struct table_chunk *t;
static struct chunks *c;

/* Every kind of thing that the audit looks at. */
static void prepare(void)
{
	start_tables();
	table(LEAF + 6);
	DONE1(op(ENTRY(LEAF, 0), map(MEMORY(3, 0x1000), W)));
	link_table(DIR, 3, LEAF);
	link_table(BOOT, K, LEAF + 1);
	DONE1(op(ENTRY(DIR, 4), map(MEMORY(4, 0), PS | W)));
	t = g->chunks.table[0];
	c = &g->chunks;
	audit_all();
}

static u32 *entry(u32 frame, u32 i)
{
	return &((u32 *)fake_gpa(g, FRAME(frame)))[i];
}

#define CAUGHT(words) \
	do { \
		char why_[160] = ""; \
		fake_run(v); \
		ck_assert_msg(audit_guest(g, why_, sizeof(why_)) == -1 && strstr(why_, words), \
			      "wanted '%s', heard '%s'", words, why_); \
	} while (0)

#define CAUGHT_MACHINE(words) \
	do { \
		char why_[160] = ""; \
		ck_assert_msg(audit_machine(why_, sizeof(why_)) == -1 && strstr(why_, words), \
			      "wanted '%s', heard '%s'", words, why_); \
	} while (0)

/* covers: PT-7 PT-6 PT-5 PT-74 */
START_TEST(leaf_entries)
{
	prepare();
	*entry(LEAF, 9) = map(FRAME(LEAF), W | U);
	CAUGHT("writes a TABLE chunk");
	*entry(LEAF, 9) = map(MEMORY(3, 0), W);
	CAUGHT("bits of entry");
	*entry(LEAF, 9) = map(MEMORY(3, 0), W | U | 0x100);
	CAUGHT("bits of entry");
	*entry(LEAF, 9) = hv_page_machine(v->page) | P | U;
	CAUGHT("is not the guest's");
	*entry(LEAF, 9) = 0xffbff000 | P | U;
	CAUGHT("is not the guest's");
	/* An unlinked one counts as well, a free one not. */
	*entry(LEAF, 9) = 0;
	*entry(LEAF + 6, 9) = 0xffbff000 | P | U;
	CAUGHT("is not the guest's");
	OK(FAKE_CALL(v, pt_free, FRAME(LEAF + 6), 0, 0));
	audit_all();
}
END_TEST

/* covers: PT-10 PT-21 PT-4 */
START_TEST(directory_entries)
{
	u32 good;

	prepare();
	*entry(DIR, 10) = map(MEMORY(3, 0), PS | U);
	CAUGHT("user view");
	*entry(DIR + 1, 10) = map(MEMORY(3, 0), PS | U);
	audit_all();
	*entry(DIR, 10) |= W;
	CAUGHT("user view");
	*entry(DIR + 1, 10) |= W;
	*entry(DIR, 10) = *entry(DIR + 1, 10) = map(MEMORY(1, 0), PS | U | W);
	CAUGHT("writes a TABLE chunk");
	*entry(DIR, 10) = *entry(DIR + 1, 10) = map(MEMORY(3, 0x1000), PS | U);
	CAUGHT("bits of entry");
	*entry(DIR, 10) = *entry(DIR + 1, 10) = map(MEMORY(3, 0), U);
	CAUGHT("is not in a TABLE chunk");
	*entry(DIR, 10) = *entry(DIR + 1, 10) = map(FRAME(LEAF), U);
	CAUGHT("linked from");
	*entry(DIR, 10) = *entry(DIR + 1, 10) = map(FRAME(BOOT), U);
	CAUGHT("names state");
	*entry(DIR, 10) = *entry(DIR + 1, 10) = 0;
	good = *entry(DIR, 3);
	*entry(DIR, 3) = *entry(DIR + 1, 3) = 0;
	CAUGHT("its link");
	*entry(DIR, 3) = *entry(DIR + 1, 3) = good;
	/* Accessed and dirty bits may differ between the views. */
	*entry(DIR, 3) |= A;
	*entry(DIR + 1, 4) |= A | D;
	audit_all();
	*entry(DIR + 1, KERNEL_FIRST) = map(MEMORY(3, 0), PS | U);
	CAUGHT("user view's entry 768");
}
END_TEST

/* covers: PT-2 PT-3 */
START_TEST(states)
{
	prepare();
	t->state[LEAF] = TABLE_UNLINKED;
	CAUGHT("names state");
	t->state[LEAF] = TABLE_FREE;
	CAUGHT("names state");
	t->state[LEAF] = TABLE_LINKED;
	t->state[LEAF + 6] = TABLE_LINKED;
	t->link[LEAF + 6] = ENTRY(DIR, 3);
	CAUGHT("its link");
	t->link[LEAF + 6] = 0x77777777;
	CAUGHT("linked from");
	t->link[LEAF + 6] = 1 << 2 | LINK_KERNEL;
	CAUGHT("linked from");
	t->state[LEAF + 6] = 77;
	CAUGHT("state 77");
	t->state[LEAF + 6] = TABLE_DIRECTORY;
	CAUGHT("level 1");
	t->state[LEAF + 6] = TABLE_UNLINKED;
	t->last_level[LEAF + 6] = SILK_PT_DIRECTORY;
	CAUGHT("level 2");
	t->last_level[LEAF + 6] = SILK_PT_TABLE;
	t->state[DIR + 1] = TABLE_FREE;
	CAUGHT("has no twin");
	t->state[DIR + 1] = TABLE_TWIN;
	t->state[21] = TABLE_TWIN;
	CAUGHT("has no directory");
	t->state[21] = TABLE_FREE;
	audit_all();
}
END_TEST

/* covers: PT-8 MEM-1 MEM-2 */
START_TEST(kernel_range)
{
	u32 good;

	prepare();
	*entry(BOOT, K + 1) = map(MEMORY(3, 0), PS | U);
	CAUGHT("entry 869 is");
	*entry(BOOT, K + 1) = 0;
	g->kernel.entry[K + 1] = map(FRAME(LEAF + 6), U);
	CAUGHT("names state");
	g->kernel.entry[K + 1] = 0;
	g->kernel.entry[3] = map(MEMORY(3, 0), PS | U);
	CAUGHT("kernel range: entry 3");
	g->kernel.entry[3] = 0;
	g->kernel.entry[KERNEL_FIRST] |= W;
	CAUGHT("writes a TABLE chunk");
	g->kernel.entry[KERNEL_FIRST] &= ~(u32)W;
	good = *entry(BOOT, 1000);
	*entry(BOOT, 1000) = map(MEMORY(3, 0), PS | U | W);
	CAUGHT("entry 1000");
	*entry(BOOT, 1000) = good;
	*entry(BOOT + 1, 961) = 0;
	CAUGHT("user view's entry 961");
	*entry(BOOT + 1, 961) = *entry(BOOT, 961);
	good = *entry(BOOT, 959);
	*entry(BOOT, 959) = 0;
	CAUGHT("entry 959");
	*entry(BOOT, 959) = good;
	*entry(BOOT + 1, 959) = good;
	CAUGHT("user view's entry 959");
	*entry(BOOT + 1, 959) = 0;
	audit_all();
	g->kernel.generation++;
	CAUGHT("is behind");
	g->kernel.generation--;
	v->directory = LEAF;
	CAUGHT("is no directory");
	v->directory = 5 * 1024;
	CAUGHT("is no directory");
}
END_TEST

/* covers: MEM-3 MEM-6 MEM-7 MEM-9 MEM-10 */
START_TEST(chunk_tables)
{
	u32 nr;

	prepare();
	nr = c->machine[3] >> CHUNK_SHIFT;
	c->kind[3] = SILK_CHUNK_TABLE;
	CAUGHT("chunk 3: kind 2");
	c->kind[3] = SILK_CHUNK_CHANGING;
	CAUGHT("chunk 3: kind 3");
	c->kind[3] = SILK_CHUNK_ABSENT;
	CAUGHT("chunk 3: kind 0");
	c->kind[3] = 9;
	CAUGHT("chunk 3: kind 9");
	c->kind[3] = SILK_CHUNK_RAM;
	c->machine[3] += PAGE_SIZE;
	CAUGHT("is not a chunk");
	c->machine[3] = c->machine[2];
	CAUGHT("is there twice");
	c->machine[3] = 0;
	CAUGHT("not owned by a guest");
	c->machine[3] = nr << CHUNK_SHIFT;
	c->reverse[nr] = 0;
	CAUGHT("guest base");
	c->reverse[nr] = MEMORY(3, 0);
	c->reverse[700] = MEMORY(3, 0);
	CAUGHT("machine chunk 700");
	c->reverse[700] = SILK_I386_NO_CHUNK;
	c->machine_kind[nr] = SILK_CHUNK_TABLE;
	CAUGHT("kind 2");
	c->machine_kind[nr] = SILK_CHUNK_RAM;
	c->machine_kind[0] = SILK_CHUNK_RAM;
	CAUGHT("machine chunk 0");
	c->machine_kind[0] = SILK_CHUNK_ABSENT;
	c->owned++;
	CAUGHT("chunks owned");
	c->owned--;
	t->slot = 5;
	CAUGHT("window slot");
	t->slot = 0;
	c->slot[9] = t;
	CAUGHT("slots amiss");
	c->slot[9] = NULL;
	c->change.chunk = 3;
	CAUGHT("while 3 changes");
	c->change.chunk = NO_FRAME;
	chunk_pin(c->machine[1] >> CHUNK_SHIFT);
	CAUGHT("I/O in flight");
	chunk_unpin_machine(c->machine[1] >> CHUNK_SHIFT);
	audit_all();
}
END_TEST

/* covers: MEM-3 MEM-5 MEM-10 */
START_TEST(machine)
{
	struct guest *other;
	u32 nr;

	prepare();
	other = fake_guest(1, 4, 1);
	nr = c->machine[3] >> CHUNK_SHIFT;
	other->chunks.reverse[nr] = MEMORY(3, 0);
	CAUGHT_MACHINE("2 guests");
	other->chunks.reverse[nr] = SILK_I386_NO_CHUNK;
	c->reverse[nr] = SILK_I386_NO_CHUNK;
	CAUGHT_MACHINE("0 guests");
	c->reverse[nr] = MEMORY(3, 0);
	c->reverse[2] = MEMORY(30, 0); /* the hypervisor's */
	CAUGHT_MACHINE("machine chunk 2");
	c->reverse[2] = SILK_I386_NO_CHUNK;
	chunk_pin(60); /* a free one */
	CAUGHT_MACHINE("machine chunk 60");
	chunk_unpin_machine(60);
	audit_all();
}
END_TEST

static void tests(TCase *tc)
{
	tcase_add_test(tc, leaf_entries);
	tcase_add_test(tc, directory_entries);
	tcase_add_test(tc, states);
	tcase_add_test(tc, kernel_range);
	tcase_add_test(tc, chunk_tables);
	tcase_add_test(tc, machine);
}

UNIT_MAIN("audit", tests)
