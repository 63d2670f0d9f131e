// SPDX-License-Identifier: GPL-2.0-only
/*
 * world.c - the machine and the guests that an input finds, and their end.
 *
 * Guests are made, booted, ended and unmade by the hypervisor's own code.
 * Invariant: each input finds the same world, whatever those before it did; and
 * gives back all that it took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hypervisor/core/chunk.h"
#include "hypervisor/core/config.h"
#include "hypervisor/core/console.h"
#include "hypervisor/core/control.h"
#include "hypervisor/core/format.h"
#include "hypervisor/core/sched.h"
#include "tests/unit/life_fixture.h"

/* RAM is in use, and may become tables or others': it holds the worst. */
static void use_memory(const struct guest *g)
{
	u32 chunk, frame;

	for (chunk = 0; chunk < FUZZ_CHUNKS; chunk++)
		for (frame = 8; frame < 10 && g->chunks.kind[chunk] == SILK_CHUNK_RAM; frame++)
			memset(fake_gpa(g, (chunk << CHUNK_SHIFT) + (frame << PAGE_SHIFT)), 7, 32);
}

/* What a guest and the hypervisor share: whoever has the page next does not. */
static const void *shares[FUZZ_GUESTS][2 + 2 * FUZZ_VCPUS];

static void share_pages(const struct guest *g, bool share)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(shares[0]); i++)
		fetch_share(shares[g->id][i], share);
}

static void note_pages(const struct guest *g)
{
	const void **page = shares[g->id];
	u32 i;

	*page++ = g->blk_ring;
	*page++ = g->net_ring;
	for (i = 0; i < g->vcpus; i++) {
		*page++ = g->vcpu[i]->page;
		*page++ = g->vcpu[i]->queue;
	}
	share_pages(g, true);
}

static void forget(const struct guest *g)
{
	cache_flush(&guests[g->id]);
	model_forget(g);
	share_pages(g, false);
	memset(shares[g->id], 0, sizeof(shares[0]));
}

void world_boot(struct guest *g)
{
	u32 i;

	fake.current = NULL;
	machine_attach(NULL);
	while (g->state == GUEST_BOOTING)
		guest_boot_step(g);
	forget(g);
	if (g->state != GUEST_RUNNING)
		return;
	if (g->image.bytes && g->image.bytes <= FUZZ_IMAGE)
		image_look(g, fake.memory + g->image.machine[0], g->image.bytes);
	enough(); /* for the fake machine */
	while (g->vcpus < FUZZ_VCPUS)
		fake_vcpu(g);
	model_boot(g);
	use_memory(g);
	note_pages(g);
	for (i = 1; i < g->vcpus; i++) { /* they do nothing without tables, and core wakes the first */
		FAKE_CALL(g->vcpu[i], pt_switch, SILK_I386_BOOT_DIRECTORY, 0, 0);
		sched_thaw(g->vcpu[i]);
	}
	fake_run(g->vcpu[0]);
	look_at_translations(g);
}

/* In the first free slot; NULL, or why not. */
static const char *make_guest(void)
{
	struct guest_config c;
	struct guest *g;
	char line[128];
	const char *wrong;
	u32 id = 0;

	while (guests[id].state != GUEST_NONE)
		id++;
	snprintf(line, sizeof(line), "kernel name=g%u mem=24M maxmem=36M low=20M tables=2 disk=%u",
		 id, id);
	wrong = config_parse(&c, line, 0);
	if (!wrong)
		wrong = guest_create(&c, &g);
	if (wrong)
		return wrong;
	if (g->id == 1) /* it has run for so long that a count is about to wrap */
		g->kernel.generation = ~0u - 16;
	world_boot(g);
	return NULL;
}

void world_settle(void)
{
	u32 i;

	if (work_due()) {
		fake.current = NULL;
		work_run();
	}
	/* All that ended first: what was theirs may be of those that boot. */
	for (i = 0; i < FUZZ_GUESTS; i++)
		if (guests[i].state != GUEST_RUNNING && guests[i].state != GUEST_PAUSED)
			forget(&guests[i]);
	for (i = 0; i < FUZZ_GUESTS; i++)
		if (guests[i].state == GUEST_BOOTING)
			world_boot(&guests[i]);
}

void world_start(struct guest *g)
{
	enough();
	fake.current = NULL;
	machine_attach(NULL);
	if (g->state == GUEST_NONE)
		make_guest();
	else if (g->state == GUEST_PAUSED)
		guest_unpause(g);
	else if (!guest_start(g))
		world_boot(g);
}

void enough(void)
{
	fake.hv_fail_after = ~0u;
	fake.preempt_after = ~0u;
}

static void first_time(void)
{
	static const u8 initrd[3000] = { 1, 2, 3 };
	u32 i;

	fake_start(FUZZ_MACHINE);
	module_kernel("kernel kernel");
	module_add(initrd, sizeof(initrd), "/boot/initrd.gz initrd");
	control_start();
	for (i = 0; i < FUZZ_GUESTS; i++)
		fake.disk_sectors[i] = 1000;
	fake.disk_flags[0] = SILK_BLK_F_FLUSH;
	fake.disk_flags[2] = SILK_BLK_F_READONLY;
	fake.disks = FUZZ_GUESTS;
	fake.on_flush_all = cache_flush;
}

void world_make(void)
{
	u32 i;

	if (!fake.memory)
		first_time();
	enough();
	fake.now = 1000 * MS;
	for (i = FAKE_HV_CHUNKS; i < FUZZ_MACHINE; i++) {
		memory_clear(i);
		chunk_add_free(i << CHUNK_SHIFT);
	}
	for (i = 0; i < FUZZ_GUESTS; i++) {
		const char *wrong = make_guest();

		if (wrong)
			finding("guest %u can't be made: %s", i, wrong);
	}
}

/* All must be given back: what is left would be lost for good on a machine. */
void world_unmake(void)
{
	static u32 pages; /* in use between inputs */
	u32 i;

	enough();
	fake.disk_full = fake.disk_dead = false;
	fake.console_room = ~0u;
	fake.current = NULL;
	while (fake.io_count)
		io_done(0, 0);
	console_attach(NULL);
	outside_type("\x03", 1); /* an empty line */
	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].state != GUEST_NONE)
			guest_destroy(&guests[i]);
		if (i < FUZZ_GUESTS)
			forget(&guests[i]);
		memset(&guests[i], 0, sizeof(guests[i]));
		guests[i].id = i;
	}
	fetch_forget();
	look_at_machine();
	if (chunks_free() != FUZZ_MACHINE - FAKE_HV_CHUNKS)
		finding("%u chunks are free at the end, not all", chunks_free());
	if (pages && pages != fake.hv_pages_used)
		finding("%u pages of the hypervisor's in use, %u before", fake.hv_pages_used, pages);
	pages = fake.hv_pages_used;
	sched_reset();
	memset(fake.output_bytes, 0, sizeof(fake.output_bytes));
	log_raw("", 0);
	console_log_room();
	memset(fake.console_connected, 0, sizeof(fake.console_connected));
	memset(fake.output_bytes, 0, sizeof(fake.output_bytes));
}
