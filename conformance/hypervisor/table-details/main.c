// SPDX-License-Identifier: GPL-2.0-only
/*
 * table-details - where batches, flushes and conversions end: the last page of a
 * range, the operation behind the first blocks, the AND that can't be stored, the
 * directory that is loaded already, and tables that were RAM before and after.
 *
 * guest: mem=24M
 * covers: PT-8 PT-9 PT-16 PT-18 PT-22 PT-24 PT-62 PT-64 MEM-4 CALL-4 CALL-8 CALL-13
 */
#include "suite.h"

#define AT    (scene.linked + 48)
#define VA    (39u << 22 | 12u << 12)
#define CHUNK 4u /* becomes TABLE, and RAM again */
#define OPS   ((struct silk_mmu_op *)arena)

static void read_at(uint32_t address)
{
	(void)*(volatile uint32_t *)address;
}

/* A page at VA that the processor has used. */
static void used_page(void)
{
	*(uint32_t *)gpa_to_va(SPARE_GPA + 10 * PAGE_SIZE) = 0xaaaa0001;
	*(uint32_t *)gpa_to_va(SPARE_GPA + 11 * PAGE_SIZE) = 0xbbbb0002;
	set_entry(AT, spare_page(10) | 7);
	hv_pt_flush(NULL, 0);
	read_at(VA);
}

static void flushes(void)
{
	test("PT-22", "the first and the last page of a range");
	for (uint32_t pages = 1; pages < 70; pages++) {
		used_page();
		set_entry(AT, 0);
		hv_pt_flush((void *)(VA - (pages - 1) * PAGE_SIZE), pages);
		expect(1, attempt(read_at, VA), "the last of %u", pages);
		used_page();
		set_entry(AT, 0);
		hv_pt_flush((void *)VA, pages);
		expect(1, attempt(read_at, VA), "the first of %u", pages);
	}
	end();
	test("PT-16", "pt_switch to the directory that is loaded forgets, too");
	used_page();
	set_entry(AT, spare_page(11) | 7);
	expect(0, (uint32_t)hv_pt_switch(BOOT), "result");
	expect(0xbbbb0002, *(volatile uint32_t *)VA, "the word");
	set_entry(AT, 0);
	end();
}

/* The tables of a chunk that becomes RAM again: nothing of them is left. */
static void conversion(void)
{
	const uint32_t table = CHUNK << 22, link = BOOT + 50 * 4, va = 50u << 22;
	const uint32_t direct = BOOT + (768 + CHUNK) * 4;
	int32_t result;

	test("PT-9 MEM-4", "a TABLE chunk becomes RAM: no translation by its tables is left");
	set_entry(direct, gpa_to_machine(table) | 5 | SILK_I386_LARGE);
	do {
		result = hv_chunk_convert(CHUNK, SILK_CHUNK_TABLE);
	} while (result == -SILK_EAGAIN);
	expect(0, (uint32_t)result, "to TABLE");
	expect(0, (uint32_t)hv_pt_alloc(table, SILK_PT_TABLE), "pt_alloc");
	set_entry(table, spare_page(10) | 7);
	set_entry(link, link_to(table));
	hv_pt_flush(NULL, 0);
	expect(0, attempt(read_at, va), "a page by this table");
	set_entry(link, 0);
	expect(0, (uint32_t)hv_pt_free(table), "pt_free");
	do {
		result = hv_chunk_convert(CHUNK, SILK_CHUNK_RAM);
	} while (result == -SILK_EAGAIN);
	expect(0, (uint32_t)result, "to RAM");
	expect(1, attempt(read_at, va), "the page, not flushed by us");
	set_entry(direct, gpa_to_machine(table) | 7 | SILK_I386_LARGE);
	end();
}

/* ---- batches ---- */

static void bad_operation(uint32_t at)
{
	uint32_t done = 0;
	int32_t n = 0;

	for (uint32_t i = 0; i < 300; i++)
		OPS[i] = (struct silk_mmu_op){ scene.linked + i * 4, 0x100 + i * 16 };
	OPS[at].target = ABSENT_GPA;
	/* A call may do less than it is asked to. */
	while (done < at) {
		n = hv_pt_batch(OPS + done, 300 - done);
		if (n <= 0)
			break;
		done += (uint32_t)n;
	}
	if (done == at)
		n = hv_pt_batch(OPS + at, 300 - at);
	expect(ERRNO(EOWNER), (uint32_t)n, "operation %u: result", at);
	expect(at, done + vcpu()->diag.done, "operation %u: done", at);
	expect(ABSENT_GPA, vcpu()->diag.value, "operation %u: value", at);
	if (at)
		expect(0x100 + (at - 1) * 16, entry_at(scene.linked + (at - 1) * 4),
		       "operation %u: the one before", at);
	expect(0, entry_at(scene.linked + (at + 1) * 4), "operation %u: the one behind", at);
	hv_pt_run(scene.linked, 1024, NULL);
}

