// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusals-tables - each way in which pt_alloc, pt_free, pt_batch, pt_run,
 * pt_switch and pt_flush can be refused for what their registers say, and
 * which one counts where two hold. What single operations are refused for is
 * in refusals-entries.
 *
 * guest: mem=16M
 * covers: CALL-4 CALL-7 CALL-8 PT-2 PT-3 PT-50 PT-51 PT-52 PT-53 PT-54 PT-55
 * covers: PT-56 PT-57 PT-58 PT-59 PT-60 PT-61 PT-62 PT-63 PT-64 PT-65 PT-66
 * covers: PT-67 PT-78 PT-79 PT-80 PT-81 PT-82
 */
#include "suite.h"

#define TABLE     SILK_PT_TABLE
#define DIRECTORY SILK_PT_DIRECTORY
#define TWIN(gpa) ((gpa) + PAGE_SIZE)
#define RAM       SPARE_GPA
#define ABSENT    ABSENT_GPA
#define OPS       ((struct silk_mmu_op *)arena)

static void allocs(void)
{
	const struct scene *s = &scene;
	const uint32_t odd = s->free + PAGE_SIZE;
	const struct refusal rows[] = {
		R(ALLOC_ALIGN, pt_alloc, s->free + 1, TABLE, 0, s->free + 1),
		R(ALLOC_ALIGN, pt_alloc, s->free + 0x800, DIRECTORY, 0,
		  s->free + 0x800),
		R(ALLOC_LEVEL, pt_alloc, s->free, 0, 0, 0),
		R(ALLOC_LEVEL, pt_alloc, s->free, 3, 0, 3),
		R(ALLOC_LEVEL, pt_alloc, s->free, 0x101, 0, 0x101),
		R(ALLOC_PAIR, pt_alloc, odd, DIRECTORY, 0, odd),
		R(ALLOC_OWNER, pt_alloc, ABSENT, TABLE, 0, ABSENT),
		R(ALLOC_OWNER, pt_alloc, ABSENT, DIRECTORY, 0, ABSENT),
		R(ALLOC_KIND, pt_alloc, RAM, TABLE, 0, RAM),
		R(ALLOC_KIND, pt_alloc, RAM, DIRECTORY, 0, RAM),
		R(ALLOC_STATE, pt_alloc, s->linked, TABLE, 0, s->linked),
		R(ALLOC_STATE, pt_alloc, s->unlinked, TABLE, 0, s->unlinked),
		R(ALLOC_STATE, pt_alloc, s->parent, TABLE, 0, s->parent),
		R(ALLOC_STATE, pt_alloc, s->parent, DIRECTORY, 0, s->parent),
		R(ALLOC_STATE, pt_alloc, TWIN(BOOT), TABLE, 0, TWIN(BOOT)),
		PAIR(ALLOC_ALIGN, ALLOC_LEVEL, pt_alloc, s->free + 4, 0, 0,
		     s->free + 4),
		PAIR(ALLOC_ALIGN, ALLOC_PAIR, pt_alloc, odd + 4, DIRECTORY, 0,
		     odd + 4),
		PAIR(ALLOC_ALIGN, ALLOC_OWNER, pt_alloc, ABSENT + 4, TABLE, 0,
		     ABSENT + 4),
		PAIR(ALLOC_LEVEL, ALLOC_OWNER, pt_alloc, ABSENT, 3, 0, 3),
		PAIR(ALLOC_LEVEL, ALLOC_KIND, pt_alloc, RAM, 3, 0, 3),
		PAIR(ALLOC_LEVEL, ALLOC_STATE, pt_alloc, s->linked, 3, 0, 3),
		PAIR(ALLOC_PAIR, ALLOC_OWNER, pt_alloc, ABSENT + PAGE_SIZE,
		     DIRECTORY, 0, ABSENT + PAGE_SIZE),
		PAIR(ALLOC_PAIR, ALLOC_KIND, pt_alloc, RAM + PAGE_SIZE, DIRECTORY,
		     0, RAM + PAGE_SIZE),
		PAIR(ALLOC_PAIR, ALLOC_STATE, pt_alloc, TWIN(BOOT), DIRECTORY, 0,
		     TWIN(BOOT)),
	};
	struct refusal second = R(ALLOC_STATE, pt_alloc, s->free, DIRECTORY, 0,
				  s->free);

	refuse_all(rows, ARRAY_SIZE(rows));
	second.note = "of the second frame";
	hv_pt_alloc(odd, TABLE);
	refuse(&second);
	hv_pt_free(odd);
}

