// SPDX-License-Identifier: GPL-2.0-only
/*
 * table-machine - every act on a table frame in every state: which are legal,
 * what they lead to, and that the others change nothing.
 *
 * One table says for each state and act the result and the next state; each
 * cell is tried on a frame that was brought into that state.
 *
 * guest: mem=16M
 * covers: PT-2 PT-3 PT-4 PT-8 PT-10 PT-11 PT-16 PT-20 PT-26 PT-55 PT-59 PT-60
 * covers: PT-61 PT-62 PT-71 PT-77 PT-81
 */
#include "suite.h"

#define AT        (BOOT + 40 * 4) /* where the frame is linked */
#define ELSEWHERE (BOOT + 957 * 4)

enum act { ALLOC_TABLE,
	   ALLOC_DIRECTORY,
	   FREE,
	   LINK,
	   LINK_AGAIN,
	   LINK_KERNEL,
	   LINK_OTHER,
	   UNLINK,
	   REPLACE,
	   SWITCH,
	   WRITE,
	   ACTS };

static const char *const act_names[ACTS] = {
	"pt_alloc(TABLE)",
	"pt_alloc(DIRECTORY)",
	"pt_free",
	"link",
	"the same link again",
	"link in the kernel range",
	"link in another directory",
	"overwrite the link with 0",
	"overwrite the link with another",
	"pt_switch",
	"write an entry",
};

static uint32_t frame;

static uint32_t act(enum act a, uint32_t gpa)
{
	const uint32_t link = link_to(gpa);

	switch (a) {
	case ALLOC_TABLE:
		return error_of(hv_pt_alloc(gpa, SILK_PT_TABLE));
	case ALLOC_DIRECTORY:
		return error_of(hv_pt_alloc(gpa, SILK_PT_DIRECTORY));
	case FREE:
		return error_of(hv_pt_free(gpa));
	case LINK:
		return set_entry(AT, link);
	case LINK_AGAIN:
		return set_entry(AT, link & ~2u) | set_entry(AT, link | 0xe00);
	case LINK_KERNEL:
		return set_entry(ELSEWHERE, link);
	case LINK_OTHER:
		return set_entry(scene.parent + 160, link);
	case UNLINK:
		return set_entry(AT, link & ~1u);
	case REPLACE:
		return set_entry(AT, gpa_to_machine(SPARE_GPA) | 0x87);
	case SWITCH:
		return error_of(hv_pt_switch(gpa));
	default:
		return set_entry(gpa + 40, 0xcafe0);
	}
}

static void clean(void)
{
	hv_pt_switch(BOOT);
	loaded = BOOT;
	set_entry(AT, 0);
	set_entry(ELSEWHERE, 0);
	set_entry(scene.parent + 160, 0);
	hv_pt_flush(NULL, 0);
	hv_pt_free(frame);
}

/* Bring the frame into a state, from FREE. T is the frame behind a directory. */
static uint32_t bring(char state)
{
	switch (state) {
	case 'U':
		hv_pt_alloc(frame, SILK_PT_TABLE);
		return frame;
	case 'L':
		hv_pt_alloc(frame, SILK_PT_TABLE);
		set_entry(AT, link_to(frame));
		return frame;
	case 'D':
		hv_pt_alloc(frame, SILK_PT_DIRECTORY);
		return frame;
	case 'T':
		hv_pt_alloc(frame, SILK_PT_DIRECTORY);
		return frame + PAGE_SIZE;
	case 'N':
		return SPARE_GPA;
	default:
		return frame;
	}
}

/* What one cell says: the error, or 0 and the state that follows. */
struct cell {
	uint32_t error;
	char next;
};

#define OK(state) \
	{ \
		0, state \
	}
#define NO(name) \
	{ \
		ERRNO(name), 0 \
	}

