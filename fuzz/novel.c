// SPDX-License-Identifier: GPL-2.0-only
/*
 * novel.c - what libFuzzer takes for new, beside edges.
 *
 * Faults in states want a sequence of calls, each of which goes well by itself: so
 * a call that goes well after another of the same guest counts, of the same chunk or
 * not; and so do the last few things that became of a table frame, or of a chunk, as the
 * model has them.
 *
 * Invariant: nothing here has an effect on what an input does. The counters are
 * read by libFuzzer alone: volatile. FUZZ_EDGES=1: not counted, for a small set of
 * inputs.
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "mutate.h"

#define OUTCOMES 128u
#define EVENTS   4u /* of a life, one in 4 bits */

#ifdef __clang__
#define COUNTED __attribute__((section("__libfuzzer_extra_counters")))
#else
#define COUNTED
#endif

static COUNTED volatile u8 pairs[2][1 + SILK_NR_CALLS][OUTCOMES];
static COUNTED volatile u8 lives[2][1u << (4 * EVENTS)];

static u32 last_outcome[FUZZ_GUESTS], last_chunk[FUZZ_GUESTS];

static bool edges_only(void)
{
	static int only = -1;

	if (only < 0)
		only = getenv("FUZZ_EDGES") != NULL;
	return only;
}

void novel_begin(void)
{
	memset(last_outcome, 0, sizeof(last_outcome));
	memset(last_chunk, 0, sizeof(last_chunk));
}

u32 novel_call(const struct call *c)
{
	bool refused = c->result >= 0xfffff000u;
	u32 outcome = refused ? SILK_NR_CALLS + fake_why(c->v) : c->nr;
	u32 at = c->nr < SILK_CALL_chunk_convert ? c->arg[0] >> CHUNK_SHIFT : c->arg[0];
	u32 id = c->v->guest->id;

	if (!edges_only())
		pairs[at == last_chunk[id]][refused ? 0 : 1 + last_outcome[id]][outcome % OUTCOMES] = 1;
	if (!refused) {
		last_outcome[id] = outcome;
		last_chunk[id] = at;
	}
	return outcome;
}

/* The same again is nothing new. */
static void lived(u16 *life, enum novel_event event, u32 of)
{
	if ((*life & 15) == event)
		return;
	*life = (u16)(*life << 4 | event);
	mutate_lived(life, *life);
	if (!edges_only())
		lives[of][*life] = 1;
}

void novel_chunk(struct model *m, u32 chunk, enum novel_event event)
{
	lived(&m->life[chunk], event, 1);
}

void novel_frame(struct model *m, u32 gpa, enum novel_event event)
{
	struct frames *f = frames_of(m, gpa);

	lived(&f->life[frame_of(gpa)], event, 0);
	if (event == NOVEL_LINKED)
		novel_chunk(m, gpa >> CHUNK_SHIFT, event);
}

static bool is_loaded(const struct model *m, u32 gpa)
{
	u32 i;

	for (i = 0; i < FUZZ_VCPUS; i++)
		if (m->loaded[i] == gpa)
			return true;
	return false;
}

/* The kernel range has changed: directories that nobody has loaded are behind. */
static void kernel_changed(struct model *m)
{
	u32 i, f;

	for (i = 0; i < CHUNKS; i++)
		for (f = 0; m->frames[i] && f < CHUNK_FRAMES; f += 2) {
			u32 gpa = i << CHUNK_SHIFT | f << PAGE_SHIFT;

			if (m->frames[i]->state[f] == M_DIRECTORY && !is_loaded(m, gpa))
				novel_frame(m, gpa, NOVEL_BEHIND);
		}
}

void novel_entry(struct model *m, u32 target, u32 value)
{
	bool directory = state_of(m, target) == M_DIRECTORY;
	bool kernel = directory && (target >> 2 & 1023) >= KERNEL_PDE;
	bool seen = kernel || is_loaded(m, target & ~(PAGE_SIZE - 1));
	u32 chunk = m->chunk[value >> CHUNK_SHIFT];
	u32 gpa = chunk << CHUNK_SHIFT | (value & (CHUNK_SIZE - PAGE_SIZE));

	if (kernel)
		kernel_changed(m);
	if (!(value & P))
		return;
	if (directory && !(value & SILK_I386_LARGE))
		novel_frame(m, gpa, seen ? NOVEL_LINKED : NOVEL_LINKED_ASIDE);
	else
		novel_chunk(m, chunk, value & SILK_I386_WRITABLE ? NOVEL_MAPPED_WRITABLE : NOVEL_MAPPED);
}