static void batches(void)
{
	static const uint32_t places[] = { 0, 1, 63, 64, 65, 127, 128, 129, 200, 298 };

	test("CALL-13 CALL-8", "a batch that is refused in its middle");
	for (uint32_t i = 0; i < ARRAY_SIZE(places); i++)
		bad_operation(places[i]);
	end();
}

/* The operation can be read, and the old entry can't be stored there. */
static void unstorable(void)
{
	struct silk_mmu_op *ops = gpa_to_va(SPARE_GPA + 3 * PAGE_SIZE);

	test("PT-18 PT-64 CALL-4", "an AND whose old entry can't be stored changes nothing");
	set_entry(AT, 0x76543210);
	ops[0] = (struct silk_mmu_op){ AT | SILK_OP_AND, 0x0ff0 };
	expect(ERRNO(EFAULT), (uint32_t)hv_pt_batch((void *)RO_PAGE, 1), "result");
	expect(0x76543210, entry_at(AT), "the entry");
	expect(0x0ff0, ops[0].value, "the operation");
	set_entry(BOOT + 41 * 4, 0x76543210);
	ops[0] = (struct silk_mmu_op){ (BOOT + 41 * 4) | SILK_OP_AND, 0x0ff0 };
	expect(ERRNO(EFAULT), (uint32_t)hv_pt_batch((void *)RO_PAGE, 1), "directory: result");
	expect(0x76543210, entry_at(BOOT + 41 * 4), "directory: the entry");
	set_entry(BOOT + 41 * 4, 0);
	set_entry(AT, 0);
	end();
}

/* By a return the queue is carried out too, and no call follows that would change
 * what the slot says. */
static void refused_in_return(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	test("PT-24 CALL-8", "the slot when a return's queue is refused");
	if (!feature(SILK_GROUP_MMU, SILK_F_MMU_QUEUE)) {
		skip("feature MMU_QUEUE");
		return;
	}
	queue[0] = (struct silk_mmu_op){ AT, 0x40 };
	queue[1] = (struct silk_mmu_op){ ABSENT_GPA, 0 };
	vcpu()->queue_error = 0;
	vcpu()->queue_count = 2;
	__asm__ volatile("pushfl\n\tpushl $0x60\n\tpushl $1f\n\tint $0x82\n1:"
			 :
			 :
			 : "memory");
	irq_disable();
	expect(SILK_EOWNER, vcpu()->queue_error, "queue_error");
	expect(~0u, vcpu()->diag.call, "diag.call");
	expect(SILK_CLAUSE(SILK_AREA_PT, 69), vcpu()->diag.clause, "diag.clause");
	expect(ABSENT_GPA, vcpu()->diag.value, "diag.value");
	expect(1, vcpu()->diag.done, "diag.done");
	vcpu()->queue_error = 0;
	set_entry(AT, 0);
	end();
}

/* A directory that was loaded before is brought up to date when it is loaded again. */
static void kernel_range(void)
{
	const uint32_t at = BOOT + 950 * 4, va = 950u << 22;

	test("PT-8", "the kernel range in a directory that is loaded again");
	*(uint32_t *)gpa_to_va(SPARE_GPA + 10 * PAGE_SIZE) = 0xaaaa0001;
	for (uint32_t i = 0; i < 3; i++) {
		expect(0, (uint32_t)hv_pt_switch(scene.childless), "pt_switch there");
		expect(1, attempt(read_at, va), "not mapped there yet");
		expect(0, (uint32_t)hv_pt_switch(BOOT), "pt_switch back");
		set_entry(at, gpa_to_machine(SPARE_GPA) | 7 | SILK_I386_LARGE);
		expect(0, (uint32_t)hv_pt_switch(scene.childless), "pt_switch there again");
		expect(0, attempt(read_at, va + 10 * PAGE_SIZE), "mapped there");
		set_entry(at, 0);
		hv_pt_flush(NULL, 0);
		expect(1, attempt(read_at, va), "taken away by way of the other directory");
		expect(0, (uint32_t)hv_pt_switch(BOOT), "pt_switch back again");
		expect(1, attempt(read_at, va), "taken away here");
	}
	end();
}

void hostile_main(void)
{
	scene_set();
	flushes();
	conversion();
	batches();
	unstorable();
	refused_in_return();
	kernel_range();
}
