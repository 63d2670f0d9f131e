// SPDX-License-Identifier: GPL-2.0-only
/*
 * table-writes - what SET, AND and SET_KEEP, runs and the deferred queue do
 * when nothing is refused: every bit of an entry, accessed and dirty bits, the
 * order of operations, counts at their limits.
 *
 * guest: mem=16M
 * covers: PT-1 PT-5 PT-6 PT-12 PT-13 PT-14 PT-15 PT-17 PT-18 PT-19 PT-24 CALL-9
 * covers: CALL-13 CPU-4
 */
#include "suite.h"

#define QUEUE ((struct silk_mmu_op *)SILK_I386_QUEUE)
#define OPS   ((struct silk_mmu_op *)arena)
#define AT    (scene.linked + 44)
#define VA    (39u << 22 | 11u << 12) /* what AT maps */
#define A     SILK_I386_ACCESSED
#define D     SILK_I386_DIRTY

static uint32_t operate(uint32_t target, uint32_t value)
{
	OPS[0] = (struct silk_mmu_op){ target, value };
	return (uint32_t)hv_pt_batch(OPS, 1);
}

static void drain(uint32_t count)
{
	vcpu()->queue_error = 0;
	vcpu()->queue_count = count;
	hv_query(0);
}

/* ---- values ---- */

static void absent(void)
{
	test("PT-15", "values that are not present are kept, all 31 bits");
	for (uint32_t bit = 0; bit < 33; bit++) {
		uint32_t value = bit < 32 ? (1u << bit) & ~1u : ~1u;

		expect(1, operate(AT, value), "bit %u", bit);
		expect(value, entry_at(AT), "the entry, bit %u", bit);
		expect(1, operate(BOOT + 40 * 4, value), "directory, bit %u", bit);
		expect(value, entry_at(BOOT + 40 * 4), "directory, bit %u", bit);
	}
	operate(AT, 0);
	operate(BOOT + 40 * 4, 0);
	end();
}

static void present(void)
{
	test("PT-5 PT-6", "every combination of allowed bits in a page's entry");
	for (uint32_t low = 1; low < 0x1000; low += 2) {
		uint32_t value = spare_page(9) | low;

		if (low & ~(uint32_t)SILK_I386_ENTRY_BITS)
			continue;
		expect(1, operate(AT, value), "bits %x", low);
		expect(value | SILK_I386_USER, entry_at(AT), "entry, bits %x", low);
	}
	operate(AT, 0);
	end();
	test("PT-5 PT-6 PT-21", "and of a 4 MB entry");
	if (!feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE)) {
		skip("feature MMU_LARGE");
		return;
	}
	for (uint32_t low = 0x81; low < 0x1000; low += 2) {
		uint32_t value = gpa_to_machine(SPARE_GPA) | low;

		if (low & ~(uint32_t)SILK_I386_LARGE_BITS || !(low & 0x80))
			continue;
		expect(1, operate(BOOT + 40 * 4, value), "bits %x", low);
		expect((value | SILK_I386_USER) & ~0x60u,
		       entry_at(BOOT + 40 * 4) & ~0x60u, "entry, bits %x", low);
	}
	operate(BOOT + 40 * 4, 0);
	end();
}

static void touch(bool write)
{
	hv_pt_flush((void *)VA, 1);
	if (write)
		*(volatile uint32_t *)VA = 1;
	else
		(void)*(volatile uint32_t *)VA;
}

/* ---- accessed and dirty ---- */

static void dirty_bits(void)
{
	const uint32_t page = spare_page(9) | 7;

	test("PT-12 PT-19", "accessed and dirty bits are seen");
	operate(AT, page);
	expect(page, entry_at(AT), "untouched");
	touch(false);
	expect(page | A, entry_at(AT), "read");
	touch(true);
	expect(page | A | D, entry_at(AT), "written");
	end();
	test("PT-12", "AND reports and keeps them");
	expect(1, operate(AT | SILK_OP_AND, ~(uint32_t)SILK_I386_WRITABLE), "result");
	expect(page | A | D, OPS[0].value, "the old entry");
	expect((page | A | D) & ~2u, entry_at(AT), "the new entry");
	expect(1, operate(AT | SILK_OP_AND, 0), "AND 0");
	expect((page | A | D) & ~2u, OPS[0].value, "the old entry");
	expect(0, entry_at(AT), "the new entry");
	end();
	test("PT-12", "SET_KEEP keeps them, SET does not");
	operate(AT, page);
	touch(true);
	expect(1, operate(AT | SILK_OP_SET_KEEP, page & ~2u), "SET_KEEP");
	expect((page & ~2u) | A | D, entry_at(AT), "kept");
	expect(1, operate(AT, page), "SET");
	expect(page, entry_at(AT), "not kept");
	operate(AT | SILK_OP_SET_KEEP, page | D);
	expect(page | D, entry_at(AT), "none added");
	operate(AT, 0xfffffffe);
	operate(AT | SILK_OP_SET_KEEP, page);
	expect(page, entry_at(AT), "of an entry that was absent: none");
	operate(AT, page | A | D);
	operate(AT | SILK_OP_SET_KEEP, 0x10);
	expect(0x10, entry_at(AT), "in a value that is absent: none");
	operate(AT, 0);
	end();
	test("PT-12", "AND of absent entries");
	operate(AT, 0xfedcba98);
	expect(1, operate(AT | SILK_OP_AND, 0x0ff00ff1), "result");
	expect(0xfedcba98, OPS[0].value, "the old entry");
	expect(0x0ed00a90, entry_at(AT), "the new entry");
	operate(AT, 0);
	end();
}

