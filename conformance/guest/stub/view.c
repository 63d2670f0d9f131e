// SPDX-License-Identifier: GPL-2.0-only
/*
 * view.c - what the processor walks: a cache of translations in two directories,
 * one for each view [PT-10], filled when a guest faults.
 *
 * It forgets only what the guest flushes: an entry that the guest changed and
 * did not flush stays, marked, and the processor tells by the accessed and dirty
 * bits whether it was used since. Invariant: an entry that is not marked is what
 * walk() gives at that moment, or less.
 */
#include "stub.h"

#define PRESENT     SILK_I386_PRESENT
#define POOL        320u
#define STALE_WRITE 0x200u /* the guest's entry is read-only now */
#define STALE_ALL   0x400u /* it is gone, or names another frame */
#define STALE_LINK  0x800u /* by a change of the link */
#define STALE       (STALE_WRITE | STALE_ALL | STALE_LINK)

extern u32 boot_table[1024];
static u32 views[2][1024] __attribute__((aligned(4096)));
static u32 pool[POOL][1024] __attribute__((aligned(4096)));
static u32 pool_used;
static bool any_stale;
static u32 *in_processor;

static const struct page {
	u32 va;
	void *page;
	bool writable;
	u32 group;
} window[] = {
	{ SILK_I386_INFO, &info_page, false, SILK_GROUP_ABI },
	{ SILK_I386_CHUNK_MACHINE, chunk_machine, false, SILK_GROUP_ABI },
	{ SILK_I386_MACHINE_CHUNK, machine_chunk, false, SILK_GROUP_ABI },
	{ SILK_I386_CHUNK_KIND, chunk_kind, false, SILK_GROUP_ABI },
	{ SILK_I386_VCPU, &vcpu_page, true, SILK_GROUP_ABI },
	{ SILK_I386_QUEUE, queue_page, true, SILK_GROUP_ABI },
	{ SILK_I386_BLK_RING, &ring_page, true, SILK_GROUP_BLOCK },
	{ SILK_I386_NET_RING, &net_ring_page, true, SILK_GROUP_NET },
};

static struct place walk_window(u32 va)
{
	struct place p = { ABSENT, 0, NULL };

	for (u32 i = 0; i < COUNT(window); i++) {
		if (va / PAGE != window[i].va / PAGE || !info_page.group_version[window[i].group])
			continue;
		p.rights = window[i].writable ? WRITABLE : READABLE;
		p.machine = physical_of(window[i].page) + va % PAGE;
	}
	return p;
}

/* Intel SDM volume 3, 4.3, for ring 3: the guest's tables, as they are now. */
struct place walk(u32 va, bool in_user_mode)
{
	struct place p = { ABSENT, 0, NULL };
	u32 link, *table;

	if (va >= SILK_I386_HYPERVISOR || (in_user_mode && va >= USER_END))
		return p;
	if (va >= SILK_I386_WINDOW)
		return walk_window(va);
	link = va < USER_END ? ((u32 *)at_gpa(loaded))[va >> 22] : kernel_range[(va >> 22) - 768];
	if (!(link & PRESENT))
		return p;
	if (link & SILK_I386_LARGE) {
		p.rights = link & SILK_I386_WRITABLE ? WRITABLE : READABLE;
		p.machine = (link & SILK_I386_LARGE_FRAME) | va % CHUNK;
		return p;
	}
	table = seen_at(link & SILK_I386_FRAME);
	p.entry = &table[va >> 12 & 1023];
	if (!(*p.entry & PRESENT))
		return p;
	p.rights = link & *p.entry & SILK_I386_WRITABLE ? WRITABLE : READABLE;
	p.machine = (*p.entry & SILK_I386_FRAME) | va % PAGE;
	return p;
}

/* The entry for va in a view: a large one, or one in a table. */
static u32 *find(u32 view, u32 va)
{
	u32 *link = &views[view][va >> 22];

	if (!(*link & PRESENT) || *link & SILK_I386_LARGE)
		return link;
	return &((u32 *)seen_at(*link & SILK_I386_FRAME))[va >> 12 & 1023];
}

static void forget_in_processor(u32 va)
{
	__asm__ volatile("invlpg (%0)"
			 :
			 : "r"(va)
			 : "memory");
}