static void frees(void)
{
	const struct scene *s = &scene;
	const struct refusal rows[] = {
		R(FREE_ALIGN, pt_free, s->unlinked + 4, 0, 0, s->unlinked + 4),
		R(FREE_OWNER, pt_free, ABSENT, 0, 0, ABSENT),
		R(FREE_KIND, pt_free, RAM, 0, 0, RAM),
		R(FREE_STATE, pt_free, s->free, 0, 0, s->free),
		R(FREE_STATE, pt_free, TWIN(s->parent), 0, 0, TWIN(s->parent)),
		R(FREE_STATE, pt_free, TWIN(BOOT), 0, 0, TWIN(BOOT)),
		R(FREE_LINKED, pt_free, s->linked, 0, 0, s->linked),
		R(FREE_LINKED, pt_free, s->child, 0, 0, s->child),
		R(FREE_CHILDREN, pt_free, s->parent, 0, 0, s->parent),
		PAIR(FREE_ALIGN, FREE_OWNER, pt_free, ABSENT + 4, 0, 0, ABSENT + 4),
		PAIR(FREE_ALIGN, FREE_KIND, pt_free, RAM + 2048, 0, 0, RAM + 2048),
		PAIR(FREE_ALIGN, FREE_STATE, pt_free, s->free + 1, 0, 0,
		     s->free + 1),
		PAIR(FREE_ALIGN, FREE_LINKED, pt_free, s->linked + 1, 0, 0,
		     s->linked + 1),
		PAIR(FREE_LOADED, FREE_CHILDREN, pt_free, BOOT, 0, 0, BOOT),
	};
	struct refusal empty = R(FREE_LOADED, pt_free, s->childless, 0, 0,
				 s->childless);

	refuse_all(rows, ARRAY_SIZE(rows));
	hv_pt_switch(s->childless);
	loaded = s->childless;
	refuse(&empty);
	hv_pt_switch(BOOT);
	loaded = BOOT;
}

static void batches(void)
{
	const uint32_t max = SILK_BATCH_MAX;
	const uint32_t nothing = SILK_CONTROL(SILK_CONTROL_DESC_LOW);
	struct silk_mmu_op *edge = (struct silk_mmu_op *)(EDGE_END - 8);
	const struct refusal rows[] = {
		R(BATCH_COUNT, pt_batch, arena, 0, 0, 0),
		R(BATCH_COUNT, pt_batch, arena, max + 1, 0, max + 1),
		R(BATCH_COUNT, pt_batch, arena, ~0u, 0, ~0u),
		R(BATCH_COUNT, pt_batch, arena, 0x20000001, 0, 0x20000001),
		R(BATCH_FAULT, pt_batch, HOLE, 1, 0, HOLE),
		R(BATCH_FAULT, pt_batch, HOLE, max, 0, HOLE),
		R(BATCH_FAULT, pt_batch, SILK_I386_HYPERVISOR, 1, 0,
		  SILK_I386_HYPERVISOR),
		R(BATCH_FAULT, pt_batch, SILK_I386_HYPERVISOR - 4, 1, 0,
		  SILK_I386_HYPERVISOR, SILK_I386_HYPERVISOR - 4),
		R(BATCH_FAULT, pt_batch, 0xfffffffc, 1, 0, 0xfffffffc),
		R(BATCH_FAULT, pt_batch, EDGE_END - 4, 1, 0, EDGE_END,
		  EDGE_END - 4),
		PAIR(BATCH_COUNT, BATCH_FAULT, pt_batch, HOLE, 0, 0, 0),
		PAIR(BATCH_COUNT, BATCH_FAULT, pt_batch, HOLE, max + 1, 0, max + 1),
	};
	struct refusal after_one = R(BATCH_FAULT, pt_batch, edge, 2, 0, EDGE_END);
	struct refusal store = R(BATCH_FAULT, pt_batch, RO_PAGE, 1, 0,
				 RO_PAGE + 4, RO_PAGE);
	struct refusal store_first = PAIR(BATCH_FAULT, OP_OWNER, pt_batch,
					  RO_PAGE, 1, 0, RO_PAGE + 4, RO_PAGE);
	uint32_t *readonly = gpa_to_va(SPARE_GPA + 3 * PAGE_SIZE);

	refuse_all(rows, ARRAY_SIZE(rows));
	edge->target = nothing;
	edge->value = 0;
	after_one.done = 1;
	after_one.note = "the second can't be read";
	refuse(&after_one);
	readonly[0] = (LINKED_AT & ~3u) | SILK_OP_AND;
	readonly[1] = 0xfff;
	store.note = "the old value can't be stored";
	refuse(&store);
	readonly[0] = ABSENT | SILK_OP_AND;
	store_first.note = "the old value can't be stored";
	refuse(&store_first);
}

