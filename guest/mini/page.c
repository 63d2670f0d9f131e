// SPDX-License-Identifier: GPL-2.0-only
/*
 * page.c - the page allocator.
 *
 * Each RAM chunk has a list of free pages (linked through the pages) and a mark
 * behind which pages were never used. Pages come from the lowest chunk that has
 * any, so that high chunks stay whole: a whole one can become a TABLE chunk.
 *
 * Invariant: a page is on its chunk's list, or behind the mark, if and only if
 * its reference count is 0 and the chunk is ours; free counts both.
 */
#include "page.h"
#include "print.h"

#define PAGES      (CHUNK_SIZE / PAGE_SIZE) /* in a chunk */
#define MAX_CHUNKS 160u
#define TABLES_LOW 64u /* free table frames */

struct chunk {
	uint32_t list; /* gpa of the first free page, or 0 */
	uint32_t mark; /* index of the first page never used */
	uint32_t free;
	bool ours;
};

static struct chunk chunks[MAX_CHUNKS];
static uint16_t *refs; /* by frame number */
static uint32_t hint;  /* no chunk below it has a free page */
static uint32_t total, unused;

extern char image_end[]; /* guest.ld */

static uint16_t *ref_of(uint32_t gpa)
{
	return &refs[gpa / PAGE_SIZE];
}

static void add_chunk(uint32_t n)
{
	chunks[n] = (struct chunk){ .free = PAGES, .ours = true };
	total += PAGES;
	unused += PAGES;
	if (n < hint)
		hint = n;
}

static void remove_chunk(uint32_t n)
{
	chunks[n].ours = false;
	total -= PAGES;
	unused -= PAGES;
}

/* Takes a range out for good. Only before the first page_alloc, and upwards
 * within a chunk: the pages between mark and range join the list. */
static void reserve(uint32_t start, uint32_t end)
{
	for (; start < end; start += PAGE_SIZE) {
		struct chunk *c = &chunks[start / CHUNK_SIZE];
		uint32_t page = start % CHUNK_SIZE / PAGE_SIZE;

		while (c->mark < page) {
			uint32_t gpa = start - (page - c->mark) * PAGE_SIZE;

			*(uint32_t *)gpa_to_va(gpa) = c->list;
			c->list = gpa;
			c->mark++;
		}
		c->mark = page + 1;
		c->free--;
		unused--;
	}
}

void page_init(void)
{
	uint32_t image = va_to_gpa(image_end);
	uint32_t bytes = MAX_CHUNKS * PAGES * sizeof(*refs);

	for (uint32_t n = 0; n < info()->low_chunks && n < MAX_CHUNKS; n++)
		if (chunk_kind(n) == SILK_CHUNK_RAM)
			add_chunk(n);
	hint = 0;
	refs = gpa_to_va(image);
	if (info()->initrd && info()->initrd < image + bytes)
		panic("no room between the kernel and the initial ramdisk");
	if (!chunks[(image + bytes - 1) / CHUNK_SIZE].ours)
		panic("not enough memory");
	memset(refs, 0, bytes);
	reserve(CHUNK_SIZE, image + bytes);
	if (info()->initrd)
		reserve(info()->initrd, (info()->initrd + info()->initrd_length +
					 PAGE_SIZE - 1) &
						~(PAGE_SIZE - 1));
}

/* Memory pressure: another RAM chunk from the hypervisor, if it lets us. */
static bool grow(void)
{
	uint32_t n, gpa;

	if (!feature(SILK_GROUP_MEMORY, SILK_F_MEMORY_TAKE) ||
	    !feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE))
		return false;
	for (n = info()->chunks; n < DIRECT_CHUNKS; n++)
		if (chunk_kind(n) == SILK_CHUNK_ABSENT)
			break;
	if (n == DIRECT_CHUNKS || hv_chunk_take(n, SILK_CHUNK_RAM) < 0)
		return false;
	gpa = n << SILK_I386_CHUNK_SHIFT;
	mmu_write(info()->boot_directory + DIR_INDEX(gpa_to_va(gpa)) * 4,
		  gpa_to_machine(gpa) | SILK_I386_PRESENT | SILK_I386_WRITABLE |
			  SILK_I386_USER | SILK_I386_LARGE);
	mmu_commit();
	add_chunk(n);
	return true;
}

static uint32_t take_page(struct chunk *c, uint32_t base)
{
	uint32_t gpa = c->list;

	if (gpa)
		c->list = *(uint32_t *)gpa_to_va(gpa);
	else
		gpa = base + c->mark++ * PAGE_SIZE;
	c->free--;
	unused--;
	*ref_of(gpa) = 1;
	return gpa;
}

static uint32_t whole_chunk(void)
{
	for (uint32_t n = MAX_CHUNKS; n-- > 0;)
		if (chunks[n].ours && chunks[n].free == PAGES)
			return n;
	return 0;
}

/* Breaking a whole chunk makes it useless to table_alloc: when that may soon
 * need one, it gets one first. */
uint32_t page_alloc(void)
{
	do {
		for (; hint < MAX_CHUNKS; hint++) {
			struct chunk *c = &chunks[hint];

			if (c->ours && c->free == PAGES &&
			    tables_free_frames() < TABLES_LOW)
				page_convert_chunk();
			if (c->ours && c->free > 0)
				return take_page(c, hint * CHUNK_SIZE);
		}
	} while (grow());
	return 0;
}

uint32_t page_alloc_zeroed(void)
{
	uint32_t gpa = page_alloc();

	if (gpa)
		memset(gpa_to_va(gpa), 0, PAGE_SIZE);
	return gpa;
}

void page_ref(uint32_t gpa)
{
	++*ref_of(gpa);
}

unsigned int page_refs(uint32_t gpa)
{
	return *ref_of(gpa);
}

void page_free(uint32_t gpa)
{
	uint32_t n = gpa / CHUNK_SIZE;
	struct chunk *c = &chunks[n];

	if (*ref_of(gpa) == 0)
		panic("page 0x%x is freed twice", gpa);
	if (--*ref_of(gpa) > 0)
		return;
	*(uint32_t *)gpa_to_va(gpa) = c->list;
	c->list = gpa;
	c->free++;
	unused++;
	if (n < hint)
		hint = n;
}

uint32_t page_take_chunk(void)
{
	uint32_t n = whole_chunk();

	if (n)
		remove_chunk(n);
	return n;
}

void page_free_chunk(uint32_t n)
{
	add_chunk(n);
}

bool page_convert_chunk(void)
{
	uint32_t n = page_take_chunk();

	if (!n)
		return false;
	if (tables_convert(n))
		return true;
	page_free_chunk(n);
	return false;
}

uint32_t page_total(void)
{
	return total;
}

uint32_t page_unused(void)
{
	return unused;
}
