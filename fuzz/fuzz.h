/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - what the parts of the native fuzzer say to each other.
 *
 * An input is a string of bytes that grammar.c reads as a sequence of steps;
 * target.c carries each out on hypervisor/core on the fake machine; model.c says
 * what should have come of it, tlb.c what a processor could still reach.
 * Invariant: what an input does depends on the input alone, so that it can be
 * minimised and replayed.
 */
#ifndef SILK_FUZZ_H
#define SILK_FUZZ_H

#include "tests/unit/fake_machine.h"

#define FUZZ_GUESTS  3u
#define FUZZ_VCPUS   2u
#define FUZZ_CHUNKS  6u /* of a guest, at boot */
#define FUZZ_LOW     5u /* of which are in the direct map */
#define FUZZ_TABLES  2u /* TABLE: chunk 0, and the last of the direct map */
#define FUZZ_LIMIT   9u
#define FUZZ_MACHINE (FAKE_HV_CHUNKS + FUZZ_GUESTS * FUZZ_CHUNKS + 3)
#define FUZZ_STEPS   200u      /* of one input at most */
#define FUZZ_BUFFER  0x600000u /* gpa of what calls point to: chunk 1, RAM */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Something is wrong: say what, and end as a crash does. */
void finding(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* Was nothing ever written to this machine chunk since it was cleared? */
bool chunk_is_hole(u32 machine);

/* ---- grammar.c ---- */

struct input {
	const u8 *data;
	size_t left;
};

static inline u32 byte(struct input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

enum action {                           /* those after the calls */
	      DO_TOUCH = SILK_NR_CALLS, /* an access by the guest itself */
	      DO_QUEUE,                 /* operations in the deferred queue */
	      DO_COMPLETE,              /* a disk is done */
	      DO_TYPE,                  /* console input */
	      DO_TIME,                  /* time passes, somebody else is picked */
	      DO_UNKNOWN,               /* a call that there is not */
	      DO_END
};

u32 pick_action(struct input *in);
/* Arguments of call `nr`, of the kinds that SILK_HYPERCALLS gives, and in guest
 * memory what they point to. */
void pick_arguments(struct input *in, struct vcpu *v, u32 nr, u32 arg[3]);
void pick_queue(struct input *in, struct vcpu *v);
u32 pick_value(struct input *in, const struct guest *g);
u32 pick_word(struct input *in);
const char *call_name(u32 nr);

/* ---- model.c ---- */

/* A copy from or to guest memory that the call made. */
struct transfer {
	u32 gva, bytes;
	bool write, done;
	const u8 *data;
};

/* One call: what it was told, and what it read and wrote on the way. */
struct call {
	struct vcpu *v;
	u32 nr, arg[3];
	u32 result;
	bool scarce, hasty; /* memory was short, pre-emption was due */
	const struct transfer *transfer;
	u32 transfers;
	/* The deferred queue as it was before. */
	u32 queued, queue_error;
	struct silk_mmu_op queue[SILK_QUEUE_MAX];
};

/* g has booted: what it has from now on. */
void model_boot(const struct guest *g);
void model_forget(const struct guest *g);
/* Before a call, and before an access: take over accessed and dirty bits. */
void model_sync_of(const struct guest *g);
/* A call was made: what should it have done? A difference is a finding. */
void model_call(const struct call *c);
/* The same for what all later calls stand on: tables, chunks, directories. */
void model_compare(const struct guest *g);
/* May a guest reach this machine address? */
bool model_owns(const struct guest *g, u32 machine, bool write);
/* Where its chunk is, or SILK_I386_NO_CHUNK. */
u32 model_machine(const struct guest *g, u32 chunk);

/* ---- tlb.c ---- */

void tlb_flush(struct guest *g);
void tlb_forget(const struct guest *g);
/* After each call: what could be cached is still right. Then fill it anew. */
void tlb_check(struct guest *g);

#endif
