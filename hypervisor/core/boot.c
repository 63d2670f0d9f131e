// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot.c - boots a guest, chunk by chunk [BOOT-2].
 *
 * A large guest takes a while to get ready. So it is done in steps, each as long
 * as it takes to clear or fill a chunk, and scheduled like the guest's own
 * running: a guest that reboots all the time has no more of the CPU than its
 * share.
 *
 * Invariant: until the last step the guest has no page directory and nothing of
 * it runs. All that it will see of its memory was written in this boot.
 */
#include "boot.h"
#include "blk.h"
#include "chunk.h"
#include "config.h"
#include "console.h"
#include "format.h"
#include "image.h"
#include "libc.h"
#include "life.h"
#include "loader.h"
#include "machine.h"
#include "sched.h"
#include "table.h"
#include "timer.h"

static struct boot {
	u32 next; /* chunk to get, later to fill */
	bool filling;
	u32 low, tables, limit;
	struct source kernel, initrd;
	struct kernel_layout layout;
	struct piece ramdisk; /* bytes 0: none */
} boots[GUESTS_MAX];

static struct boot *boot_of(const struct guest *g)
{
	return &boots[g->id];
}

/* TABLE are chunk 0 and the last of the direct map, so that all that a kernel
 * may be loaded to is in one piece [MEM-8]. */
static void divide(struct boot *b, const struct guest_config *c, u32 chunks)
{
	b->low = MIN(c->low_chunks, chunks);
	b->tables = MIN(c->table_chunks, b->low - 1);
	b->limit = (b->low - (b->tables - 1)) * CHUNK_SIZE;
}

u32 boot_limit(const struct guest_config *c, u32 chunks)
{
	struct boot b;

	divide(&b, c, chunks);
	return b.limit;
}

static struct source module_source(u32 number)
{
	const struct module *m = machine_module(number);

	return source_contiguous(m->start, m->bytes);
}

/* As high as it can be, in whole pages [BOOT-7]. */
static const char *place_ramdisk(struct boot *b, u32 module)
{
	u32 bytes;

	b->ramdisk = (struct piece){ 0 };
	if (module == CONFIG_NONE)
		return NULL;
	b->initrd = module_source(module);
	bytes = b->initrd.bytes;
	if (bytes > b->limit - b->layout.end ||
	    ((b->limit - bytes) & ~(PAGE_SIZE - 1)) < b->layout.end)
		return complaint("its initrd of %u KB does not fit beside the kernel",
				 bytes >> 10);
	b->ramdisk.bytes = b->ramdisk.memory = bytes;
	b->ramdisk.gpa = (b->limit - bytes) & ~(PAGE_SIZE - 1);
	return NULL;
}

const char *boot_check(struct guest *g, u32 chunks)
{
	struct boot *b = boot_of(g);
	const char *wrong;

	divide(b, &g->config, chunks);
	b->kernel = g->image.bytes ? image_source(&g->image)
				   : module_source(g->config.kernel_module);
	wrong = loader_check(&b->kernel, b->limit, &b->layout);
	return wrong ? wrong : place_ramdisk(b, g->config.initrd_module);
}

void boot_begin(struct guest *g)
{
	struct boot *b = boot_of(g);

	b->next = 0;
	b->filling = false;
	g->state = GUEST_BOOTING;
	sched_thaw(g->vcpu[0]);
	sched_wake(g->vcpu[0]);
}

u32 boot_outstanding(void)
{
	u32 i, n = 0;

	for (i = 0; i < GUESTS_MAX; i++) {
		const struct guest *g = &guests[i];

		if (g->state == GUEST_BOOTING && !boots[i].filling)
			n += g->config.chunks - g->chunks.owned;
	}
	return n;
}

static void fail(struct guest *g, const char *why)
{
	log_printf("%s: can't boot: %s\n", g->config.name, why);
	guest_end_run(g);
	g->state = GUEST_OFF;
}

/* The memory is there: what goes where? */
static void begin_filling(struct guest *g, u32 chunks)
{
	struct boot *b = boot_of(g);
	const char *wrong = boot_check(g, chunks);
	u32 i;

	for (i = 1; !wrong && i < b->tables; i++) {
		if (chunk_make_table(g, b->low - i))
			wrong = "the hypervisor has no memory for its page tables";
	}
	if (wrong) {
		fail(g, wrong);
		return;
	}
	b->filling = true;
	b->next = 1;
}

/* A guest may have given chunks back that are others' now: it boots with what
 * there is. */