static const struct {
	char state;
	const char *name;
	struct cell cells[ACTS];
} machine[] = {
	{ 'F', "FREE", { OK('U'), OK('D'), NO(ESTATE), NO(ESTATE), NO(ESTATE), NO(ESTATE), NO(ESTATE), OK('F'), OK('F'), NO(ESTATE), NO(ESTATE) } },
	{ 'U', "UNLINKED", { NO(ESTATE), NO(ESTATE), OK('F'), OK('L'), OK('L'), OK('L'), OK('L'), OK('U'), OK('U'), NO(ESTATE), OK('U') } },
	{ 'L', "LINKED", { NO(ESTATE), NO(ESTATE), NO(EBUSY), OK('L'), OK('L'), NO(ESTATE), NO(ESTATE), OK('U'), OK('U'), NO(ESTATE), OK('L') } },
	{ 'D', "DIRECTORY", { NO(ESTATE), NO(ESTATE), OK('F'), NO(ESTATE), NO(ESTATE), NO(ESTATE), NO(ESTATE), OK('D'), OK('D'), OK('D'), OK('D') } },
	{ 'T', "TWIN", { NO(ESTATE), NO(EINVAL), NO(ESTATE), NO(ESTATE), NO(ESTATE), NO(ESTATE), NO(ESTATE), OK('T'), OK('T'), NO(ESTATE), NO(ESTATE) } },
	{ 'N', "not a table frame", { NO(EKIND), NO(EKIND), NO(EKIND), NO(EKIND), NO(EKIND), NO(EKIND), NO(EKIND), OK('N'), OK('N'), NO(EKIND), NO(EKIND) } },
};

static void cells(void)
{
	for (uint32_t s = 0; s < ARRAY_SIZE(machine); s++)
		for (uint32_t a = 0; a < ACTS; a++) {
			const struct cell *c = &machine[s].cells[a];
			char next = c->error ? machine[s].state : c->next, seen;
			uint32_t gpa = bring(machine[s].state), result;

			test("PT-3", "%s: %s", machine[s].name, act_names[a]);
			result = act((enum act)a, gpa);
			expect_that(result == c->error,
				    "result: expected %d, seen %d", (int)c->error,
				    (int)result);
			if (a == SWITCH && !result)
				loaded = gpa;
			if (next != 'N') {
				seen = frame_state(gpa);
				expect_that(seen == next,
					    "state: expected %c, seen %c", next, seen);
			}
			end();
			clean();
		}
}

/* ---- what new tables hold ---- */

static void fresh(void)
{
	const uint32_t *words = gpa_to_va(frame);

	test("PT-11", "a new page table is zeros");
	hv_pt_alloc(frame, SILK_PT_TABLE);
	for (uint32_t i = 0; i < 1024; i += 7)
		set_entry(frame + i * 4, 0xfffffff0 + (i & 1) * 14);
	hv_pt_free(frame);
	expect(0, (uint32_t)hv_pt_alloc(frame, SILK_PT_TABLE), "result");
	for (uint32_t i = 0; i < 1024; i++)
		expect(0, words[i], "entry %u", i);
	for (uint32_t i = 0; i < 1024; i += 3)
		set_entry(frame + i * 4, 0x12345678);
	hv_pt_free(frame);
	end();
	test("PT-11 PT-8", "a new directory: zeros, and the kernel range");
	expect(0, (uint32_t)hv_pt_alloc(frame, SILK_PT_DIRECTORY), "result");
	for (uint32_t i = 0; i < 768; i++)
		expect(0, words[i], "entry %u", i);
	hv_pt_switch(frame);
	for (uint32_t i = 768; i < 959; i++)
		expect(entry_at(BOOT + i * 4) & ~0x60u, words[i] & ~0x60u,
		       "entry %u", i);
	hv_pt_switch(BOOT);
	hv_pt_free(frame);
	end();
}

/* A page table keeps its entries when it is unlinked and linked elsewhere. */
static void kept(void)
{
	test("PT-20", "entries stay while a table is unlinked");
	hv_pt_alloc(frame, SILK_PT_TABLE);
	set_entry(frame + 8, spare_page(9) | 7);
	set_entry(AT, link_to(frame));
	set_entry(AT, 0);
	expect(spare_page(9) | 7, entry_at(frame + 8) & ~0x60u, "unlinked");
	expect(0, set_entry(ELSEWHERE, link_to(frame)), "linked elsewhere");
	expect(spare_page(9) | 7, entry_at(frame + 8) & ~0x60u, "linked");
	end();
	clean();
}

