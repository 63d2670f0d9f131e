// SPDX-License-Identifier: GPL-2.0-only
/*
 * paging.c - the hypervisor's own mappings, and how it reaches the rest.
 *
 * Invariant: below 0xf0000000 no directory maps anything but what the core
 * wrote for its guest, and the ABI window; above, everything is supervisor
 * only. Each guest has a private directory (hypervisor and the guest's window
 * slots, nothing else) from which its page directories take their upper part.
 */
#include "../core/libc.h"
#include "../core/machine.h"
#include "arch.h"

#define RW_PRESENT     (SILK_I386_PRESENT | SILK_I386_WRITABLE)
#define LARGE_PAGE     (RW_PRESENT | SILK_I386_LARGE)
#define HYPERVISOR_PDE PDE(HYPERVISOR_BASE)
#define PLACES         2

extern u32 hypervisor_directory[1024];
static u32 mmio_used;

static void invlpg(u32 address)
{
	asm volatile("invlpg (%0)"
		     :
		     : "r"(address)
		     : "memory");
}

u32 machine_of(const void *va)
{
	return (u32)va - HYPERVISOR_BASE;
}

/* boot.S mapped 64 MB; keep what is the hypervisor's. */
void paging_init(u32 hvmem)
{
	u32 i;

	for (i = hvmem / CHUNK_SIZE; i < HVMEM_MAX / CHUNK_SIZE; i++) {
		hypervisor_directory[HYPERVISOR_PDE + i] = 0;
		invlpg(HYPERVISOR_BASE + i * CHUNK_SIZE);
	}
}

/*
 * Map device memory, uncached, in 4 MB pages; called before the first guest is
 * made. Panics if the range is used up: a matter of the machine, not of guests.
 */
void *mmio_map(u32 machine, u32 bytes)
{
	u32 first = machine & SILK_I386_LARGE_FRAME;
	u32 last = (machine + bytes - 1) & SILK_I386_LARGE_FRAME;
	u32 *pde = &hypervisor_directory[PDE(MMIO_BASE)];
	u32 count = (last - first) / CHUNK_SIZE + 1;
	/* The two bits that the processor would set, so that entries compare. */
	u32 entry = LARGE_PAGE | PTE_UNCACHED | PTE_GLOBAL |
		    SILK_I386_ACCESSED | SILK_I386_DIRTY;
	u32 i;

	for (i = 0; i + count <= mmio_used; i++)
		if (pde[i] == (first | entry) && pde[i + count - 1] == (last | entry))
			return (void *)(MMIO_BASE + i * CHUNK_SIZE + (machine - first));
	if (MMIO_BASE + (mmio_used + count) * CHUNK_SIZE > MMIO_END)
		panic("no room to map device memory at %08x", machine);
	for (i = 0; i < count; i++)
		pde[mmio_used + i] = (first + i * CHUNK_SIZE) | entry;
	i = mmio_used;
	mmio_used += count;
	return (void *)(MMIO_BASE + i * CHUNK_SIZE + (machine - first));
}

/* ---- a guest's private directory and its window ---- */

static void map_window_page(struct arch_guest *ag, u32 va, const void *page, u32 writable)
{
	ag->window[va >> PAGE_SHIFT & 1023] =
		machine_of(page) | SILK_I386_PRESENT | SILK_I386_USER | writable;
}

static void fill_window(struct guest *g, struct arch_guest *ag)
{
	u32 i;

	map_window_page(ag, SILK_I386_INFO, g->info, 0);
	map_window_page(ag, SILK_I386_CHUNK_MACHINE, g->chunks.machine, 0);
	map_window_page(ag, SILK_I386_MACHINE_CHUNK, g->chunks.reverse, 0);
	map_window_page(ag, SILK_I386_CHUNK_KIND, g->chunks.kind, 0);
	for (i = 0; i < g->vcpus; i++) {
		u32 at = i * SILK_I386_VCPU_STRIDE;

		map_window_page(ag, SILK_I386_VCPU + at, g->vcpu[i]->page, SILK_I386_WRITABLE);
		map_window_page(ag, SILK_I386_QUEUE + at, g->vcpu[i]->queue, SILK_I386_WRITABLE);
	}
	map_window_page(ag, SILK_I386_BLK_RING, g->blk_ring, SILK_I386_WRITABLE);
	/* No NET_RING: an offered group has its ring there, NET is not [MEM-6]. */
}