static void get_chunk(struct guest *g)
{
	struct boot *b = boot_of(g);
	u32 kind = b->next ? SILK_CHUNK_RAM : SILK_CHUNK_TABLE;
	u32 machine = chunk_alloc();

	if (machine == SILK_I386_NO_CHUNK) {
		if (b->next < CONFIG_CHUNKS_MIN) {
			fail(g, "no memory is free");
			return;
		}
		log_printf("%s: boots with %u of its %u MB: no more are free\n",
			   g->config.name, b->next * 4, g->config.chunks * 4);
		begin_filling(g, b->next);
		return;
	}
	if (chunk_add(g, b->next, kind, machine)) {
		chunk_release(machine);
		fail(g, "the hypervisor has no memory for its page tables");
		return;
	}
	if (++b->next == g->config.chunks)
		begin_filling(g, b->next);
}

static void fill_chunk(struct guest *g)
{
	struct boot *b = boot_of(g);
	u32 machine = g->chunks.machine[b->next], i;

	for (i = 0; i < b->layout.pieces; i++)
		loader_fill(&b->kernel, &b->layout.piece[i], b->next, machine);
	loader_fill(&b->initrd, &b->ramdisk, b->next, machine);
	b->next++;
}

/* ---- the last step ---- */

/* [BOOT-3] */
static void fill_info(struct guest *g)
{
	const struct guest_config *c = &g->config;
	const struct boot *b = boot_of(g);
	struct silk_info *info = g->info;

	memset(info, 0, sizeof(*info));
	info->magic = SILK_MAGIC;
	info->version = SILK_ABI_VERSION;
	info->guest_id = g->id;
	info->vcpus = g->vcpus;
	info->chunks = g->chunks.owned;
	info->low_chunks = b->low;
	info->table_chunks = b->tables;
	info->boot_directory = SILK_I386_BOOT_DIRECTORY;
	info->initrd = b->ramdisk.gpa;
	info->initrd_length = b->ramdisk.bytes;
#define X(nr, name, major, minor) \
	info->group_version[nr] = (major) << 16 | (minor);
	SILK_GROUPS(X)
#undef X
	info->group_version[SILK_GROUP_NET] = 0; /* not offered yet */
	info->features[SILK_GROUP_MMU] = SILK_F_MMU_QUEUE | SILK_F_MMU_LARGE;
	info->features[SILK_GROUP_MEMORY] = SILK_F_MEMORY_TAKE;
	info->features[SILK_GROUP_CORE] = SILK_F_CORE_KERNEL;
	info->features[SILK_GROUP_BLOCK] = SILK_F_BLOCK_FLUSH | SILK_F_BLOCK_LISTS;
	info->features[SILK_GROUP_TIME] = SILK_F_TIME_STOLEN;
	machine_random(info->seed, SILK_SEED_BYTES);
	memcpy(info->name, c->name, SILK_NAME_MAX);
	format_text(info->hypervisor, SILK_NAME_MAX, "SILK %d.%d",
		    SILK_ABI_MAJOR, SILK_ABI_MINOR);
	info->chunk_limit = c->chunk_limit;
	info->weight = c->weight;
	memcpy(info->cmdline, c->cmdline, SILK_CMDLINE_MAX);
}

/* [BOOT-5] [BOOT-12] */
static void reset_vcpu(struct guest *g, struct vcpu *v)
{
	memset(v->page, 0, PAGE_SIZE);
	memset(v->queue, 0, PAGE_SIZE);
	v->timer = TIMER_OFF;
	v->queue_desc_low = 0;
	machine_vcpu_reset(v, boot_of(g)->layout.entry);
	machine_vcpu_time(v);
}

static void finish(struct guest *g)
{
	u32 i;

	g->boot_ns = machine_now();
	g->generation++;
	g->stats.boots++;
	memset(g->trap, 0, sizeof(g->trap));
	memset(g->blk_ring, 0, PAGE_SIZE);
	memset(g->net_ring, 0, PAGE_SIZE);
	fill_info(g);
	blk_guest_boot(g);
	console_boot(g);
	tables_boot(g);
	for (i = 0; i < g->vcpus; i++)
		reset_vcpu(g, g->vcpu[i]);
	g->state = GUEST_RUNNING;
	if (g->quick_ends < QUICK_ENDS)
		log_printf("%s: boots with %u MB\n", g->config.name,
			   g->chunks.owned * 4);
	machine_reschedule();
}

void guest_boot_step(struct guest *g)
{
	struct boot *b = boot_of(g);

	machine_attach(g);
	if (!b->filling)
		get_chunk(g);
	else if (b->next < b->limit / CHUNK_SIZE)
		fill_chunk(g);
	else
		finish(g);
}