/* ---- batches and runs ---- */

/* Call again until all are done: a call may do less. */
static uint32_t batch_all(uint32_t count)
{
	uint32_t done = 0;

	while (done < count) {
		int32_t n = hv_pt_batch(OPS + done, count - done);

		if (n <= 0 || (uint32_t)n > count - done)
			return (uint32_t)n;
		done += (uint32_t)n;
	}
	return done;
}

static void batches(void)
{
	test("PT-18 CALL-13", "a batch of the longest length, in order");
	for (uint32_t i = 0; i < SILK_BATCH_MAX; i++)
		OPS[i] = (struct silk_mmu_op){ scene.linked + (i % 512) * 4,
					       i * 0x1000 };
	expect(SILK_BATCH_MAX, batch_all(SILK_BATCH_MAX), "done");
	for (uint32_t i = 0; i < 512; i++)
		expect((i + 512) * 0x1000, entry_at(scene.linked + i * 4),
		       "entry %u", i);
	end();
	test("PT-17 CALL-13", "a run over a whole table, and with values 0");
	for (uint32_t i = 0; i < 1024; i++)
		arena[i] = (i << 12) | 0x10;
	for (uint32_t done = 0; done < 1024;) {
		int32_t n = hv_pt_run(scene.linked + done * 4, 1024 - done,
				      arena + done);

		expect_that(n > 0, "result: expected more than 0, seen %d", n);
		if (n <= 0)
			break;
		done += (uint32_t)n;
	}
	for (uint32_t i = 0; i < 1024; i++)
		expect((i << 12) | 0x10, entry_at(scene.linked + i * 4), "entry %u",
		       i);
	for (uint32_t done = 0; done < 1024;) {
		int32_t n = hv_pt_run(scene.linked + done * 4, 1024 - done, NULL);

		if (n <= 0)
			break;
		done += (uint32_t)n;
	}
	for (uint32_t i = 0; i < 1024; i++)
		expect(0, entry_at(scene.linked + i * 4), "entry %u of zeros", i);
	end();
}

/* ---- the queue ---- */

static void queue_limits(void)
{
	static const uint32_t counts[] = {
		1,
		2,
		SILK_QUEUE_MAX - 1,
		SILK_QUEUE_MAX,
		SILK_QUEUE_MAX + 1,
		1024,
		0x10000,
		0x20000001,
		0x80000000,
		~0u,
	};

	if (!feature(SILK_GROUP_MMU, SILK_F_MMU_QUEUE)) {
		test("PT-14", "the queue");
		skip("feature MMU_QUEUE");
		return;
	}
	test("PT-14", "the queue's count, and beyond its end");
	for (uint32_t i = 0; i < ARRAY_SIZE(counts); i++) {
		uint32_t n = counts[i] < SILK_QUEUE_MAX ? counts[i] : SILK_QUEUE_MAX;

		hv_pt_run(scene.linked, 1024, NULL);
		for (uint32_t k = 0; k < SILK_QUEUE_MAX; k++)
			QUEUE[k] = (struct silk_mmu_op){ scene.linked + k * 4,
							 (k + 1) * 16 };
		drain(counts[i]);
		expect(0, vcpu()->queue_count, "count %x: queue_count", counts[i]);
		expect(0, vcpu()->queue_error, "count %x: queue_error", counts[i]);
		expect(n * 16, entry_at(scene.linked + (n - 1) * 4),
		       "count %x: the last entry", counts[i]);
		if (n < SILK_QUEUE_MAX)
			expect(0, entry_at(scene.linked + n * 4),
			       "count %x: the entry behind", counts[i]);
	}
	end();
}

