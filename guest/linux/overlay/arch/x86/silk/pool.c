// SPDX-License-Identifier: GPL-2.0-only
/*
 * pool.c - where page tables and page directories come from: the TABLE chunks
 * that the guest has from boot on, and more of them when those are used up.
 *
 * A frame is typed once (pt_alloc) and then goes round between Linux and the
 * lists here: it comes back with all entries 0, as it was given out.
 *
 * Invariants: a page on `tables` is an UNLINKED page table of zeros, one on
 * `directories` a directory without user entries, but for what the queue still
 * holds. A page on `dying` may be known to the processor yet. Pages of TABLE
 * chunks never get to the page allocator: a chunk is converted back as a whole.
 */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <asm/io.h>
#include <asm/pgtable.h>
#include <asm/silk.h>

#define CHUNK_PAGES	(SILK_I386_CHUNK_SIZE >> PAGE_SHIFT)
#define CHUNK_ORDER	(SILK_I386_CHUNK_SHIFT - PAGE_SHIFT)
/* With fewer pages left, more are fetched ahead of the need. */
#define LOW_WATER	96

static DEFINE_SPINLOCK(lock);
static LIST_HEAD(tables);
static LIST_HEAD(directories);
static LIST_HEAD(dying);
static unsigned int spare;		/* pages on `tables` */

/* Frames that have had no type yet: the rest of some chunks, in pairs. Those from
 * `boot_chunks` on were made of Linux's own memory, and can be that again. */
static struct {
	u32 next, end;			/* guest-physical */
} fresh[SILK_TABLE_CHUNKS_MAX];
static unsigned int fresh_chunks, boot_chunks;
static u8 lent[SILK_CHUNKS];		/* by guest chunk: made of Linux's memory */

static void __init add_boot_chunks(void)
{
	const u8 *kind = (const u8 *)SILK_I386_CHUNK_KIND;
	u32 i;

	for (i = 0; i < SILK_INFO->low_chunks; i++) {
		if (kind[i] != SILK_CHUNK_TABLE ||
		    fresh_chunks == SILK_TABLE_CHUNKS_MAX)
			continue;
		fresh[fresh_chunks].next = i << SILK_I386_CHUNK_SHIFT;
		fresh[fresh_chunks++].end = (i + 1) << SILK_I386_CHUNK_SHIFT;
	}
	/* Frames 2 to 5: the boot directory, the fixmap's table, one unused;
	 * 0 and 1: page 0 is nobody's, so that no table lies there. */
	fresh[0].next = SILK_FIXMAP_TABLE + 2 * PAGE_SIZE;
	boot_chunks = fresh_chunks;
}

static u32 take_pair(void)
{
	unsigned int i;
	u32 gpa;

	for (i = 0; i < fresh_chunks; i++) {
		if (fresh[i].next == fresh[i].end)
			continue;
		gpa = fresh[i].next;
		fresh[i].next += 2 * PAGE_SIZE;
		return gpa;
	}
	return 0;
}

static unsigned int fresh_pages(void)
{
	unsigned int i, pages = 0;

	for (i = 0; i < fresh_chunks; i++)
		pages += (fresh[i].end - fresh[i].next) >> PAGE_SHIFT;
	return pages;
}

static void set_type(u32 gpa, u32 level)
{
	u32 result = silk_call2(SILK_CALL_pt_alloc, gpa, level);

	if (silk_refused(result)) {
		silk_refusal("pt_alloc", result);
		panic("silk: table frame %08x can't be used", gpa);
	}
}

void __init silk_pool_early(void)
{
	add_boot_chunks();
	set_type(SILK_FIXMAP_TABLE, SILK_PT_TABLE);
}

/* Before there is a struct page for each frame. They are never freed. */
void *silk_pt_alloc_boot(unsigned int count)
{
	static u32 second;
	u32 gpa = second;

	BUG_ON(count != 1);
	second = 0;
	if (!gpa) {
		gpa = take_pair();
		if (!gpa)
			panic("silk: no table frame left for the kernel");
		second = gpa + PAGE_SIZE;
	}
	set_type(gpa, SILK_PT_TABLE);
	return __va(gpa);
}

/* ---- growing ---- */

/*
 * The direct map's entry for a chunk; read-only is what lets it become a TABLE
 * chunk [PT-7]. Fails if the entry has been split.
 */
static bool map_chunk(u32 gpa, bool writable)
{
	pgd_t *pgd = swapper_pg_dir + pgd_index((unsigned long)__va(gpa));
	u32 old = pgd->pgd;

	if (!(old & SILK_I386_LARGE))
		return false;
	silk_set_entry(pgd, writable ? old | SILK_I386_WRITABLE :
		       old & ~SILK_I386_WRITABLE);
	silk_flush_all();
	return true;
}