static void look_at_use(u32 entry, u32 va)
{
	const char *what = "a flush after the change of a present entry, before the "
			   "memory is used by it again";

	if (entry & (STALE_ALL | STALE_LINK) && entry & SILK_I386_ACCESSED)
		broke(CL(PT, 23), what, "the guest changed what maps %x, and used the old "
					"translation afterwards",
		      va);
	else if (entry & STALE_WRITE && entry & SILK_I386_DIRTY)
		broke(CL(PT, 23), what, "the guest made %x read-only, and wrote there by the "
					"old translation",
		      va);
}

static void forget(u32 *entry, u32 va)
{
	if (entry && *entry & STALE)
		look_at_use(*entry, va);
	if (entry)
		*entry = 0;
	forget_in_processor(va);
}

/* What the stub forgets for reasons of its own the guest has not flushed: it may
 * not rely on that [PT-23]. The last ones are remembered. */
#define LUCKY 64u
static struct luck {
	u32 va, pages, marks;
} lucky[LUCKY];
static u32 lucky_count;

static void by_luck(u32 entry, u32 va, u32 pages)
{
	if (entry & STALE)
		lucky[lucky_count++ % LUCKY] = (struct luck){ va, pages, entry & STALE };
}

static void no_luck(u32 va, u32 pages)
{
	for (u32 i = 0; i < LUCKY; i++)
		if (!pages || va - lucky[i].va < lucky[i].pages * PAGE)
			lucky[i].pages = 0;
}

static void look_at_luck(u32 va, bool write, enum walk rights)
{
	for (u32 i = 0; i < LUCKY; i++) {
		const struct luck *l = &lucky[i];

		if (va - l->va >= l->pages * PAGE)
			continue;
		if (!(l->marks & (STALE_ALL | STALE_LINK)) && (!write || rights == WRITABLE))
			continue;
		broke(CL(PT, 23), "a flush of the guest's own after a change",
		      "what maps %x was changed; only the stub happened to flush it", va);
		lucky[i].pages = 0;
	}
}

static void look_at_all(void)
{
	for (u32 v = 0; v < 2; v++) {
		for (u32 i = 0; i < 960; i++) {
			u32 link = views[v][i], *table = seen_at(link & SILK_I386_FRAME);

			if (link & PRESENT && link & SILK_I386_LARGE) {
				look_at_use(link, i << 22);
				by_luck(link, i << 22, 1024);
			}
			if (!(link & PRESENT) || link & SILK_I386_LARGE)
				continue;
			for (u32 k = 0; k < 1024; k++) {
				if (!(table[k] & STALE))
					continue;
				look_at_use(table[k], i << 22 | k << 12);
				by_luck(table[k], i << 22 | k << 12, 1);
			}
		}
	}
}

void drop_all(void)
{
	if (any_stale)
		look_at_all();
	any_stale = false;
	for (u32 v = 0; v < 2; v++) {
		memset(views[v], 0, 960 * sizeof(u32));
		memcpy(&views[v][960], &boot_table[960], 64 * sizeof(u32));
	}
	pool_used = 0;
	in_processor = NULL;
}

void flush_all(void)
{
	drop_all();
	no_luck(0, 0);
}

void flush_page(u32 va)
{
	no_luck(va, 1);
	for (u32 v = 0; v < 2; v++)
		forget(find(v, va), va);
}

static u32 *make(u32 view, u32 va)
{
	u32 *link = &views[view][va >> 22];

	if (*link & PRESENT && *link & SILK_I386_LARGE)
		*link = 0;
	if (!(*link & PRESENT)) {
		if (pool_used == POOL)
			drop_all();
		memset(pool[pool_used], 0, PAGE);
		*link = physical_of(pool[pool_used++]) | 7;
	}
	return find(view, va);
}

void view_show(u32 va, u32 machine, bool writable, bool in_user_mode)
{
	*make(in_user_mode, va) = (machine & SILK_I386_FRAME) | PRESENT |
				  SILK_I386_USER | (writable ? SILK_I386_WRITABLE : 0);
	forget_in_processor(va);
}

void view_hide(u32 va)
{
	for (u32 v = 0; v < 2; v++) {
		u32 *entry = find(v, va);

		if (!(views[v][va >> 22] & SILK_I386_LARGE))
			*entry = 0;
	}
	forget_in_processor(va);
}