static void runs(void)
{
	const uint32_t at = scene.unlinked, last = at + 4092;
	const struct refusal rows[] = {
		R(RUN_ALIGN, pt_run, at + 1, 1, 0, at + 1),
		R(RUN_ALIGN, pt_run, at + 2, 1, arena, at + 2),
		R(RUN_COUNT, pt_run, at, 0, 0, 0),
		R(RUN_COUNT, pt_run, at, 1025, 0, 1025),
		R(RUN_COUNT, pt_run, last, 2, 0, 2),
		R(RUN_COUNT, pt_run, last, ~0u, 0, ~0u),
		R(RUN_COUNT, pt_run, at, 0x40000001, 0, 0x40000001),
		R(RUN_FAULT, pt_run, at, 1, HOLE, HOLE),
		R(RUN_FAULT, pt_run, at, 1, SILK_I386_HYPERVISOR,
		  SILK_I386_HYPERVISOR),
		R(RUN_FAULT, pt_run, at, 1, EDGE_END - 2, EDGE_END, EDGE_END - 2),
		R(RUN_FAULT, pt_run, at, 2, 0xfffffffc, 0xfffffffc),
		PAIR(RUN_ALIGN, RUN_COUNT, pt_run, at + 3, 0, 0, at + 3),
		PAIR(RUN_ALIGN, RUN_FAULT, pt_run, at + 3, 1, HOLE, at + 3),
		PAIR(RUN_ALIGN, OP_OWNER, pt_run, ABSENT + 3, 1, 0, ABSENT + 3),
		PAIR(RUN_COUNT, RUN_FAULT, pt_run, last, 2, HOLE, 2),
		PAIR(RUN_COUNT, OP_OWNER, pt_run, ABSENT, 0, 0, 0),
		PAIR(RUN_FAULT, OP_OWNER, pt_run, ABSENT, 1, HOLE, HOLE),
		PAIR(RUN_FAULT, OP_KIND, pt_run, RAM, 1, HOLE, HOLE),
		PAIR(RUN_FAULT, OP_STATE, pt_run, scene.free, 1, HOLE, HOLE),
	};
	struct refusal after = R(RUN_FAULT, pt_run, at, 3, EDGE_END - 8,
				 EDGE_END);

	refuse_all(rows, ARRAY_SIZE(rows));
	((uint32_t *)EDGE_END)[-1] = ((uint32_t *)EDGE_END)[-2] = 0;
	after.done = 2;
	after.note = "the third can't be read";
	refuse(&after);
}

static void switches(void)
{
	const struct scene *s = &scene;
	const struct refusal rows[] = {
		R(SWITCH_ALIGN, pt_switch, s->parent + 4, 0, 0, s->parent + 4),
		R(SWITCH_ALIGN, pt_switch, s->parent + 1, 0, 0, s->parent + 1),
		R(SWITCH_OWNER, pt_switch, ABSENT, 0, 0, ABSENT),
		R(SWITCH_KIND, pt_switch, RAM, 0, 0, RAM),
		R(SWITCH_STATE, pt_switch, s->free, 0, 0, s->free),
		R(SWITCH_STATE, pt_switch, s->linked, 0, 0, s->linked),
		R(SWITCH_STATE, pt_switch, s->unlinked, 0, 0, s->unlinked),
		R(SWITCH_STATE, pt_switch, TWIN(BOOT), 0, 0, TWIN(BOOT)),
		R(SWITCH_STATE, pt_switch, TWIN(s->parent), 0, 0, TWIN(s->parent)),
		PAIR(SWITCH_ALIGN, SWITCH_OWNER, pt_switch, ABSENT + 1, 0, 0,
		     ABSENT + 1),
		PAIR(SWITCH_ALIGN, SWITCH_KIND, pt_switch, RAM + 8, 0, 0, RAM + 8),
		PAIR(SWITCH_ALIGN, SWITCH_STATE, pt_switch, s->free + 8, 0, 0,
		     s->free + 8),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

static void flushes(void)
{
	const uint32_t hv = SILK_I386_HYPERVISOR, below = hv - PAGE_SIZE;
	const struct refusal rows[] = {
		R(FLUSH_RANGE, pt_flush, hv, 1, 0, hv),
		R(FLUSH_RANGE, pt_flush, ~0u, 1, 0, ~0u),
		R(FLUSH_RANGE, pt_flush, below, 2, 0, below, hv),
		R(FLUSH_RANGE, pt_flush, 0, 0xf0001, 0, 0, hv),
		R(FLUSH_RANGE, pt_flush, 0, ~0u, 0, 0, hv),
		R(FLUSH_RANGE, pt_flush, 0x1000, 0x100000, 0, 0x1000, hv),
		R(FLUSH_RANGE, pt_flush, 0xc0000000, 0x40000001, 0, 0xc0000000, hv),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
	test("PT-22 CALL-9", "pt_flush up to the limit");
	expect(0, (uint32_t)hv_pt_flush((void *)below, 1), "the last page");
	expect(0, (uint32_t)hv_pt_flush(NULL, 0xf0000), "all below");
	expect(0, (uint32_t)hv_pt_flush((void *)~0u, 0), "0 pages: ignored");
	end();
}

void hostile_main(void)
{
	scene_set();
	allocs();
	frees();
	batches();
	runs();
	switches();
	flushes();
}
