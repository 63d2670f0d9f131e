// SPDX-License-Identifier: GPL-2.0-only
/*
 * target.c - one input: a machine with three guests is made, steps are carried
 * out, everything is looked at after each, and the machine is unmade.
 *
 * Guests are made, booted, ended and unmade by the hypervisor's own code. Memory
 * of a guest changes under the hypervisor's hands: whatever it has copied from
 * there, another value stands there at once, if the input wants that.
 *
 * FUZZ_TRACE=1 prints each call.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "hypervisor/core/audit.h"
#include "hypervisor/core/blk.h"
#include "hypervisor/core/chunk.h"
#include "hypervisor/core/config.h"
#include "hypervisor/core/console.h"
#include "hypervisor/core/sched.h"
#include "hypervisor/core/timer.h"
#include "tests/unit/life_fixture.h"

#define TRANSFERS 8192u
#define COPIED    65536u

static struct transfer transfers[TRANSFERS];
static u8 copied[COPIED];
static u32 ntransfers, ncopied;
static bool mutating, trace;
static char last_call[160] = "nothing yet";

void finding(const char *format, ...)
{
	va_list args;

	fputs("FINDING: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n  after %s\n", last_call);
	abort();
}

/* ---- memory ---- */

void *quick_memset(void *to, int value, size_t bytes)
{
	if (bytes != CHUNK_SIZE || value)
		return memset(to, value, bytes);
	if (fallocate(fake.memory_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		      (off_t)((u8 *)to - fake.memory), CHUNK_SIZE))
		finding("the machine's memory can't be cleared");
	return to;
}

bool chunk_is_hole(u32 machine)
{
	off_t data = lseek(fake.memory_fd, machine, SEEK_DATA);

	return data < 0 || data >= (off_t)machine + CHUNK_SIZE;
}

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

/*
 * What libFuzzer takes for new, beside edges: an outcome after another one of the
 * same guest, of the same chunk or not. Faults in states want a sequence of calls,
 * each of which goes well by itself.
 */
#define OUTCOMES 128u
#ifdef __clang__
__attribute__((section("__libfuzzer_extra_counters")))
#endif
static u8 pairs[2][OUTCOMES][OUTCOMES];
static u32 last_outcome[FUZZ_GUESTS], last_chunk[FUZZ_GUESTS];

/* ---- the world ---- */

/* RAM is in use, and may become tables or others': it holds the worst. */
static void use_memory(const struct guest *g)
{
	u32 chunk, frame;

	for (chunk = 0; chunk < FUZZ_CHUNKS; chunk++)
		for (frame = 8; frame < 10 && g->chunks.kind[chunk] == SILK_CHUNK_RAM; frame++)
			memset(fake_gpa(g, (chunk << CHUNK_SHIFT) + (frame << PAGE_SHIFT)), 7, 32);
}

static void boot(struct guest *g)
{
	u32 i;

	fake.current = NULL;
	machine_attach(NULL);
	while (g->state == GUEST_BOOTING)
		guest_boot_step(g);
	tlb_forget(g);
	model_forget(g);
	if (g->state == GUEST_RUNNING) {
		model_boot(g);
		use_memory(g);
		for (i = 1; i < g->vcpus; i++) /* they do nothing without tables */
			FAKE_CALL(g->vcpu[i], pt_switch, SILK_I386_BOOT_DIRECTORY, 0, 0);
		fake_run(g->vcpu[0]);
		tlb_check(g);
	}
}

static void make_guest(u32 id)
{
	struct guest_config c;
	struct guest *g;
	char line[128];
	const char *wrong;

	snprintf(line, sizeof(line), "kernel name=g%u mem=24M maxmem=36M low=20M tables=2 disk=%u",
		 id, id);
	wrong = config_parse(&c, line, 0);
	if (!wrong)
		wrong = guest_create(&c, &g);
	if (wrong)
		finding("guest %u can't be made: %s", id, wrong);
	while (g->vcpus < FUZZ_VCPUS)
		fake_vcpu(g);
	boot(g);
}