int machine_guest_init(struct guest *g)
{
	struct arch_guest *ag = hv_page_alloc();
	u32 *directory = hv_page_alloc();
	u32 *window = hv_page_alloc();

	if (!ag || !directory || !window) {
		hv_pages_free(ag, 1);
		hv_pages_free(directory, 1);
		hv_pages_free(window, 1);
		return -1;
	}
	memcpy(directory, hypervisor_directory, PAGE_SIZE);
	ag->directory = directory;
	ag->window = window;
	fill_window(g, ag);
	g->arch = ag;
	return 0;
}

void machine_guest_exit(struct guest *g)
{
	struct arch_guest *ag = arch_guest(g);

	if (!ag)
		return;
	if (this_cpu()->attached == g || !this_cpu()->current ||
	    this_cpu()->current->v.guest == g)
		machine_attach(NULL);
	g->arch = NULL;
	hv_pages_free(ag->window, 1);
	hv_pages_free(ag->directory, 1);
	hv_pages_free(ag, 1);
}

/*
 * The private directory stays loaded until the return to a guest: schedule()
 * looks at `away` and loads the vCPU's own.
 */
void machine_attach(struct guest *g)
{
	struct cpu *c = this_cpu();

	c->attached = g;
	c->away = true;
	if (c->current)
		c->current->hot.work |= WORK_SCHEDULE;
	load_cr3(g ? machine_of(arch_guest(g)->directory) : machine_of(hypervisor_directory));
}

u32 *machine_table(struct guest *g, u32 slot)
{
	(void)g;
	return (u32 *)(SLOT_BASE + slot * CHUNK_SIZE);
}

/*
 * The core then brings the directories up to date, the loaded ones at once.
 */
void machine_set_slot(struct guest *g, u32 slot, u32 machine)
{
	u32 entry = machine == SILK_I386_NO_CHUNK ? 0 : machine | LARGE_PAGE;
	u32 index = PDE(SLOT_BASE) + slot;

	arch_guest(g)->directory[index] = entry;
	invlpg(SLOT_BASE + slot * CHUNK_SIZE);
}

/* All of the private directory but the temporary places. */
void machine_init_directory(struct guest *g, u32 *kernel, u32 *user)
{
	const u32 *from = arch_guest(g)->directory;
	u32 i;

	for (i = HYPERVISOR_PDE; i < 1024; i++) {
		u32 entry = i - PDE(PLACE_BASE) < PLACES ? 0 : from[i];

		kernel[i] = entry;
		user[i] = entry;
	}
	kernel[PDE(SILK_I386_WINDOW)] =
		machine_of(arch_guest(g)->window) | RW_PRESENT | SILK_I386_USER;
}

void *machine_chunk_map(u32 place, u32 machine)
{
	struct guest *g = this_cpu()->attached;
	u32 *directory = g ? arch_guest(g)->directory : hypervisor_directory;
	u32 va = PLACE_BASE + place * CHUNK_SIZE;

	if (read_cr3() != machine_of(directory))
		panic("a chunk is mapped outside of machine_attach()");
	directory[PDE(va)] = machine | LARGE_PAGE;
	invlpg(va);
	return (void *)va;
}

/* ---- translations ---- */

void machine_flush_page(struct guest *g, u32 address)
{
	(void)g;
	invlpg(address);
}

void machine_flush_all(struct guest *g)
{
	(void)g;
	load_cr3(read_cr3());
}

void machine_load_directory(struct vcpu *v)
{
	struct arch_vcpu *a = arch_of(v);
	u32 frame = v->directory;
	u32 cr3 = v->guest->chunks.machine[frame / CHUNK_FRAMES] +
		  frame % CHUNK_FRAMES * PAGE_SIZE;

	a->hot.kernel_cr3 = cr3;
	a->hot.user_cr3 = cr3 + PAGE_SIZE;
	if (this_cpu()->current == a && !this_cpu()->away)
		load_cr3(a->hot.mode == MODE_KERNEL ? cr3 : cr3 + PAGE_SIZE);
}
