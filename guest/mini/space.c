// SPDX-License-Identifier: GPL-2.0-only
/*
 * space.c - address spaces: a page directory each, pages on demand, and pages
 * shared after a fork until somebody writes.
 *
 * Invariant: each present entry holds one reference to its page, and is
 * writable only if that is the only reference and the region is writable.
 */
#include "space.h"
#include "abi.h"
#include "mmu.h"
#include "page.h"

#define ENTRIES    1024u
#define USER_LINKS DIR_INDEX(USER_END)
#define LEAF       (SILK_I386_PRESENT | SILK_I386_USER)

int space_create(struct space *s)
{
	memset(s, 0, sizeof(*s));
	s->directory = table_alloc(SILK_PT_DIRECTORY);
	return s->directory ? 0 : -ENOMEM;
}

static const struct region *find_region(const struct space *s, uint32_t va)
{
	for (uint32_t i = 0; i < s->regions; i++)
		if (va >= s->region[i].start && va < s->region[i].end)
			return &s->region[i];
	return NULL;
}

int space_add_region(struct space *s, uint32_t start, uint32_t end, bool writable)
{
	if (start < USER_START || end > USER_END || start > end || s->regions == REGIONS)
		return -EINVAL;
	for (uint32_t i = 0; i < s->regions; i++)
		if (start < s->region[i].end && end > s->region[i].start)
			return -EINVAL;
	s->region[s->regions++] = (struct region){ start, end, writable };
	return 0;
}

int space_map(struct space *s, uint32_t va, uint32_t page, bool writable)
{
	uint32_t entry = mmu_make_entry(s->directory, (void *)va);

	if (!entry)
		return -ENOMEM;
	mmu_write(entry, gpa_to_machine(page) | LEAF |
				 (writable ? SILK_I386_WRITABLE : 0));
	s->pages++;
	return 0;
}

/*
 * One page table of a fork: both sides get the same entries, none writable.
 * Entries that aren't present are left out at both ends of the run.
 */
static void copy_table(uint32_t to, uint32_t from)
{
	static uint32_t values[ENTRIES]; /* the kernel is not pre-empted */
	const volatile uint32_t *table = gpa_to_va(from);
	uint32_t first = ENTRIES, last = 0;
	bool writable = false;

	for (uint32_t i = 0; i < ENTRIES; i++) {
		uint32_t entry = table[i];

		values[i] = 0;
		if (!(entry & SILK_I386_PRESENT))
			continue;
		page_ref(entry_gpa(entry));
		values[i] = entry & ~(uint32_t)SILK_I386_WRITABLE;
		writable |= entry & SILK_I386_WRITABLE;
		if (first == ENTRIES)
			first = i;
		last = i;
	}
	if (first == ENTRIES)
		return;
	if (writable)
		mmu_write_run(from + first * 4, &values[first], last - first + 1);
	mmu_write_run(to + first * 4, &values[first], last - first + 1);
}

int space_copy(struct space *to, struct space *from)
{
	uint32_t directory = table_alloc(SILK_PT_DIRECTORY);

	if (!directory)
		return -ENOMEM;
	*to = *from;
	to->directory = directory;
	for (uint32_t i = 0; i < USER_LINKS; i++) {
		uint32_t link = mmu_read(from->directory + i * 4), table;

		if (!(link & SILK_I386_PRESENT))
			continue;
		table = table_alloc(SILK_PT_TABLE);
		if (!table) {
			mmu_flush_all();
			space_destroy(to);
			return -ENOMEM;
		}
		copy_table(table, entry_gpa(link));
		mmu_write(to->directory + i * 4, gpa_to_machine(table) | LEAF |
							 SILK_I386_WRITABLE);
	}
	mmu_flush_all(); /* what was writable is not any more */
	return 0;
}

