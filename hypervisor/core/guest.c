// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest.c - guests are made, started, paused and unmade.
 *
 * Invariant: a guest that could not be made leaves nothing. Memory, tables and
 * vCPUs are released only in work_run(), when the CPU stands on no vCPU's stack
 * and uses no guest's tables. A guest's chunks are its own until then, so that
 * whatever was under way for it ends well.
 */
#include "guest.h"
#include "blk.h"
#include "boot.h"
#include "chunk.h"
#include "config.h"
#include "console.h"
#include "control.h"
#include "event.h"
#include "format.h"
#include "image.h"
#include "libc.h"
#include "life.h"
#include "machine.h"
#include "sched.h"
#include "table.h"
#include "timer.h"
#include "trace.h"

struct guest guests[GUESTS_MAX];

static bool work;

/* ---- work ---- */

void work_cause(void)
{
	work = true;
	machine_reschedule();
}

bool work_due(void)
{
	return work;
}

static void grant_wish(struct guest *g)
{
	enum guest_wish wish;

	guest_tell_crash(g);
	wish = g->wish;
	g->wish = WISH_NONE;
	if (wish == WISH_NONE)
		return;
	guest_end_run(g);
	if (wish == WISH_BOOT)
		boot_begin(g);
	else
		g->state = GUEST_OFF;
}

void work_run(void)
{
	u32 i;

	sched_account(machine_now());
	work = false;
	for (i = 0; i < GUESTS_MAX; i++)
		grant_wish(&guests[i]);
	control_run();
	sched_skip(machine_now()); /* commands are at nobody's expense */
}

/* ---- making and unmaking ---- */

struct guest *guest_find(const char *name)
{
	u32 i;

	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].state != GUEST_NONE &&
		    !strcmp(guests[i].config.name, name))
			return &guests[i];
	}
	return NULL;
}

static struct guest *free_slot(void)
{
	u32 i;

	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].state == GUEST_NONE)
			return &guests[i];
	}
	return NULL;
}

static const struct guest *console_user(u32 port)
{
	u32 i;

	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].state != GUEST_NONE &&
		    guests[i].config.console_port == port)
			return &guests[i];
	}
	return NULL;
}

/* Each port is one guest's [CON-5]. Without a port a guest's console is seen
 * at the operator's prompt only. */
static const char *claim_console(struct guest_config *c)
{
	u32 port = c->console_port;

	if (port == CONFIG_NONE) {
		for (port = 0; console_user(port); port++)
			;
		c->console_port = machine_console_exists(port) ? port
							       : CONSOLE_NONE;
		return NULL;
	}
	if (!machine_console_exists(port))
		return complaint("there is no console %u", port);
	if (console_user(port))
		return complaint("console %u is %s's", port,
				 console_user(port)->config.name);
	return NULL;
}

/* Enough for all of it, and for those that are about to boot? */
static const char *have_memory(const struct guest_config *c)
{
	u32 booting = boot_outstanding(), available = chunks_free();

	available = available > booting ? available - booting : 0;
	if (c->chunks > available)
		return complaint("mem=%uM is too much: %u MB are free",
				 c->chunks * 4, available * 4);
	return NULL;
}

static int make_vcpu(struct guest *g)
{
	struct vcpu *v = machine_vcpu_alloc(g, g->vcpus);

	if (!v)
		return -1;
	g->vcpu[g->vcpus++] = v;
	v->directory = NO_FRAME;
	v->timer = TIMER_OFF;
	v->sched.frozen = true;
	v->page = hv_page_alloc();
	v->queue = hv_page_alloc();
	return v->page && v->queue ? 0 : -1;
}

/* Everything but its chunks. What was made stays for unmake() if it fails. */
static int make(struct guest *g)
{
	g->info = hv_page_alloc();
	g->blk_ring = hv_page_alloc();
	g->net_ring = hv_page_alloc();
	if (!g->info || !g->blk_ring || !g->net_ring)
		return -1;
	if (chunks_init(g, g->config.chunk_limit) || console_init(g) ||
	    make_vcpu(g) || machine_guest_init(g))
		return -1;
	return blk_guest_init(g);
}

/* Runs on a half-made guest too. Its number and generation stay: they tell late
 * I/O and its successor in the slot apart. */
static void unmake(struct guest *g)
{
	u32 id = g->id, generation = g->generation;

	blk_guest_exit(g);
	machine_guest_exit(g);
	while (g->vcpus) {
		struct vcpu *v = g->vcpu[--g->vcpus];

		sched_forget(v);
		hv_pages_free(v->page, 1);
		hv_pages_free(v->queue, 1);
		machine_vcpu_free(v);
	}
	console_exit(g);
	if (g->chunks.machine)
		chunks_exit(g);
	hv_pages_free(g->info, 1);
	hv_pages_free(g->blk_ring, 1);
	hv_pages_free(g->net_ring, 1);
	memset(g, 0, sizeof(*g));
	g->id = id;
	g->generation = generation;
}

