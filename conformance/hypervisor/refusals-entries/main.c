// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusals-entries - each way in which a page-table operation can be refused,
 * by SET, SET_KEEP and AND in a batch, by pt_run, and in the deferred queue;
 * and which condition counts where two hold.
 *
 * A bad operation stands between two good ones. In a batch and a run the first
 * good one is done and the second is not; in the queue both are.
 *
 * guest: mem=16M
 * covers: CALL-4 CALL-7 CALL-8 CALL-13 PT-5 PT-7 PT-12 PT-13 PT-14 PT-17 PT-18
 * covers: PT-21 PT-24 PT-68 PT-69 PT-70 PT-71 PT-72 PT-73 PT-74 PT-75 PT-76
 * covers: PT-77
 */
#include "suite.h"

#define OPS       ((struct silk_mmu_op *)arena)
#define QUEUE     ((struct silk_mmu_op *)SILK_I386_QUEUE)
#define TWIN(gpa) ((gpa) + PAGE_SIZE)

/* What happens to a bad entry. */
struct bad {
	enum silk_refusal row, also;
	uint32_t at, value;
	const char *note;
};

#define GOOD_BEFORE (scene.linked + 8)
#define GOOD_AFTER  (scene.linked + 16)
#define MARK_BEFORE 0x11111110u
#define MARK_AFTER  0x22222220u

static uint32_t seen_at(uint32_t gpa)
{
	return gpa >> 22 < info()->low_chunks ? entry_at(gpa & ~3u) : 0;
}

static void good_operations(struct silk_mmu_op *ops)
{
	ops[0] = (struct silk_mmu_op){ GOOD_BEFORE, MARK_BEFORE };
	ops[2] = (struct silk_mmu_op){ GOOD_AFTER, MARK_AFTER };
	set_entry(GOOD_BEFORE, 0);
	set_entry(GOOD_AFTER, 0);
}

static struct refusal refusal_of(const struct bad *b, uint32_t call,
				 uint32_t target)
{
	bool value = b->row >= SILK_R_ENTRY_BITS && b->row <= SILK_R_LINK_STATE;

	return (struct refusal){
		.row = b->row,
		.also = b->also,
		.call = call,
		.values = 1,
		.value = { value ? b->value : target },
	};
}

/* One alone, with nothing before it, and all of the state compared. */
static void alone(const struct bad *b, uint32_t op, const char *way)
{
	struct refusal r = refusal_of(b, SILK_CALL_pt_batch, b->at | op);
	char note[80];

	OPS[0] = (struct silk_mmu_op){ b->at | op, b->value };
	r.a = (uint32_t)OPS;
	r.b = 1;
	format(note, sizeof(note), "%s, %s", b->note, way);
	r.note = note;
	refuse(&r);
}

/* The second of three in a batch. */
static void in_batch(const struct bad *b, uint32_t op)
{
	struct refusal r = refusal_of(b, SILK_CALL_pt_batch, b->at | op);
	uint32_t before = seen_at(b->at), result = 1, first = 0;
	char note[80];

	format(note, sizeof(note), "%s, second of a batch", b->note);
	r.note = note;
	good_operations(OPS);
	OPS[1] = (struct silk_mmu_op){ b->at | op, b->value };
	refuse_title(&r);
	/* It may return after the first: then it goes on from there. */
	result = (uint32_t)hv_pt_batch(OPS, 3);
	if (result == 1) {
		first = 1;
		result = (uint32_t)hv_pt_batch(OPS + 1, 2);
	}
	expect(row_error(b->row), result, "result");
	refuse_check(&r, SILK_CALL_pt_batch, 1 - first);
	expect(MARK_BEFORE, entry_at(GOOD_BEFORE), "the operation before");
	expect(0, entry_at(GOOD_AFTER), "the operation behind");
	expect(before, seen_at(b->at), "the entry");
	end();
}