static bool convert(u32 chunk, u32 kind)
{
	u32 result;

	do {
		result = silk_call2(SILK_CALL_chunk_convert, chunk, kind);
	} while (result == (u32)-SILK_EAGAIN);
	if (silk_refused(result))
		silk_refusal("chunk_convert", result);
	return !silk_refused(result);
}

/* 4 MB of the guest's own memory become table frames. */
static bool grow(gfp_t gfp)
{
	struct page *page;
	unsigned long flags;
	u32 gpa;

	if (fresh_chunks == SILK_TABLE_CHUNKS_MAX)
		return false;
	page = alloc_pages(gfp | __GFP_NOWARN | __GFP_NORETRY, CHUNK_ORDER);
	if (!page)
		return false;
	gpa = page_to_phys(page);
	if (!map_chunk(gpa, false))
		goto give_back;
	if (!convert(gpa >> SILK_I386_CHUNK_SHIFT, SILK_CHUNK_TABLE)) {
		map_chunk(gpa, true);
		goto give_back;
	}
	split_page(page, CHUNK_ORDER);
	spin_lock_irqsave(&lock, flags);
	lent[gpa >> SILK_I386_CHUNK_SHIFT] = 1;
	fresh[fresh_chunks].next = gpa;
	fresh[fresh_chunks++].end = gpa + SILK_I386_CHUNK_SIZE;
	spin_unlock_irqrestore(&lock, flags);
	return true;

give_back:
	__free_pages(page, CHUNK_ORDER);
	return false;
}

/* Ahead of the need; if there is no 4 MB in one piece, not again for a while. */
static unsigned long next_try;

static void grow_work(struct work_struct *work)
{
	if (spare + fresh_pages() < LOW_WATER && !grow(GFP_KERNEL))
		next_try = jiffies + HZ;
}
static DECLARE_WORK(growing, grow_work);

/* ---- page tables ---- */

static struct page *from_list(struct list_head *list)
{
	struct page *page = list_first_entry_or_null(list, struct page, lru);

	if (page) {
		list_del(&page->lru);
		spare -= list == &tables;
	}
	return page;
}

/* What was lent is used last, so that whole chunks of it come free. */
static void to_list(struct page *page, struct list_head *list)
{
	if (lent[page_to_phys(page) >> SILK_I386_CHUNK_SHIFT])
		list_add_tail(&page->lru, list);
	else
		list_add(&page->lru, list);
	spare += list == &tables;
}

/* Two new page tables on the list; out of a spare directory if need be. */
static bool new_tables(void)
{
	u32 gpa = take_pair();
	struct page *page;

	if (!gpa) {
		page = from_list(&directories);
		if (!page)
			return false;
		gpa = page_to_phys(page);
		if (silk_refused(silk_call1(SILK_CALL_pt_free, gpa))) {
			to_list(page, &directories);
			return false;
		}
	}
	set_type(gpa, SILK_PT_TABLE);
	set_type(gpa + PAGE_SIZE, SILK_PT_TABLE);
	to_list(pfn_to_page(PFN_DOWN(gpa) + 1), &tables);
	to_list(pfn_to_page(PFN_DOWN(gpa)), &tables);
	return true;
}

/* What is queued for a page must be done before somebody reads it as new. */
static void settle(struct page *page)
{
	if (page && silk_is_queued(page_to_phys(page)))
		silk_drain();
	if (spare < LOW_WATER && fresh_pages() < LOW_WATER &&
	    system_state == SYSTEM_RUNNING && time_after_eq(jiffies, next_try) &&
	    fresh_chunks < SILK_TABLE_CHUNKS_MAX)
		schedule_work(&growing);
}

/* From the list, or of what `make` puts there. */
static struct page *take(struct list_head *list, bool (*make)(void))
{
	struct page *page = NULL;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	if (!list_empty(list) || make())
		page = from_list(list);
	spin_unlock_irqrestore(&lock, flags);
	return page;
}

static struct page *take_or_grow(struct list_head *list, bool (*make)(void), gfp_t gfp)
{
	struct page *page = take(list, make);

	if (!page && gfpflags_allow_blocking(gfp) && grow(gfp & ~(__GFP_ZERO | __GFP_ACCOUNT)))
		page = take(list, make);
	settle(page);
	return page;
}

struct page *silk_pt_alloc(gfp_t gfp)
{
	return take_or_grow(&tables, new_tables, gfp);
}

static void give(struct page *page, struct list_head *list)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	to_list(page, list);
	spin_unlock_irqrestore(&lock, flags);
}