static void free_table(uint32_t table)
{
	const volatile uint32_t *entries = gpa_to_va(table);

	for (uint32_t i = 0; i < ENTRIES; i++)
		if (entries[i] & SILK_I386_PRESENT)
			page_free(entry_gpa(entries[i]));
	table_free(table, SILK_PT_TABLE);
}

/* [PT-60] [PT-62]: tables are unlinked before they and the directory are freed;
 * the unlinking waits in the queue until the first table_free. */
void space_destroy(struct space *s)
{
	static uint32_t tables[USER_LINKS];
	uint32_t n = 0;

	if (!s->directory)
		return;
	mmu_commit();
	for (uint32_t i = 0; i < USER_LINKS; i++) {
		uint32_t link = ((const volatile uint32_t *)gpa_to_va(s->directory))[i];

		if (!(link & SILK_I386_PRESENT))
			continue;
		tables[n++] = entry_gpa(link);
		mmu_write(s->directory + i * 4, 0);
	}
	while (n > 0)
		free_table(tables[--n]);
	table_free(s->directory, SILK_PT_DIRECTORY);
	s->directory = 0;
}

/* Pages go back to the allocator only after their translations are gone. */
static void unmap_range(struct space *s, uint32_t va, uint32_t end)
{
	uint32_t pages[64], n = 0;

	for (; va < end; va += PAGE_SIZE) {
		uint32_t entry = mmu_entry(s->directory, (void *)va);
		uint32_t old = entry ? *(const volatile uint32_t *)gpa_to_va(entry) : 0;

		if (old & SILK_I386_PRESENT) {
			pages[n++] = entry_gpa(old);
			mmu_write(entry, 0);
		}
		if (n < ARRAY_SIZE(pages) && va + PAGE_SIZE < end)
			continue;
		mmu_flush_all();
		mmu_commit();
		s->pages -= n;
		while (n > 0)
			page_free(pages[--n]);
	}
}

int space_sbrk(struct space *s, int32_t bytes, uint32_t *old_end)
{
	struct region *heap = &s->region[s->heap];
	uint32_t end = s->heap_end + (uint32_t)bytes, limit = STACK_TOP - STACK_SIZE;
	uint32_t page_end = (end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);

	if (bytes >= 0 ? end < s->heap_end || end > limit : end > s->heap_end || end < heap->start)
		return -ENOMEM;
	unmap_range(s, page_end, heap->end);
	*old_end = s->heap_end;
	s->heap_end = end;
	heap->end = page_end;
	return 0;
}

/* A page that others refer to as well is copied; the last one keeps it. */
static int copy_on_write(uint32_t entry, uint32_t va, uint32_t old)
{
	uint32_t page = entry_gpa(old), copy;

	if (page_refs(page) > 1) {
		copy = page_alloc();
		if (!copy)
			return -ENOMEM;
		memcpy(gpa_to_va(copy), gpa_to_va(page), PAGE_SIZE);
		page_free(page);
		page = copy;
	}
	mmu_write(entry, gpa_to_machine(page) | LEAF | SILK_I386_WRITABLE);
	mmu_flush_page((void *)va);
	return 0;
}

static int demand_zero(struct space *s, uint32_t va, bool writable)
{
	uint32_t page = page_alloc_zeroed();
	int error;

	if (!page)
		return -ENOMEM;
	error = space_map(s, va, page, writable);
	if (error)
		page_free(page);
	return error;
}

int space_fault(struct space *s, uint32_t va, bool write)
{
	const struct region *r = find_region(s, va);
	uint32_t entry, old;

	if (!r || (write && !r->writable))
		return -EFAULT;
	va &= ~(PAGE_SIZE - 1);
	entry = mmu_entry(s->directory, (void *)va);
	old = entry ? mmu_read(entry) : 0;
	if (!(old & SILK_I386_PRESENT))
		return demand_zero(s, va, r->writable);
	if (write && !(old & SILK_I386_WRITABLE))
		return copy_on_write(entry, va, old);
	mmu_flush_page((void *)va); /* a stale translation: try again */
	return 0;
}