static void first_time(void)
{
	u32 i;

	trace = getenv("FUZZ_TRACE") != NULL;
	fake_start(FUZZ_MACHINE);
	module_kernel("kernel kernel");
	fake.on_flush_all = tlb_flush;
	fake.on_copy = on_copy;
	fake.disks = FUZZ_GUESTS;
	for (i = 0; i < FUZZ_GUESTS; i++)
		fake.disk_sectors[i] = 1000;
	fake.disk_flags[0] = SILK_BLK_F_FLUSH;
	fake.disk_flags[2] = SILK_BLK_F_READONLY;
}

static void enough(void)
{
	fake.hv_fail_after = ~0u;
	fake.preempt_after = ~0u;
}

static void make_world(void)
{
	u32 i;

	enough();
	fake.now = 1000 * MS;
	memset(last_outcome, 0, sizeof(last_outcome));
	memset(last_chunk, 0, sizeof(last_chunk));
	for (i = FAKE_HV_CHUNKS; i < FUZZ_MACHINE; i++) {
		quick_memset(fake.memory + ((size_t)i << CHUNK_SHIFT), 0, CHUNK_SIZE);
		chunk_add_free(i << CHUNK_SHIFT);
	}
	for (i = 0; i < FUZZ_GUESTS; i++)
		make_guest(i);
}

static void complete(u32 n, s32 status)
{
	struct blk_io *io = fake.io[n];

	memmove(&fake.io[n], &fake.io[n + 1], (fake.io_count - n - 1) * sizeof(fake.io[0]));
	fake.io_count--;
	blk_complete(io, status);
}

static void audit_the_machine(void)
{
	char why[160];

	if (audit_machine(why, sizeof(why)))
		finding("audit: %s", why);
}

/* All must be given back: what is left would be lost for good on a machine. */
static void unmake_world(void)
{
	static u32 pages; /* in use between inputs */
	u32 i;

	enough();
	fake.disk_full = false;
	fake.current = NULL;
	while (fake.io_count)
		complete(0, 0);
	work_run();
	for (i = 0; i < FUZZ_GUESTS; i++) {
		guest_destroy(&guests[i]);
		model_forget(&guests[i]);
		tlb_forget(&guests[i]);
		memset(&guests[i], 0, sizeof(guests[i]));
	}
	audit_the_machine();
	if (chunks_free() != FUZZ_MACHINE - FAKE_HV_CHUNKS)
		finding("%u chunks are free at the end, not all", chunks_free());
	if (pages && pages != fake.hv_pages_used)
		finding("%u pages of the hypervisor's in use, %u before", fake.hv_pages_used, pages);
	pages = fake.hv_pages_used;
	sched_reset();
	memset(fake.output_bytes, 0, sizeof(fake.output_bytes));
}

/* ---- oracles ---- */

static void look(struct guest *g)
{
	char why[160];

	if (g->state != GUEST_RUNNING)
		return;
	fake_run(g->vcpu[0]);
	model_compare(g);
	if (audit_guest(g, why, sizeof(why)))
		finding("audit of guest %u: %s", g->id, why);
	tlb_check(g);
}

/* ---- steps ---- */

/* A run may have ended: the CPU's loop unmakes it, and boots it if it is to. */
static void settle(struct guest *g)
{
	if (!work_due())
		return;
	fake.current = NULL;
	work_run();
	if (g->state == GUEST_BOOTING) {
		boot(g);
	} else if (g->state != GUEST_RUNNING) {
		tlb_forget(g);
		model_forget(g);
	}
}

static void start(struct guest *g)
{
	enough();
	fake.current = NULL;
	machine_attach(NULL);
	if (!guest_start(g))
		boot(g);
}

static u32 invoke(struct vcpu *v, u32 nr, const u32 *arg)
{
	if (nr < SILK_NR_CALLS)
		return fake_call(v, nr, call_table[nr], arg[0], arg[1], arg[2]);
	fake_run(v);
	v->page->diag.clause = 0;
	mmu_drain_queue(v);
	v->page->diag.call = nr;
	return call_unknown(v, nr);
}

