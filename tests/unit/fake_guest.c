// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake_guest.c - guests, vCPUs and calls on the fake machine, and what the ABI's
 * window of a guest maps.
 *
 * Invariant: after fake_guest() a guest is as guest.c leaves one at its entry, as
 * far as chunks, tables and shared pages go.
 */
#include <stdlib.h>
#include <string.h>

#include "fake_machine.h"
#include "hypervisor/core/chunk.h"
#include "hypervisor/core/table.h"

/* ---- guests and vCPUs ---- */

static void window_page(u32 *window, u32 va, const void *page, u32 writable)
{
	window[va >> PAGE_SHIFT & 1023] = hv_page_machine(page) | SILK_I386_PRESENT |
					  SILK_I386_USER | writable;
}

static void window_vcpu(struct vcpu *v)
{
	u32 *window = ((struct fake_arch *)v->guest->arch)->window;
	u32 at = v->number * SILK_I386_VCPU_STRIDE;

	window_page(window, SILK_I386_VCPU + at, v->page, SILK_I386_WRITABLE);
	window_page(window, SILK_I386_QUEUE + at, v->queue, SILK_I386_WRITABLE);
}

int machine_guest_init(struct guest *g)
{
	struct fake_arch *a = calloc(1, sizeof(*a));
	u32 i;

	if (!a)
		abort();
	a->window = hv_page_alloc();
	if (!a->window) {
		free(a);
		return -1;
	}
	for (i = 0; i < SILK_TABLE_CHUNKS_MAX; i++)
		a->slot[i] = SILK_I386_NO_CHUNK;
	window_page(a->window, SILK_I386_INFO, g->info, 0);
	window_page(a->window, SILK_I386_CHUNK_MACHINE, g->chunks.machine, 0);
	window_page(a->window, SILK_I386_MACHINE_CHUNK, g->chunks.reverse, 0);
	window_page(a->window, SILK_I386_CHUNK_KIND, g->chunks.kind, 0);
	window_page(a->window, SILK_I386_BLK_RING, g->blk_ring, SILK_I386_WRITABLE);
	window_page(a->window, SILK_I386_NET_RING, g->net_ring, SILK_I386_WRITABLE);
	g->arch = a;
	for (i = 0; i < g->vcpus; i++)
		window_vcpu(g->vcpu[i]);
	return 0;
}

void machine_guest_exit(struct guest *g)
{
	struct fake_arch *a = g->arch;

	if (!a)
		return;
	if (fake.attached == g)
		machine_attach(NULL);
	if (fake.current && fake.current->guest == g)
		fake.current = NULL;
	hv_pages_free(a->window, 1);
	free(a);
	g->arch = NULL;
}

struct vcpu *machine_vcpu_alloc(struct guest *g, u32 number)
{
	struct vcpu *v;

	if (!fake.hv_fail_after)
		return NULL;
	v = calloc(1, sizeof(*v));
	if (!v)
		abort();
	v->guest = g;
	v->number = number;
	return v;
}

void machine_vcpu_free(struct vcpu *v)
{
	if (fake.current == v)
		fake.current = NULL;
	free(v);
}

void fake_run(struct vcpu *v)
{
	fake.current = v;
	fake.attached = NULL;
	fake_map_slots(v->guest);
}

static struct vcpu *new_vcpu(struct guest *g)
{
	struct vcpu *v = machine_vcpu_alloc(g, g->vcpus);

	v->page = hv_page_alloc();
	v->queue = hv_page_alloc();
	v->directory = NO_FRAME;
	v->timer = ~0ull;
	g->vcpu[g->vcpus++] = v;
	return v;
}

struct vcpu *fake_vcpu(struct guest *g)
{
	struct vcpu *v = new_vcpu(g);

	window_vcpu(v);
	return v;
}

struct guest *fake_guest(u32 id, u32 chunks, u32 tables)
{
	struct guest *g = &guests[id];
	u32 i;

	memset(g, 0, sizeof(*g));
	g->id = id;
	g->generation = 1;
	g->config.chunks = chunks;
	g->config.table_chunks = tables;
	g->config.low_chunks = MIN(chunks, 157u);
	g->config.weight = 100;
	g->info = hv_page_alloc();
	g->blk_ring = hv_page_alloc();
	g->net_ring = hv_page_alloc();
	if (chunks_init(g, chunks + 8))
		panic("no memory for a guest");
	new_vcpu(g);
	if (machine_guest_init(g))
		panic("no memory for a guest");
	machine_attach(g);
	for (i = 0; i < chunks; i++)
		if (chunk_add(g, i, i < tables ? SILK_CHUNK_TABLE : SILK_CHUNK_RAM,
			      chunk_alloc()))
			panic("no memory for a guest");
	tables_boot(g);
	for (i = 0; i < SILK_NR_GROUPS; i++)
		g->info->group_version[i] = 1 << 16;
	g->state = GUEST_RUNNING;
	fake_run(g->vcpu[0]);
	return g;
}

/* ---- calls ---- */

u32 fake_call(struct vcpu *v, u32 number, call_handler_t handler, u32 a, u32 b, u32 c)
{
	fake_run(v);
	v->page->diag.clause = 0;
	mmu_drain_queue(v);
	v->page->diag.call = number;
	return handler(v, a, b, c);
}

static const struct {
	u32 clause;
	u32 error;
} refusals[SILK_R_COUNT] = {
#define X(id, call, err, arg, area, n, text) \
	[SILK_R_##id] = { SILK_CLAUSE(SILK_AREA_##area, n), SILK_##err },
	SILK_REFUSALS(X)
#undef X
};

enum silk_refusal fake_why(const struct vcpu *v)
{
	u32 i;

	for (i = 1; i < SILK_R_COUNT; i++)
		if (refusals[i].clause == v->page->diag.clause)
			return (enum silk_refusal)i;
	return SILK_R_NONE;
}

u32 fake_error(enum silk_refusal why)
{
	return -refusals[why].error;
}
