// SPDX-License-Identifier: GPL-2.0-only
/*
 * target.c - one input: on the machine that world.c makes steps are carried out,
 * and everything is looked at after each.
 *
 * Memory of a guest changes under the hypervisor's hands: whatever it has copied
 * from there, another value stands there at once, if the input wants that.
 *
 * FUZZ_TRACE=1 prints each step.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "hypervisor/core/audit.h"
#include "hypervisor/core/console.h"
#include "hypervisor/core/sched.h"
#include "hypervisor/core/timer.h"
#include "hypervisor/core/trace.h"

#define TRANSFERS 8192u
#define COPIED    65536u

static struct transfer transfers[TRANSFERS];
static u8 copied[COPIED];
static u32 ntransfers, ncopied;
#define IMAGE_CHECK 4u /* its chunk is mapped so often before it is copied */
static struct {
	u32 at;   /* machine address of what set_kernel names, 0: no RAM */
	u32 byte; /* that changes */
	u32 maps;
} image;
static bool mutating;
static char last[200] = "nothing yet";

void finding(const char *format, ...)
{
	va_list args;

	fputs("FINDING: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n  after %s\n", last);
	abort();
}

void tracing(const char *format, ...)
{
	static int wanted = -1;
	va_list args;

	if (wanted < 0)
		wanted = getenv("FUZZ_TRACE") != NULL;
	if (!wanted)
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
}

void doing(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(last, sizeof(last), format, args);
	va_end(args);
	tracing("%s\n", last);
}

/* ---- memory ---- */

/* Another vCPU of the guest writes where it may, and where it matters. */
static void change(u32 gva, u32 bytes)
{
	u32 machine, n, i;

	for (; bytes; gva += n, bytes -= n) {
		n = MIN(bytes, PAGE_SIZE - gva % PAGE_SIZE);
		machine = fake_walk(fake.current, gva, true, false);
		if (machine == SILK_I386_NO_CHUNK || machine >> CHUNK_SHIFT < FAKE_HV_CHUNKS)
			continue;
		for (i = 0; i < n; i++)
			fake.memory[machine + i] ^= 0xff;
	}
}

static void on_copy(u32 gva, const void *data, u32 bytes, bool write, bool done)
{
	struct transfer *t = &transfers[ntransfers++];

	if (ntransfers == TRANSFERS || ncopied + bytes > COPIED)
		finding("a call that copies without end");
	*t = (struct transfer){ gva, bytes, write, done, copied + ncopied };
	if (done || write)
		memcpy(copied + ncopied, data, bytes);
	ncopied += bytes;
	if (mutating && done && !write)
		change(gva, bytes);
}

/* A kernel image is looked at, copied and looked at again: it changes between. */
static void on_map(u32 place, u32 machine)
{
	if (mutating && image.at && !place && machine == (image.at & ~(CHUNK_SIZE - 1)) &&
	    image.maps++ == IMAGE_CHECK)
		fake.memory[image.at + image.byte] ^= 0xff;
}

/* ---- oracles ---- */

void look_at_translations(struct guest *g)
{
	const char *wrong = cache_wrong(g);

	cache_fill(g);
	if (!wrong)
		wrong = cache_wrong(g);
	if (wrong)
		finding("cached by guest %u: %s", g->id, wrong);
}

void look_at_machine(void)
{
	char why[160];

	if (audit_machine(why, sizeof(why)))
		finding("audit: %s", why);
}

static void look(struct guest *g)
{
	char why[160];

	if (g->state != GUEST_RUNNING)
		return;
	fake_run(g->vcpu[0]);
	model_compare(g);
	if (audit_guest(g, why, sizeof(why)))
		finding("audit of guest %u: %s", g->id, why);
	look_at_translations(g);
}

/* ---- steps ---- */

static u32 invoke(struct vcpu *v, u32 nr, const u32 *arg)
{
	fake_run(v);
	v->page->diag.clause = 0;
	if (v->page->queue_count)
		trace_drain(v);
	v->page->diag.call = nr;
	return nr < SILK_NR_CALLS ? call_table[nr](v, arg[0], arg[1], arg[2]) : call_unknown(v, nr);
}

static void note_image(const struct guest *g, u32 nr, u32 gpa, u32 length)
{
	memset(&image, 0, sizeof(image));
	if (nr != SILK_CALL_set_kernel || g->chunks.kind[gpa >> CHUNK_SHIFT] != SILK_CHUNK_RAM ||
	    gpa % CHUNK_SIZE > CHUNK_SIZE - FUZZ_IMAGE)
		return;
	image.at = fake_machine_of(g, gpa);
	image.byte = 24 + length % 128;
}

