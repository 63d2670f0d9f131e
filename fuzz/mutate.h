/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mutate.h - what an input that is carried out tells of its steps, for the mutations
 * of mutate.c.
 */
#ifndef SILK_FUZZ_MUTATE_H
#define SILK_FUZZ_MUTATE_H

#include "fuzz.h"

/* What a byte of an input says, if steps can be about the same. */
enum mutate_kind { MUTATE_NONE,
		   MUTATE_ENTRY, /* the frame of the entry that is written */
		   MUTATE_FRAME,
		   MUTATE_CHUNK,
		   MUTATE_INDEX,
		   MUTATE_KINDS };

/* What may come of a step: a call, a refusal, another action. */
#define MUTATE_ACTION(action) (SILK_NR_CALLS + SILK_R_COUNT + (action))
#define MUTATE_OUTCOMES       MUTATE_ACTION((u32)DO_END)

void mutate_begin(const u8 *data, size_t size);
/* The input's next byte is of this kind. */
void mutate_kind(const struct input *in, enum mutate_kind kind);
/* What came of the step that is under way: a call as novel_call() numbers it. */
void mutate_outcome(u32 what);
/* The step that is under way is one in the life of *what, which by now is this. */
void mutate_lived(const void *what, u16 life);
/* A step has taken the bytes up to here. */
void mutate_step(const u8 *end);
void mutate_end(void);

#endif