static void in_queue(const struct bad *b, uint32_t op)
{
	struct refusal r = refusal_of(b, ~0u, b->at | op);
	uint32_t before = seen_at(b->at);
	char note[80];

	format(note, sizeof(note), "%s, in the queue", b->note);
	r.note = note;
	good_operations(QUEUE);
	QUEUE[1] = (struct silk_mmu_op){ b->at | op, b->value };
	refuse_title(&r);
	vcpu()->queue_error = 0;
	vcpu()->queue_count = 3;
	expect(0, (uint32_t)hv_deliver_events(), "the call's own result");
	expect(0u - row_error(b->row), vcpu()->queue_error, "queue_error");
	expect(0, vcpu()->queue_count, "queue_count");
	refuse_check(&r, vcpu()->diag.call, 1);
	expect(MARK_BEFORE, entry_at(GOOD_BEFORE), "the operation before");
	expect(MARK_AFTER, entry_at(GOOD_AFTER), "the operation behind");
	expect(before, seen_at(b->at), "the entry");
	vcpu()->queue_error = 0;
	end();
}

static void in_run(const struct bad *b)
{
	struct refusal r = refusal_of(b, SILK_CALL_pt_run, b->at);
	char note[80];

	format(note, sizeof(note), "%s, by pt_run", b->note);
	r.note = note;
	arena[0] = b->value;
	r.a = b->at;
	r.b = 1;
	r.c = (uint32_t)arena;
	refuse(&r);
}

static void every_way(const struct bad *b)
{
	alone(b, SILK_OP_SET, "SET");
	alone(b, SILK_OP_SET_KEEP, "SET_KEEP");
	in_batch(b, SILK_OP_SET);
	in_queue(b, SILK_OP_SET_KEEP);
	in_run(b);
}

/* ---- the target ---- */

static void targets(void)
{
	const struct scene *s = &scene;
	const struct bad rows[] = {
		{ SILK_R_OP_OWNER, 0, ABSENT_GPA, 0, "an absent chunk" },
		{ SILK_R_OP_OWNER, 0, info()->chunks << 22, 0, "behind the last" },
		{ SILK_R_OP_KIND, 0, SPARE_GPA, 0, "RAM" },
		{ SILK_R_OP_STATE, 0, s->free, 0, "a FREE frame" },
		{ SILK_R_OP_STATE, 0, TWIN(BOOT), 0, "the loaded twin" },
		{ SILK_R_OP_STATE, 0, TWIN(s->parent) + 4092, 0, "a twin" },
		{ SILK_R_OP_RANGE, 0, BOOT + 959 * 4, 0, "the window's entry" },
		{ SILK_R_OP_RANGE, 0, BOOT + 960 * 4, 0, "the hypervisor's first" },
		{ SILK_R_OP_RANGE, 0, BOOT + 1023 * 4, 0, "the last" },
		{ SILK_R_OP_RANGE, 0, s->parent + 1000 * 4, 0, "not loaded" },
		/* AND order: the target before the entry. */
		{ SILK_R_OP_OWNER, SILK_R_ENTRY_BITS, ABSENT_GPA, 0x109, "bit 8" },
		{ SILK_R_OP_KIND, SILK_R_ENTRY_BITS, SPARE_GPA, 0x109, "bit 8" },
		{ SILK_R_OP_STATE, SILK_R_ENTRY_BITS, s->free, 0x109, "bit 8" },
		{ SILK_R_OP_RANGE, SILK_R_ENTRY_BITS, BOOT + 960 * 4, 0x109,
		  "bit 8" },
		{ SILK_R_OP_RANGE, SILK_R_LINK_STATE, BOOT + 959 * 4,
		  link_to(s->linked), "a linked table" },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++)
		every_way(&rows[i]);
	for (uint32_t i = 0; i < 10; i++) {
		alone(&rows[i], SILK_OP_AND, "AND");
		in_queue(&rows[i], SILK_OP_AND);
	}
}