void silk_pt_free(struct page *page)
{
	give(page, &tables);
}

void silk_pt_dying(struct page *page, bool loaded)
{
	give(page, loaded ? &dying : &tables);
}

/* The processor has forgotten everything. */
void silk_pt_flushed(void)
{
	struct page *page;
	unsigned long flags;

	if (list_empty(&dying))
		return;
	spin_lock_irqsave(&lock, flags);
	while ((page = from_list(&dying)))
		to_list(page, &tables);
	spin_unlock_irqrestore(&lock, flags);
}

/* ---- directories ---- */

static bool new_directory(void)
{
	u32 gpa = take_pair();

	if (!gpa)
		return false;
	set_type(gpa, SILK_PT_DIRECTORY);
	to_list(pfn_to_page(PFN_DOWN(gpa)), &directories);
	return true;
}

pgd_t *silk_pgd_alloc(void)
{
	struct page *page = take_or_grow(&directories, new_directory, GFP_KERNEL);

	return page ? page_address(page) : NULL;
}

void silk_pgd_free(pgd_t *pgd)
{
	give(virt_to_page(pgd), &directories);
}

/* ---- giving memory back ---- */

/* Not so many that the next fork borrows it again. */
#define KEEP	(CHUNK_PAGES / 4)

static u16 loose[SILK_CHUNKS];	/* by chunk: pages on the lists; with `lock` held */

static void count_loose(struct list_head *list, unsigned int pages)
{
	struct page *page;

	list_for_each_entry(page, list, lru)
		loose[page_to_phys(page) >> SILK_I386_CHUNK_SHIFT] += pages;
}

/* A lent chunk of which no page is in use, as an index of fresh[]; or 0. */
static unsigned int unused_chunk(void)
{
	unsigned int i;
	u32 chunk;

	if (spare + fresh_pages() < CHUNK_PAGES + KEEP)
		return 0;
	memset(loose, 0, sizeof(loose));
	count_loose(&tables, 1);
	count_loose(&directories, 2);
	for (i = boot_chunks; i < fresh_chunks; i++) {
		chunk = (fresh[i].end - 1) >> SILK_I386_CHUNK_SHIFT;
		if (loose[chunk] == CHUNK_PAGES -
		    ((fresh[i].end - fresh[i].next) >> PAGE_SHIFT))
			return i;
	}
	return 0;
}

/* Its frames have no type again. With `lock` held. */
static void take_off(struct list_head *list, u32 chunk)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, lru) {
		if (page_to_phys(page) >> SILK_I386_CHUNK_SHIFT != chunk)
			continue;
		list_del(&page->lru);
		spare -= list == &tables;
		if (silk_refused(silk_call1(SILK_CALL_pt_free, page_to_phys(page))))
			panic("silk: a table that is not in use can't be freed");
	}
}

static bool give_back_chunk(void)
{
	unsigned long flags;
	unsigned int i;
	u32 gpa;

	spin_lock_irqsave(&lock, flags);
	silk_drain();		/* what the queue holds of the lists' pages */
	i = unused_chunk();
	if (!i) {
		spin_unlock_irqrestore(&lock, flags);
		return false;
	}
	gpa = fresh[i].end - SILK_I386_CHUNK_SIZE;
	take_off(&tables, gpa >> SILK_I386_CHUNK_SHIFT);
	take_off(&directories, gpa >> SILK_I386_CHUNK_SHIFT);
	if (!convert(gpa >> SILK_I386_CHUNK_SHIFT, SILK_CHUNK_RAM))
		panic("silk: an unused chunk can't be converted");
	lent[gpa >> SILK_I386_CHUNK_SHIFT] = 0;
	fresh[i] = fresh[--fresh_chunks];
	spin_unlock_irqrestore(&lock, flags);
	map_chunk(gpa, true);
	for (i = 0; i < CHUNK_PAGES; i++)
		__free_page(pfn_to_page(PFN_DOWN(gpa) + i));
	return true;
}

static unsigned long count_lent(struct shrinker *shrinker, struct shrink_control *sc)
{
	unsigned long count = spare + fresh_pages();

	return fresh_chunks > boot_chunks && count > CHUNK_PAGES + KEEP ?
		count - KEEP : SHRINK_EMPTY;
}

static unsigned long give_back(struct shrinker *shrinker, struct shrink_control *sc)
{
	return give_back_chunk() ? CHUNK_PAGES : SHRINK_STOP;
}

static struct shrinker silk_shrinker = {
	.count_objects = count_lent,
	.scan_objects = give_back,
	.seeks = 1,
};

static int __init silk_pool_late(void)
{
	return register_shrinker(&silk_shrinker, "silk-tables");
}
late_initcall(silk_pool_late);
