// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake_machine.c - memory and translations of the machine on the host.
 *
 * Invariant: what the real machine could not reach, this one can't either: the
 * window slots are mapped exactly as machine_set_slot() and the attached or
 * running guest say, and free pages of the hypervisor's memory are poisoned.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#include "fake_machine.h"
#include "hypervisor/core/chunk.h"

#define HV_PAGES (FAKE_HV_CHUNKS * 1024u)
#define SLOTS    SILK_TABLE_CHUNKS_MAX
#define SLOT_PDE (0xf4000000u >> 22)
#define NOWHERE  SILK_I386_NO_CHUNK

struct fake fake;
struct guest guests[GUESTS_MAX] __attribute__((weak));

static int memory_fd = -1;
static u8 *windows;       /* SLOTS * 4 MB */
static u32 mapped[SLOTS]; /* what windows holds */
static bool hv_used[HV_PAGES];
static jmp_buf *panic_wanted;

static void die(const char *what)
{
	perror(what);
	abort();
}

void fake_start(u32 chunks)
{
	size_t bytes = (size_t)chunks << CHUNK_SHIFT;
	u32 i;

	if (memory_fd >= 0 || chunks <= FAKE_HV_CHUNKS || chunks > CHUNKS) {
		fprintf(stderr, "fake_start: a second time, or a bad size\n");
		abort();
	}
	memory_fd = memfd_create("machine", 0);
	if (memory_fd < 0 || ftruncate(memory_fd, (off_t)bytes) < 0)
		die("memfd");
	memset(&fake, 0, sizeof(fake));
	fake.chunks = chunks;
	fake.memory_fd = memory_fd;
	fake.hv_fail_after = ~0u;
	fake.preempt_after = ~0u;
	fake.console_room = ~0u;
	fake.deadline = ~0ull;
	fake.memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory_fd, 0);
	windows = mmap(NULL, (size_t)SLOTS << CHUNK_SHIFT, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fake.memory == MAP_FAILED || windows == MAP_FAILED)
		die("mmap");
	for (i = 0; i < SLOTS; i++)
		mapped[i] = NOWHERE;
	ASAN_POISON_MEMORY_REGION(fake.memory, (size_t)HV_PAGES * PAGE_SIZE);
	for (i = FAKE_HV_CHUNKS; i < chunks; i++)
		chunk_add_free(i << CHUNK_SHIFT);
}

/* ---- the hypervisor's own memory: machine addresses from PAGE_SIZE ---- */

void *hv_pages_alloc(u32 count)
{
	u32 i, first, run = 0;
	u8 *page;

	if (!fake.hv_fail_after)
		return NULL;
	if (fake.hv_fail_after != ~0u)
		fake.hv_fail_after--;
	for (i = 1; i < HV_PAGES && run < count; i++)
		run = hv_used[i] ? 0 : run + 1;
	if (run < count)
		return NULL;
	first = i - count;
	for (i = first; i < first + count; i++)
		hv_used[i] = true;
	page = fake.memory + first * PAGE_SIZE;
	ASAN_UNPOISON_MEMORY_REGION(page, count * PAGE_SIZE);
	memset(page, 0, count * PAGE_SIZE);
	fake.hv_pages_used += count;
	return page;
}

void *hv_page_alloc(void)
{
	return hv_pages_alloc(1);
}

u32 hv_page_machine(const void *page)
{
	return (u32)((const u8 *)page - fake.memory);
}

void hv_pages_free(void *page, u32 count)
{
	u32 i, first;

	if (!page)
		return;
	first = hv_page_machine(page) / PAGE_SIZE;
	for (i = first; i < first + count; i++) {
		if (!hv_used[i])
			panic("page %u is freed twice", i);
		hv_used[i] = false;
	}
	ASAN_POISON_MEMORY_REGION(page, count * PAGE_SIZE);
	fake.hv_pages_used -= count;
}

/* ---- window slots ---- */