/* What can be said before anything is made. */
static const char *claim(struct guest_config *c)
{
	const char *wrong;

	if (guest_find(c->name))
		return complaint("there is a guest '%s' already", c->name);
	wrong = claim_console(c);
	if (!wrong)
		wrong = blk_claim(c);
	return wrong ? wrong : have_memory(c);
}

const char *guest_create(const struct guest_config *config, struct guest **made)
{
	struct guest *g = free_slot();
	const char *wrong;

	if (!g)
		return complaint("there are %d guests already", GUESTS_MAX);
	g->id = (u32)(g - guests);
	g->config = *config;
	wrong = claim(&g->config);
	if (wrong) {
		memset(&g->config, 0, sizeof(g->config));
		return wrong;
	}
	if (make(g))
		wrong = "the hypervisor has no memory left for another guest";
	if (!wrong) {
		machine_attach(g);
		wrong = boot_check(g, g->config.chunks);
	}
	if (wrong) {
		unmake(g);
		return wrong;
	}
	g->state = GUEST_OFF;
	if (!g->config.paused)
		boot_begin(g);
	*made = g;
	return NULL;
}

void guest_destroy(struct guest *g)
{
	trace_stop(g);
	guest_end_run(g);
	image_drop(&g->image);
	unmake(g);
}

/* ---- states ---- */

const char *guest_state_name(const struct guest *g)
{
	static const char *const names[] = {
		[GUEST_NONE] = "none",
		[GUEST_OFF] = "off",
		[GUEST_BOOTING] = "booting",
		[GUEST_RUNNING] = "running",
		[GUEST_PAUSED] = "paused",
		[GUEST_CRASHED] = "crashed",
	};

	if (g->state == GUEST_OFF && g->config.paused)
		return "paused"; /* since it was made */
	return names[g->state];
}

void guest_halt(struct guest *g)
{
	u32 i;

	for (i = 0; i < g->vcpus; i++) {
		sched_freeze(g->vcpu[i]);
		g->vcpu[i]->timer = TIMER_OFF;
	}
}

/* [LIFE-6] [LIFE-10] */
void guest_end_run(struct guest *g)
{
	guest_halt(g);
	image_forget(g);
	blk_guest_stop(g);
	machine_attach(g);
	tables_reset(g);
	machine_attach(NULL);
	machine_flush_all(g);
	chunks_remove_all(g);
}

void guest_wish(struct guest *g, enum guest_wish wish)
{
	guest_halt(g);
	g->wish = wish;
	work_cause();
}

const char *guest_start(struct guest *g)
{
	const char *wrong;

	if (g->state != GUEST_OFF && g->state != GUEST_CRASHED)
		return complaint("%s is %s", g->config.name, guest_state_name(g));
	guest_end_run(g);
	g->state = GUEST_OFF;
	wrong = have_memory(&g->config);
	if (wrong)
		return wrong;
	g->config.paused = false;
	g->quick_ends = 0;
	boot_begin(g);
	return NULL;
}

const char *guest_reboot(struct guest *g)
{
	if (g->state == GUEST_OFF)
		return complaint("%s is off: start it", g->config.name);
	guest_end_run(g);
	g->quick_ends = 0;
	boot_begin(g);
	return NULL;
}

/* [LIFE-8] */
const char *guest_pause(struct guest *g)
{
	u32 i;

	if (g->state != GUEST_RUNNING)
		return complaint("%s is %s", g->config.name, guest_state_name(g));
	g->state = GUEST_PAUSED;
	for (i = 0; i < g->vcpus; i++)
		sched_freeze(g->vcpu[i]);
	return NULL;
}

const char *guest_unpause(struct guest *g)
{
	u32 i;

	if (g->state == GUEST_OFF && g->config.paused)
		return guest_start(g); /* it was made to stand still */
	if (g->state != GUEST_PAUSED)
		return complaint("%s is %s", g->config.name, guest_state_name(g));
	g->state = GUEST_RUNNING;
	for (i = 0; i < g->vcpus; i++) {
		sched_thaw(g->vcpu[i]);
		event_raise(g->vcpu[i], SILK_EVENT_RESUMED);
	}
	timers_run(machine_now()); /* what became due meanwhile [TIME-10] */
	timer_arm();
	return NULL;
}

const char *guest_ask_shutdown(struct guest *g)
{
	if (g->state != GUEST_RUNNING)
		return complaint("%s is %s", g->config.name, guest_state_name(g));
	event_raise(g->vcpu[0], SILK_EVENT_SHUTDOWN);
	return NULL;
}

void guest_set_weight(struct guest *g, u32 weight)
{
	g->config.weight = weight;
	machine_reschedule();
}