static void queue_results(void)
{
	test("PT-14 PT-12", "AND in the queue stores the old entry there");
	operate(AT, 0x3210);
	QUEUE[0] = (struct silk_mmu_op){ AT | SILK_OP_AND, 0x0ff0 };
	drain(1);
	expect(0x3210, QUEUE[0].value, "the old entry");
	expect(0x0210, entry_at(AT), "the new entry");
	end();
	test("PT-24", "the first refusal's error stays, the rest goes on");
	QUEUE[0] = (struct silk_mmu_op){ ABSENT_GPA, 0 };
	QUEUE[1] = (struct silk_mmu_op){ AT, 0x40 };
	QUEUE[2] = (struct silk_mmu_op){ scene.free, 0 };
	QUEUE[3] = (struct silk_mmu_op){ AT + 4, 0x50 };
	drain(4);
	expect(SILK_EOWNER, vcpu()->queue_error, "queue_error");
	expect(0x40, entry_at(AT), "the second");
	expect(0x50, entry_at(AT + 4), "the fourth");
	/* It stays until the guest clears it. */
	QUEUE[0] = (struct silk_mmu_op){ scene.free, 0 };
	vcpu()->queue_count = 1;
	hv_query(0);
	expect(SILK_EOWNER, vcpu()->queue_error, "after another refusal");
	vcpu()->queue_error = 0;
	end();
	test("PT-14", "the queue comes before the call, also a refused one");
	QUEUE[0] = (struct silk_mmu_op){ AT, 0x60 };
	vcpu()->queue_count = 1;
	expect(ERRNO(EUNKNOWN), hv_call0(9999) == -SILK_EUNKNOWN ? ERRNO(EUNKNOWN) : 0, "the call");
	expect(0x60, entry_at(AT), "the entry");
	QUEUE[0] = (struct silk_mmu_op){ AT, 0x70 };
	vcpu()->queue_count = 1;
	OPS[0] = (struct silk_mmu_op){ AT | SILK_OP_AND, 0xff };
	hv_pt_batch(OPS, 1);
	expect(0x70, OPS[0].value, "a batch finds what the queue wrote");
	end();
	test("PT-14", "the queue is carried out by a return");
	QUEUE[0] = (struct silk_mmu_op){ AT, 0x80 };
	vcpu()->queue_count = 1;
	__asm__ volatile("pushfl\n\tpushl $0x60\n\tpushl $1f\n\tint $0x82\n1:"
			 :
			 :
			 : "memory");
	irq_disable();
	expect(0x80, entry_at(AT), "the entry");
	expect(0, vcpu()->queue_count, "queue_count");
	end();
}

static void run_ud(uint32_t unused)
{
	(void)unused;
	__asm__ volatile("ud2");
}

static void queue_waits(void)
{
	test("PT-14", "a trap does not carry the queue out");
	operate(AT, 0x10);
	QUEUE[0] = (struct silk_mmu_op){ AT, 0x90 };
	vcpu()->queue_count = 1;
	attempt(run_ud, 0);
	expect(0x10, entry_at(AT), "the entry");
	expect(1, vcpu()->queue_count, "queue_count");
	hv_query(0);
	expect(0x90, entry_at(AT), "after a call");
	end();
}

/* ---- descriptors by control operations ---- */

static uint32_t limit_of(uint32_t selector)
{
	uint32_t limit = 0x5a5a5a5a;

	__asm__ volatile("lsll %1, %0"
			 : "+r"(limit)
			 : "r"(selector)
			 : "cc");
	return limit;
}

static void descriptors(void)
{
	const uint32_t low = SILK_CONTROL(SILK_CONTROL_DESC_LOW);
	const uint32_t high = SILK_CONTROL(SILK_CONTROL_DESC_HIGH + 7);

	test("PT-13 CPU-4", "DESC_LOW and DESC_HIGH");
	OPS[0] = (struct silk_mmu_op){ low, 0x00001234 };
	OPS[1] = (struct silk_mmu_op){ high, 0x0040f200 };
	expect(2, (uint32_t)hv_pt_batch(OPS, 2), "a batch");
	expect(0x1234, limit_of(0x3b), "the limit");
	OPS[0] = (struct silk_mmu_op){ high, 0x0040f200 };
	expect(1, (uint32_t)hv_pt_batch(OPS, 1), "without DESC_LOW");
	expect(0, limit_of(0x3b), "0 is kept after a DESC_HIGH");
	QUEUE[0] = (struct silk_mmu_op){ low, 0x00004321 };
	QUEUE[1] = (struct silk_mmu_op){ high, 0x0040f200 };
	drain(2);
	expect(0x4321, limit_of(0x3b), "in the queue");
	OPS[0] = (struct silk_mmu_op){ low, 0x00000777 };
	hv_pt_batch(OPS, 1);
	QUEUE[0] = (struct silk_mmu_op){ high, 0x0040f200 };
	drain(1);
	expect(0x777, limit_of(0x3b), "kept from a batch to the queue");
	OPS[0] = (struct silk_mmu_op){ high, 0 };
	hv_pt_batch(OPS, 1);
	expect(0x5a5a5a5a, limit_of(0x3b), "taken away");
	OPS[0] = (struct silk_mmu_op){ SILK_CONTROL(SILK_CONTROL_FLUSH_PAGE),
				       SILK_I386_HYPERVISOR };
	expect(1, (uint32_t)hv_pt_batch(OPS, 1),
	       "FLUSH_PAGE in the hypervisor's range does nothing");
	end();
}

void hostile_main(void)
{
	scene_set();
	absent();
	present();
	dirty_bits();
	batches();
	queue_limits();
	queue_results();
	queue_waits();
	descriptors();
}