static void controls(void)
{
	static const uint32_t codes[] = {
		3,
		4,
		15,
		SILK_CONTROL_DESC_HIGH,
		SILK_CONTROL_DESC_HIGH + 5,
		SILK_CONTROL_DESC_HIGH + 9,
		SILK_CONTROL_DESC_HIGH + 26,
		SILK_CONTROL_DESC_HIGH + 28,
		SILK_CONTROL_DESC_HIGH + 32,
		0x10000,
		0x20000000,
		0x3fffffff,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(codes); i++) {
		struct bad b = {
			SILK_R_OP_CONTROL,
			0,
			SILK_CONTROL(codes[i]),
			0,
			"a code",
		};

		alone(&b, SILK_OP_CONTROL, "control");
		in_queue(&b, SILK_OP_CONTROL);
	}
}

/* ---- the entry ---- */

static void entry_bits(void)
{
	const uint32_t page = spare_page(6), chunk = gpa_to_machine(SPARE_GPA);
	const uint32_t leaf = scene.linked + 400, user = BOOT + 40 * 4,
		       kernel = BOOT + 957 * 4;

	for (uint32_t bit = 0; bit < 12; bit++) {
		struct bad b = {
			SILK_R_ENTRY_BITS,
			0,
			leaf,
			page | 5 | 1u << bit,
			"a page",
		};

		if (SILK_I386_ENTRY_BITS & 1u << bit)
			continue;
		every_way(&b);
		b.at = user;
		b.value = link_to(scene.unlinked) | 1u << bit;
		b.note = "a link";
		if (bit != 7)
			every_way(&b);
	}
	for (uint32_t bit = 0; bit < 22; bit++) {
		struct bad b = {
			SILK_R_ENTRY_BITS,
			0,
			bit & 1 ? user : kernel,
			chunk | 0x85 | 1u << bit,
			"a 4 MB page",
		};

		if (!(SILK_I386_LARGE_BITS & 1u << bit))
			every_way(&b);
	}
}

/* Machine addresses that are not ours. */
static void entry_owners(void)
{
	const uint32_t leaf = scene.linked + 400, user = BOOT + 40 * 4;
	const struct bad rows[] = {
		{ SILK_R_ENTRY_OWNER, 0, leaf, scene.foreign | 5, "a foreign page" },
		{ SILK_R_ENTRY_OWNER, 0, leaf, 0xfee00000 | 5, "a device" },
		{ SILK_R_ENTRY_OWNER, 0, leaf, 0xfffff000 | 5, "the last frame" },
		{ SILK_R_ENTRY_OWNER, 0, user, scene.foreign | 5, "a foreign table" },
		{ SILK_R_ENTRY_OWNER, 0, user, scene.foreign | 0x85,
		  "a foreign chunk" },
		{ SILK_R_ENTRY_BITS, SILK_R_ENTRY_OWNER, leaf, scene.foreign | 0x105,
		  "a page" },
		{ SILK_R_ENTRY_BITS, SILK_R_ENTRY_OWNER, user, scene.foreign | 0x185,
		  "a 4 MB page" },
		{ SILK_R_ENTRY_OWNER, SILK_R_ENTRY_WRITABLE, leaf,
		  scene.foreign | 7, "a page" },
		{ SILK_R_ENTRY_OWNER, SILK_R_LINK_KIND, user, scene.foreign | 7,
		  "a link" },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++)
		every_way(&rows[i]);
}

