/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - what the parts of the native fuzzer say to each other.
 *
 * An input is a string of bytes that grammar.c reads as a sequence of steps;
 * target.c carries each out on hypervisor/core on the fake machine that world.c
 * made; model.c says what should have come of it, tests/unit/translation_cache.c
 * what a processor could still reach. Another kind of input, of text.c, is
 * what an operator or a boot loader says, and kernel images.
 * Invariant: what an input does depends on the input alone, so that it can be
 * minimised and replayed.
 */
#ifndef SILK_FUZZ_H
#define SILK_FUZZ_H

#include "tests/unit/fake_machine.h"
#include "tests/unit/translation_cache.h"

#define FUZZ_GUESTS  3u
#define FUZZ_VCPUS   2u
#define FUZZ_CHUNKS  6u /* of a guest, at boot */
#define FUZZ_LOW     5u /* of which are in the direct map */
#define FUZZ_TABLES  2u /* TABLE: chunk 0, and the last of the direct map */
#define FUZZ_LIMIT   9u
#define FUZZ_MACHINE (FAKE_HV_CHUNKS + FUZZ_GUESTS * FUZZ_CHUNKS + 3)
#define FUZZ_STEPS   200u      /* of one input at most */
#define FUZZ_BUFFER  0x600000u /* gpa of what calls point to: chunk 1, RAM */
#define FUZZ_IMAGE   0x8000u   /* bytes of a kernel image at most */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* The two kinds of input; FUZZ_TARGET=text chooses the second. */
void fuzz_calls(const uint8_t *data, size_t size);
void fuzz_text(const uint8_t *data, size_t size);

/* Something is wrong: say what, and end as a crash does. */
void finding(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));
/* What is done now, for a finding; shown if FUZZ_TRACE is set. */
void doing(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tracing(const char *format, ...) __attribute__((format(printf, 1, 2)));

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
	      DO_TYPE,                  /* somebody at a console */
	      DO_TIME,                  /* time passes, somebody else is picked */
	      DO_OPERATOR,              /* a command at the prompt */
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
u32 pick_shared(struct input *in);
const char *call_name(u32 nr);

/* ---- image.c ---- */

/* A kernel image, more or less, of FUZZ_IMAGE bytes at most; how many. */
u32 pick_image(struct input *in, u8 *to);
/* Does g's memory hold what a kernel of these bytes says, and zeros else? Asked
 * before anything of g ran. */
void image_look(const struct guest *g, const u8 *image, u32 bytes);

/* ---- outside.c: devices, time, the operator ---- */

void outside_complete(struct input *in);
void outside_console(struct input *in, struct guest *g);
void outside_time(struct input *in, struct guest *g);
void outside_command(struct input *in, const struct guest *g);
/* These characters come from the prompt's terminal, and are dealt with. */
void outside_type(const char *text, u32 bytes);

/* ---- world.c ---- */

void world_make(void);
void world_unmake(void);
/* g has just been made to boot: do it. */
void world_boot(struct guest *g);
/* A run may have ended: the CPU's loop unmakes it, and boots it if it is to. */
void world_settle(void);
/* A guest that does not run is to run again. */
void world_start(struct guest *g);
/* Nothing is scarce, nobody in a hurry. */
void enough(void);

/* ---- target.c: looked at after each step ---- */

void look_at_machine(void);
void look_at_translations(struct guest *g);

/* ---- io.c ---- */

void look_at_io(void);
/* The disk is done with request n of fake.io. */
void io_done(u32 n, s32 status);

/* ---- memory.c ---- */

/* Zeros. */
void memory_clear(u32 machine_chunk);
/* Where the first byte is that is not 0, or machine + bytes. */
u32 memory_used(u32 machine, u32 bytes);

/* ---- fetch.c ---- */

/* A page that a guest writes at any time, or no longer. */
void fetch_share(const void *page, bool share);
bool fetch_shared(u32 machine);
void fetch_forget(void);
/* A call begins; shared words change between two reads, if `change`. */
void fetch_begin(bool change);
void fetch_end(void);

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
	bool changing;      /* guest memory changed meanwhile */
	const struct transfer *transfer;
	u32 transfers;
	/* The deferred queue and the pending events as they were before. */
	u32 queued, queue_error, pending;
	u32 unread, busy; /* likewise: of the disk's ring, parts of its requests */
	struct silk_mmu_op queue[SILK_QUEUE_MAX];
};

static inline u32 call_unread(const struct guest *g)
{
	return g->blk_ring->producer - g->blk_ring->consumer;
}

/* Parts of requests [BLK-14] that may stand in the way, those of earlier runs too. */
static inline u32 call_busy(const struct guest *g)
{
	u32 n = g->blk_in_flight, i;

	for (i = 0; i < fake.io_count; i++)
		n += fake.io[i]->parts;
	return n;
}

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

/* ---- novel.c ---- */

void novel_begin(void);
/* A call that was made; the number of its outcome: the call, or SILK_NR_CALLS and why
 * it was refused. */
u32 novel_call(const struct call *c);

#endif