static void note(const struct call *c)
{
	bool refused = c->result >= 0xfffff000u;
	u32 outcome = refused ? SILK_NR_CALLS + fake_why(c->v) : c->nr;
	u32 at = c->nr < SILK_CALL_chunk_convert ? c->arg[0] >> CHUNK_SHIFT : c->arg[0];
	u32 id = c->v->guest->id;

	pairs[at == last_chunk[id]][last_outcome[id] % OUTCOMES][outcome % OUTCOMES] = 1;
	if (!refused) {
		last_outcome[id] = outcome;
		last_chunk[id] = at;
	}
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
	snprintf(last_call, sizeof(last_call), "guest %u vCPU %u: %s(%x, %x, %x)", g->id,
		 v->number, call_name(nr), c.arg[0], c.arg[1], c.arg[2]);
	c.hasty = fake.preempt_after != ~0u;
	c.scarce = fake.hv_fail_after != ~0u;
	c.queued = v->page->queue_count;
	c.queue_error = v->page->queue_error;
	memcpy(c.queue, v->queue, MIN(c.queued, SILK_QUEUE_MAX) * sizeof(c.queue[0]));
	model_sync_of(g);
	ntransfers = ncopied = 0;
	sched_wake(v);
	c.result = invoke(v, nr, c.arg);
	c.transfer = transfers;
	c.transfers = ntransfers;
	if (trace)
		fprintf(stderr, "%s = %x (queue %u, %u copies%s%s%s)\n", last_call, c.result,
			c.queued, ntransfers, c.hasty ? ", hasty" : "",
			c.scarce ? ", scarce" : "", mutating ? ", memory changes" : "");
	if (g->generation == run) {
		model_call(&c);
		note(&c);
	}
}

/* The guest itself reads or writes: it must reach its own memory only. */
static void touch(struct input *in, struct vcpu *v)
{
	u32 n = byte(in), what = byte(in), value = pick_value(in, v->guest), gva, machine;
	bool write = n & 1, user = n & 2;

	gva = n & 4 ? pick_word(in) & ~3u : (n >> 4) << CHUNK_SHIFT | (what & 15) << PAGE_SHIFT;
	if (n & 8)
		gva = FAKE_GVA(gva);
	if (gva >= SILK_I386_HYPERVISOR)
		return;
	model_sync_of(v->guest);
	machine = fake_access(v, gva, write, user);
	if (trace)
		fprintf(stderr, "guest %u vCPU %u: %s at %08x: %08x\n", v->guest->id, v->number,
			write ? "write" : "read", gva, machine);
	if (machine == SILK_I386_NO_CHUNK)
		return;
	if (!model_owns(v->guest, machine, write))
		finding("guest %u %ss machine memory %08x at %08x", v->guest->id,
			write ? "write" : "read", machine, gva);
	if (write && machine >> CHUNK_SHIFT >= FAKE_HV_CHUNKS)
		*(u32 *)(fake.memory + machine) = value | SILK_I386_USER;
}

static void pass_time(struct input *in)
{
	struct vcpu *v;

	fake.now += (u64)pick_word(in) << (byte(in) & 7);
	timers_run(fake.now);
	v = sched_pick(fake.now);
	if (v && v->guest->state != GUEST_RUNNING && v->guest->state != GUEST_BOOTING)
		finding("guest %u, which is %s, is picked to run", v->guest->id,
			guest_state_name(v->guest));
}

static void act(struct input *in, struct vcpu *v, u32 action)
{
	u32 n;

	switch (action) {
	case DO_TOUCH:
		touch(in, v);
		break;
	case DO_QUEUE:
		pick_queue(in, v);
		break;
	case DO_COMPLETE:
		n = byte(in);
		fake.disk_full = n & 0x80;
		if (fake.io_count)
			complete(n % fake.io_count, n & 0x40 ? -SILK_EIO : 0);
		break;
	case DO_TYPE:
		console_type(v->guest, "typed", byte(in) % 6);
		break;
	case DO_TIME:
		pass_time(in);
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
		start(g);
		return;
	}
	mutating = how & 1;
	fake.preempt_after = how & 2 ? how >> 2 & 3 : ~0u;
	fake.hv_fail_after = how >> 5 == 7 ? how >> 4 & 1 : ~0u;
	fake_run(v);
	act(in, v, action);
	mutating = false;
	settle(g);
	enough();
	look(g);
	audit_the_machine();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	u32 i;

	if (!fake.memory)
		first_time();
	make_world();
	for (i = 0; i < FUZZ_STEPS && in.left; i++)
		step(&in);
	for (i = 0; i < FUZZ_GUESTS; i++)
		look(&guests[i]);
	unmake_world();
	return 0;
}