/* ---- the kernel range ---- */

static void kernel_range(void)
{
	volatile uint32_t *page = (uint32_t *)(957u << 22);
	uint32_t *direct = gpa_to_va(SPARE_GPA + 9 * PAGE_SIZE);

	test("PT-8", "a kernel entry written through a directory not loaded");
	hv_pt_alloc(frame, SILK_PT_TABLE);
	set_entry(frame, spare_page(9) | 7);
	expect(0, set_entry(scene.parent + 957 * 4, link_to(frame)), "result");
	expect(link_to(frame), entry_at(ELSEWHERE) & ~0x60u,
	       "the loaded directory shows it");
	*page = 0x600d600d;
	expect(0x600d600d, *direct, "and it is in effect");
	hv_pt_switch(scene.childless);
	loaded = scene.childless;
	expect(link_to(frame), entry_at(scene.childless + 957 * 4) & ~0x60u,
	       "another, once it is loaded");
	*page = 0x600d600e;
	expect(0x600d600e, *direct, "in effect there");
	expect(0, set_entry(ELSEWHERE, 0), "removed through a third");
	expect(0, entry_at(scene.childless + 957 * 4), "gone from the loaded one");
	hv_pt_switch(BOOT);
	loaded = BOOT;
	expect(0, entry_at(ELSEWHERE), "gone from the third");
	expect('U', (uint32_t)frame_state(frame), "the table is UNLINKED");
	end();
	clean();
}

/* Directories with children and 4 MB entries. */
static void freeing(void)
{
	test("PT-26", "a directory with a 4 MB entry can be freed");
	hv_pt_alloc(frame, SILK_PT_DIRECTORY);
	set_entry(frame + 16, gpa_to_machine(SPARE_GPA) | 0x87);
	expect(0, (uint32_t)hv_pt_free(frame), "result");
	expect('F', (uint32_t)frame_state(frame), "the frame");
	expect('F', (uint32_t)frame_state(frame + PAGE_SIZE), "its twin");
	end();
	test("PT-26 PT-62", "a directory with a child can be freed after it");
	hv_pt_alloc(frame, SILK_PT_DIRECTORY);
	set_entry(frame + 767 * 4, link_to(scene.unlinked));
	expect(ERRNO(EBUSY), (uint32_t)hv_pt_free(frame), "with the child");
	set_entry(frame + 767 * 4, 0);
	expect(0, (uint32_t)hv_pt_free(frame), "without");
	expect('U', (uint32_t)frame_state(scene.unlinked), "the child");
	end();
	test("PT-62 PT-8", "children in the kernel range do not count");
	hv_pt_alloc(frame, SILK_PT_DIRECTORY);
	set_entry(frame + 957 * 4, link_to(scene.unlinked));
	expect(0, (uint32_t)hv_pt_free(frame), "result");
	expect('L', (uint32_t)frame_state(scene.unlinked), "the child");
	set_entry(ELSEWHERE, 0);
	end();
}

/* An entry that moves a table away from a place: the other becomes LINKED. */
static void replaced(void)
{
	test("PT-20 PT-4", "a link overwritten by another link");
	hv_pt_alloc(frame, SILK_PT_TABLE);
	set_entry(AT, link_to(scene.unlinked));
	expect(0, set_entry(AT, link_to(frame)), "result");
	expect('U', (uint32_t)frame_state(scene.unlinked), "the old");
	expect('L', (uint32_t)frame_state(frame), "the new");
	end();
	clean();
}

void hostile_main(void)
{
	scene_set();
	frame = scene.free + 4 * PAGE_SIZE;
	cells();
	fresh();
	kept();
	kernel_range();
	freeing();
	replaced();
}