static void entry_writable(void)
{
	const uint32_t leaf = scene.linked + 400, user = BOOT + 40 * 4;
	const uint32_t table = gpa_to_machine(scene.free), base =
								   gpa_to_machine(0);
	const struct bad rows[] = {
		{ SILK_R_ENTRY_WRITABLE, 0, leaf, table | 3, "a FREE frame" },
		{ SILK_R_ENTRY_WRITABLE, 0, leaf, gpa_to_machine(BOOT) | 7,
		  "the directory" },
		{ SILK_R_ENTRY_WRITABLE, 0, leaf, gpa_to_machine(TWIN(BOOT)) | 0x67,
		  "a twin" },
		{ SILK_R_ENTRY_WRITABLE, 0, user, base | 0x83, "4 MB" },
		{ SILK_R_ENTRY_WRITABLE, 0, BOOT + 957 * 4, base | 0x87,
		  "4 MB in the kernel range" },
		{ SILK_R_ENTRY_WRITABLE, 0, scene.unlinked, table | 3,
		  "of a table that isn't linked" },
		{ SILK_R_ENTRY_BITS, SILK_R_ENTRY_WRITABLE, leaf, table | 0x103,
		  "a page" },
		{ SILK_R_ENTRY_BITS, SILK_R_ENTRY_WRITABLE, user, base | 0x183,
		  "4 MB" },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++)
		every_way(&rows[i]);
}

static void links(void)
{
	const uint32_t user = BOOT + 40 * 4, kernel = BOOT + 957 * 4;
	const uint32_t ram = gpa_to_machine(SPARE_GPA);
	const struct bad rows[] = {
		{ SILK_R_LINK_KIND, 0, user, ram | 7, "RAM" },
		{ SILK_R_LINK_KIND, 0, kernel, ram | 5, "RAM, kernel range" },
		{ SILK_R_LINK_STATE, 0, user, link_to(scene.free), "a FREE frame" },
		{ SILK_R_LINK_STATE, 0, user, link_to(BOOT), "the directory" },
		{ SILK_R_LINK_STATE, 0, user, link_to(TWIN(BOOT)), "a twin" },
		{ SILK_R_LINK_STATE, 0, user, link_to(scene.parent),
		  "another directory" },
		{ SILK_R_LINK_STATE, 0, user, link_to(scene.linked), "LINKED" },
		{ SILK_R_LINK_STATE, 0, kernel, link_to(scene.linked),
		  "LINKED, kernel range" },
		{ SILK_R_LINK_STATE, 0, scene.parent + 39 * 4,
		  link_to(scene.linked), "LINKED, same index elsewhere" },
		{ SILK_R_ENTRY_BITS, SILK_R_LINK_KIND, user, ram | 0x107, "bit 8" },
		{ SILK_R_ENTRY_BITS, SILK_R_LINK_STATE, user,
		  link_to(scene.linked) | 0x100, "bit 8" },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++)
		every_way(&rows[i]);
}

/* The entry that would result is what AND is refused for. */
static void ands(void)
{
	const uint32_t at = BOOT + 40 * 4;
	uint32_t other = scene.unlinked & (scene.unlinked - 1), old;
	struct bad b = {
		SILK_R_LINK_STATE,
		0,
		at,
		~(scene.unlinked & ~other),
		"AND of a link",
	};

	old = link_to(scene.unlinked);
	/* Another frame of the chunk, by one bit less of its number. */
	set_entry(at, old);
	if ((other >> 22) != (scene.unlinked >> 22)) {
		refuse_title(&(struct refusal){ .row = SILK_R_LINK_STATE });
		error("no frame to lead to");
	} else {
		in_batch(&b, SILK_OP_AND);
		in_queue(&b, SILK_OP_AND);
	}
	set_entry(at, 0);
}

/* The first bad operation counts, whatever is wrong with the next. */
static void first_counts(void)
{
	struct refusal r = PAIR(LINK_STATE, OP_OWNER, pt_batch, OPS, 2, 0,
				link_to(scene.linked));

	OPS[0] = (struct silk_mmu_op){ BOOT + 40 * 4, link_to(scene.linked) };
	OPS[1] = (struct silk_mmu_op){ ABSENT_GPA, 0 };
	r.note = "of an earlier operation";
	refuse(&r);
}

void hostile_main(void)
{
	scene_set();
	targets();
	controls();
	entry_bits();
	entry_owners();
	entry_writable();
	links();
	ands();
	first_counts();
}
