/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - a second opinion on the ABI: the state that the specification speaks
 * of, for the calls that isolation stands on, and nothing of how it is kept.
 *
 * It shares no code with hypervisor/core, and of its headers only the names of
 * the types. model.c has the state and the rules of entries, model_calls.c and
 * model_memory.c and model_others.c have the calls. Accessed and dirty bits are the processor's: they are taken over
 * from memory before a call and never compared beyond what [PT-12] promises.
 */
#ifndef SILK_FUZZ_MODEL_H
#define SILK_FUZZ_MODEL_H

#include "fuzz.h"

#define NOWHERE    SILK_I386_NO_CHUNK
#define AD         (SILK_I386_ACCESSED | SILK_I386_DIRTY)
#define P          SILK_I386_PRESENT
#define KERNEL_PDE 768u
#define WINDOW_PDE 959u

enum frame_state { M_FREE,
		   M_TWIN,
		   M_DIRECTORY,
		   M_UNLINKED,
		   M_LINKED };

struct frames { /* of one TABLE chunk [PT-2] */
	u8 state[CHUNK_FRAMES];
	u32 *entry[CHUNK_FRAMES]; /* of tables and directories */
	u16 life[CHUNK_FRAMES];   /* novel.c */
};

struct model {
	u8 kind[CHUNKS];
	u32 machine[CHUNKS];           /* by guest chunk, or NOWHERE */
	u16 chunk[CHUNKS];             /* by machine chunk, or CHUNKS */
	struct frames *frames[CHUNKS]; /* by guest chunk */
	u32 kernel[CHUNK_FRAMES];      /* [PT-8] */
	u32 loaded[FUZZ_VCPUS];        /* gpa, or NOWHERE */
	u32 desc_low[FUZZ_VCPUS];
	u32 owned, limit, tables, used; /* used: frames that are not FREE */
	u32 changing;                   /* a chunk, or CHUNKS */
	bool giving;
	u32 refusals;
	u16 life[CHUNKS]; /* novel.c */
};

/* Why, and what of: what a call is refused for. */
struct verdict {
	enum silk_refusal why;
	u32 value, done;
};

#define OK(n)         ((struct verdict){ SILK_R_NONE, n, 0 }) /* the result */
#define NO(id, value) ((struct verdict){ SILK_R_##id, value, 0 })

/* Bytes at gva as the call read them; NULL: it was refused them. */
const u8 *model_fetched(u32 gva, u32 bytes);
/* The same from the copy *next on, and *next becomes the one behind it. */
const u8 *model_fetched_next(u32 *next, u32 gva, u32 bytes);

/* pt_alloc, pt_free, pt_switch, pt_flush, chunk_*: model_memory.c */
struct verdict model_memory(struct model *m, const struct call *c);

/* Traps, debug registers, ends of runs, consoles, disks: model_others.c. *late: a
 * refusal that the slot tells, though the call has done a part. */
struct verdict model_others(const struct model *m, const struct call *c, struct verdict *late);
/* Which events may and must be pending after the call. */
void model_events(const struct call *c);

/* What becomes of frames and chunks: novel.c. */
enum novel_event { NOVEL_NONE,
		   NOVEL_TABLE, /* allocated as one; or a chunk of them */
		   NOVEL_DIRECTORY,
		   NOVEL_FREED,  /* or given back */
		   NOVEL_LINKED, /* where a processor sees it */
		   NOVEL_LINKED_ASIDE,
		   NOVEL_UNLINKED,
		   NOVEL_LOADED,
		   NOVEL_BEHIND, /* the kernel range changes, and it is not loaded */
		   NOVEL_RAM,
		   NOVEL_CHANGING,
		   NOVEL_MAPPED,
		   NOVEL_MAPPED_WRITABLE };

void novel_frame(struct model *m, u32 gpa, enum novel_event event);
void novel_chunk(struct model *m, u32 chunk, enum novel_event event);
/* An operation has stored the entry. */
void novel_entry(struct model *m, u32 target, u32 value);

struct model *model_of(const struct guest *g);

/* One operation on an entry: target | SILK_OP_*, as [PT-12]; *old is the entry
 * before. Carried out if it is not refused, and `commit`. */
enum silk_refusal model_entry(struct model *m, u32 target, u32 value, u32 *old,
			      u32 *refused, bool commit);
/* Does a present entry map the chunk (writable)? */
bool model_maps(const struct model *m, u32 chunk, bool writable);
/* A chunk comes, changes or goes. */
void model_add(struct model *m, u32 chunk, u32 kind, u32 machine);
void model_kind(struct model *m, u32 chunk, u32 kind);
void model_remove(struct model *m, u32 chunk);
u32 *model_new_frame(struct model *m, u32 gpa, enum frame_state state);
void model_free_frame(struct model *m, u32 gpa);

static inline u32 frame_of(u32 gpa)
{
	return gpa >> PAGE_SHIFT & (CHUNK_FRAMES - 1);
}

static inline struct frames *frames_of(const struct model *m, u32 gpa)
{
	return m->frames[gpa >> CHUNK_SHIFT];
}

static inline u32 state_of(const struct model *m, u32 gpa)
{
	return frames_of(m, gpa)->state[frame_of(gpa)];
}

#endif