static void make_call(struct input *in, struct vcpu *v, u32 nr)
{
	static struct call c;
	struct guest *g = v->guest;
	u32 run = g->generation;

	c.v = v;
	c.nr = nr;
	memset(c.arg, 0, sizeof(c.arg));
	if (nr < SILK_NR_CALLS)
		pick_arguments(in, v, nr, c.arg);
	doing("guest %u vCPU %u: %s(%x, %x, %x)", g->id,
	      v->number, call_name(nr), c.arg[0], c.arg[1], c.arg[2]);
	c.hasty = fake.preempt_after != ~0u;
	c.changing = mutating;
	c.scarce = fake.hv_fail_after != ~0u;
	c.queued = v->page->queue_count;
	c.queue_error = v->page->queue_error;
	c.pending = v->page->pending;
	c.unread = call_unread(g);
	c.busy = call_busy(g);
	memcpy(c.queue, v->queue, MIN(c.queued, SILK_QUEUE_MAX) * sizeof(c.queue[0]));
	model_sync_of(g);
	ntransfers = ncopied = 0;
	sched_wake(v);
	note_image(g, nr, c.arg[0], c.arg[1]);
	fetch_begin(mutating);
	c.result = invoke(v, nr, c.arg);
	fetch_end();
	c.transfer = transfers;
	c.transfers = ntransfers;
	tracing("  = %x (queue %u, %u copies%s%s%s)\n", c.result, c.queued, ntransfers,
		c.hasty ? ", hasty" : "", c.scarce ? ", scarce" : "",
		mutating ? ", memory changes" : "");
	if (g->trace)
		trace_call(v, nr, c.arg[0], c.arg[1], c.arg[2], c.result);
	if (g->generation == run) {
		model_call(&c);
		mutate_outcome(novel_call(&c));
	}
}

/* A page fault or another trap of the guest's, as hypervisor/i386 has it, in part. */
static void fault(struct vcpu *v, u32 gva, u32 what)
{
	if (v->guest->trace)
		trace_bounce(v, what & 0x80 ? 14 : SILK_I386_VECTOR_CALL, 2, gva, gva);
	if (what < 0xf8)
		return;
	guest_crash(v, 1 + what % (SILK_CRASH_COUNT - 1), SILK_CLAUSE(what & 1 ? SILK_AREA_TRAP : 200, 11),
		    gva);
}

/* The guest itself reads or writes: it must reach its own memory only. */
static void touch(struct input *in, struct vcpu *v)
{
	u32 n = byte(in), what = byte(in), value = pick_value(in, v->guest), gva, machine;
	bool write = n & 1, user = n & 2;

	gva = n & 4 ? pick_word(in) & ~3u : (n >> 4) << CHUNK_SHIFT | (what & 15) << PAGE_SHIFT;
	if (n & 8)
		gva = FAKE_GVA(gva);
	if ((n & 0xe0) == 0xe0)
		gva = pick_shared(in);
	if (gva >= SILK_I386_HYPERVISOR)
		return;
	model_sync_of(v->guest);
	doing("guest %u vCPU %u: %s at %08x", v->guest->id, v->number, write ? "write" : "read",
	      gva);
	machine = fake_access(v, gva, write, user);
	if (v->guest->trace && user)
		trace_return(v, gva, what & 1);
	if (machine == SILK_I386_NO_CHUNK) {
		fault(v, gva, what);
		return;
	}
	if (!model_owns(v->guest, machine, write))
		finding("guest %u %ss machine memory %08x at %08x", v->guest->id,
			write ? "write" : "read", machine, gva);
	if (!write)
		return;
	if (fetch_shared(machine))
		*(u32 *)(fake.memory + machine) = pick_word(in);
	else if (machine >> CHUNK_SHIFT >= FAKE_HV_CHUNKS)
		*(u32 *)(fake.memory + machine) = value | SILK_I386_USER;
}

static void act(struct input *in, struct vcpu *v, u32 action)
{
	if (action >= SILK_NR_CALLS)
		mutate_outcome(MUTATE_ACTION(action));
	switch (action) {
	case DO_TOUCH:
		touch(in, v);
		break;
	case DO_QUEUE:
		pick_queue(in, v);
		break;
	case DO_COMPLETE:
		outside_complete(in);
		break;
	case DO_TYPE:
		outside_console(in, v->guest);
		break;
	case DO_TIME:
		outside_time(in, v->guest);
		break;
	case DO_OPERATOR:
		outside_command(in, v->guest);
		break;
	case DO_UNKNOWN:
		make_call(in, v, SILK_NR_CALLS + pick_word(in) % 1000);
		break;
	default:
		make_call(in, v, action);
	}
}

static void step(struct input *in)
{
	u32 who = byte(in), how = byte(in), action = pick_action(in);
	struct guest *g = &guests[(who & 7) < 5 ? 0 : (who & 7) < 7 ? 1
								    : 2];
	struct vcpu *v = g->vcpu[(who >> 4) % FUZZ_VCPUS];

	if (g->state != GUEST_RUNNING) {
		world_start(g);
		return;
	}
	mutating = how & 1;
	fake.preempt_after = how & 2 ? how >> 2 & 3 : ~0u;
	fake.hv_fail_after = how >> 5 == 7 ? how >> 1 & 15 : ~0u;
	fake_run(v);
	act(in, v, action);
	mutating = false;
	world_settle();
	enough();
	look(g);
	look_at_io();
	look_at_machine();
}

void fuzz_calls(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	u32 i;

	novel_begin();
	world_make();
	mutate_begin(data, size);
	fake.on_copy = on_copy; /* not before: the first input makes the machine */
	fake.on_map = on_map;
	for (i = 0; i < FUZZ_STEPS && in.left; i++) {
		step(&in);
		mutate_step(in.data);
	}
	for (i = 0; i < FUZZ_GUESTS; i++)
		look(&guests[i]);
	mutate_end();
	world_unmake();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *target;

	if (!target) {
		target = getenv("FUZZ_TARGET");
		target = target ? target : "calls";
	}
	if (strcmp(target, "text"))
		fuzz_calls(data, size);
	else
		fuzz_text(data, size);
	return 0;
}

/* Pages of the machine look lost to LeakSanitizer; a stack for each malloc() costs
 * a tenth of the speed. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:malloc_context_size=0";
}