static bool device_writes(u32 machine, u32 bytes)
{
	return block_reading(machine, bytes) || net_posted(machine, bytes) ||
	       early_kept(machine, bytes);
}

static void fill(u32 va, const struct place *p, bool write)
{
	u32 *link = &views[user_mode][va >> 22];
	bool writable = p->rights == WRITABLE;

	if (!p->entry && !(*link & PRESENT) && !device_writes(p->machine & ~(CHUNK - 1), CHUNK)) {
		*link = (p->machine & SILK_I386_LARGE_FRAME) | 0x85 |
			(writable ? SILK_I386_WRITABLE : 0);
		return;
	}
	if (p->entry) {
		*p->entry |= SILK_I386_ACCESSED | (write ? SILK_I386_DIRTY : 0);
		writable = writable && *p->entry & SILK_I386_DIRTY;
	}
	view_show(va, p->machine, writable, user_mode);
}

/* A processor may refuse by an entry that the guest has meanwhile changed to
 * allow more, as long as it was not flushed; a fault then forgets it. */
static bool refused_by_old(u32 va, bool write)
{
	u32 *entry = find(user_mode, va);
	bool old = *entry & PRESENT && *entry & STALE_WRITE && write &&
		   !(*entry & SILK_I386_WRITABLE);

	if (*entry & PRESENT)
		forget(entry, va);
	if (!old || mood != NERVOUS)
		return false;
	nasty(NASTY_OLD_RIGHTS);
	return true;
}

bool view_fault(u32 va, bool write)
{
	struct place p = walk(va, user_mode);
	bool shared = va >= SILK_I386_WINDOW && va < SILK_I386_HYPERVISOR;

	look_at_luck(va, write, p.rights);
	if (p.rights < (write ? WRITABLE : READABLE))
		return false;
	if (refused_by_old(va, write))
		return false;
	if (shared && watched(va)) {
		watch_access(va, p.machine, write);
		return true;
	}
	if (!shared && device_writes(p.machine & SILK_I386_FRAME, PAGE)) {
		watch_access(va, p.machine, write);
		return true;
	}
	if (shared)
		view_show(va, p.machine, p.rights == WRITABLE, false);
	else
		fill(va, &p, write);
	return true;
}

void view_load(void)
{
	if (in_processor == views[user_mode])
		return;
	in_processor = views[user_mode];
	set_cr3(in_processor);
}

/* A 4 MB page that was split and maps what it did: nothing of it is stale. */
static bool only_split(u32 old, u32 new)
{
	const u32 *table = seen_at(new &SILK_I386_FRAME);
	u32 kept = PRESENT | SILK_I386_FRAME | (old & SILK_I386_WRITABLE);

	if (!(old & SILK_I386_LARGE) || !(new &PRESENT) || new &SILK_I386_LARGE)
		return false;
	for (u32 i = 0; i < 1024; i++)
		if ((table[i] & kept) != (((old & SILK_I386_LARGE_FRAME) + i * PAGE) | (kept & ~SILK_I386_FRAME)))
			return false;
	return new &SILK_I386_WRITABLE || !(old & SILK_I386_WRITABLE);
}

static u32 marks(u32 old, u32 new, bool link)
{
	u32 frame = old & SILK_I386_LARGE ? SILK_I386_LARGE_FRAME : SILK_I386_FRAME;

	if (!(new &PRESENT) || (old ^ new) & (frame | SILK_I386_LARGE))
		return link ? STALE_LINK : STALE_ALL;
	return (old ^ new) & SILK_I386_WRITABLE ? STALE_WRITE : 0;
}

/* An entry was changed that maps so many pages from va on in what is loaded. */
void went_stale(u32 va, u32 pages, u32 old, u32 new)
{
	u32 mark = marks(old, new, pages > 1 && !(old & SILK_I386_LARGE));

	judged(CL(PT, 23));
	if (!mark || only_split(old, new))
		return;
	for (u32 v = 0; v < 2; v++) {
		for (u32 i = 0; i < pages; i++) {
			u32 *entry = find(v, va + i * PAGE);

			if (!(*entry & PRESENT))
				continue;
			*entry = (*entry & ~(SILK_I386_ACCESSED | SILK_I386_DIRTY)) | mark;
			forget_in_processor(va + i * PAGE);
			any_stale = true;
			if (*entry & SILK_I386_LARGE)
				break;
		}
	}
}