static void map_slot(u32 slot, u32 machine)
{
	u8 *at = windows + ((size_t)slot << CHUNK_SHIFT);
	void *p;

	if (mapped[slot] == machine)
		return;
	if (machine == NOWHERE)
		p = mmap(at, CHUNK_SIZE, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	else
		p = mmap(at, CHUNK_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, memory_fd, (off_t)machine);
	if (p == MAP_FAILED)
		die("mmap of a slot");
	mapped[slot] = machine;
}

void fake_map_slots(struct guest *g)
{
	struct fake_arch *a = g ? g->arch : NULL;
	u32 i;

	for (i = 0; i < SLOTS; i++)
		map_slot(i, a ? a->slot[i] : NOWHERE);
}

void machine_attach(struct guest *g)
{
	fake.attached = g;
	fake_map_slots(g);
}

u32 *machine_table(struct guest *g, u32 slot)
{
	(void)g;
	return (u32 *)(windows + ((size_t)slot << CHUNK_SHIFT));
}

void machine_set_slot(struct guest *g, u32 slot, u32 machine)
{
	struct guest *here = fake.attached ? fake.attached : fake.current ? fake.current->guest
									  : NULL;

	((struct fake_arch *)g->arch)->slot[slot] = machine;
	if (here == g)
		map_slot(slot, machine);
}

void *machine_chunk_map(u32 place, u32 machine)
{
	if (!fake.attached)
		panic("a chunk is mapped outside of machine_attach()");
	if (place > 1 || machine >> CHUNK_SHIFT >= fake.chunks || machine % CHUNK_SIZE)
		panic("machine_chunk_map(%u, %x)", place, machine);
	if (fake.on_map)
		fake.on_map(place, machine);
	return fake.memory + machine;
}

void machine_init_directory(struct guest *g, u32 *kernel, u32 *user)
{
	struct fake_arch *a = g->arch;
	u32 rw = SILK_I386_PRESENT | SILK_I386_WRITABLE;
	u32 i;

	for (i = SILK_I386_HYPERVISOR >> CHUNK_SHIFT; i < 1024; i++) {
		u32 hv = i - (SILK_I386_HYPERVISOR >> CHUNK_SHIFT);
		u32 entry = 0;

		if (hv < FAKE_HV_CHUNKS)
			entry = hv << CHUNK_SHIFT | rw | SILK_I386_LARGE;
		else if (i - SLOT_PDE < SLOTS && a->slot[i - SLOT_PDE] != NOWHERE)
			entry = a->slot[i - SLOT_PDE] | rw | SILK_I386_LARGE;
		kernel[i] = entry;
		user[i] = entry;
	}
	kernel[SILK_I386_WINDOW >> CHUNK_SHIFT] =
		hv_page_machine(a->window) | rw | SILK_I386_USER;
}

/* ---- translations ---- */

void machine_flush_page(struct guest *g, u32 address)
{
	(void)g;
	fake.page_flushes++;
	fake.flushed_page = address;
}

void machine_flush_all(struct guest *g)
{
	fake.flushes++;
	if (fake.on_flush_all)
		fake.on_flush_all(g);
}

void machine_load_directory(struct vcpu *v)
{
	fake.loads++;
	fake.loaded = v;
}

static u32 *entry_at(u32 machine)
{
	return (u32 *)(fake.memory + machine);
}

/* Both entries must be present, for ring 3, and writable if that is wanted. */
static u32 walk(const struct vcpu *v, u32 gva, bool write, bool user_view, bool set)
{
	u32 want = SILK_I386_PRESENT | SILK_I386_USER | (write ? SILK_I386_WRITABLE : 0);
	u32 bits = set ? SILK_I386_ACCESSED : 0;
	u32 dirty = set && write ? SILK_I386_DIRTY : 0;
	u32 *pde, *pte;

	if (v->directory == NO_FRAME)
		return NOWHERE;
	pde = entry_at(fake_machine_of(v->guest, v->directory << PAGE_SHIFT) +
		       (user_view ? PAGE_SIZE : 0)) +
	      (gva >> CHUNK_SHIFT);
	if ((*pde & want) != want)
		return NOWHERE;
	if (*pde & SILK_I386_LARGE) {
		*pde |= bits | dirty;
		return (*pde & SILK_I386_LARGE_FRAME) | (gva & (CHUNK_SIZE - 1));
	}
	pte = entry_at(*pde & SILK_I386_FRAME) + (gva >> PAGE_SHIFT) % 1024;
	if ((*pte & want) != want)
		return NOWHERE;
	*pde |= bits;
	*pte |= bits | dirty;
	return (*pte & SILK_I386_FRAME) | (gva & (PAGE_SIZE - 1));
}

u32 fake_walk(const struct vcpu *v, u32 gva, bool write, bool user_view)
{
	return walk(v, gva, write, user_view, false);
}

u32 fake_access(struct vcpu *v, u32 gva, bool write, bool user_view)
{
	return walk(v, gva, write, user_view, true);
}

/* ---- guest memory ---- */

static int copy(u8 *here, u32 gva, u32 bytes, bool write)
{
	if (fake.attached)
		panic("guest memory is used while a guest is attached");
	if ((u64)gva + bytes > SILK_I386_HYPERVISOR)
		return -1;
	while (bytes) {
		u32 n = MIN(bytes, PAGE_SIZE - gva % PAGE_SIZE);
		u32 machine = fake_access(fake.current, gva, write, false);

		if (machine == NOWHERE)
			return -1;
		if (write)
			memcpy(fake.memory + machine, here, n);
		else
			memcpy(here, fake.memory + machine, n);
		here += n;
		gva += n;
		bytes -= n;
	}
	return 0;
}

static int copied(u32 gva, const void *data, u32 bytes, bool write, int result)
{
	if (fake.on_copy)
		fake.on_copy(gva, data, bytes, write, !result);
	return result;
}

int copy_from_guest(void *to, u32 gva, u32 bytes)
{
	return copied(gva, to, bytes, false, copy(to, gva, bytes, false));
}

int copy_to_guest(u32 gva, const void *from, u32 bytes)
{
	return copied(gva, from, bytes, true, copy((u8 *)from, gva, bytes, true));
}

u32 fake_machine_of(const struct guest *g, u32 gpa)
{
	return g->chunks.machine[gpa >> CHUNK_SHIFT] + gpa % CHUNK_SIZE;
}

void *fake_gpa(const struct guest *g, u32 gpa)
{
	return fake.memory + fake_machine_of(g, gpa);
}

/* ---- panic ---- */

void panic(const char *format, ...)
{
	va_list args;

	if (panic_wanted)
		longjmp(*panic_wanted, 1);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

bool fake_panics(void (*run)(void *), void *arg)
{
	jmp_buf here;

	if (setjmp(here)) {
		panic_wanted = NULL;
		return true;
	}
	panic_wanted = &here;
	run(arg);
	panic_wanted = NULL;
	return false;
}
