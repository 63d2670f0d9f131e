// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - the hypervisor's own memory, in pages.
 *
 * Invariant: a page is free exactly if its bit is clear; what is handed out is
 * zero. A bit map and a first-fit search: allocation is rare (a guest is made,
 * a TABLE chunk appears), and runs of pages are wanted.
 */
#include "../core/libc.h"
#include "../core/machine.h"
#include "arch.h"

#define PAGES (HVMEM_MAX / PAGE_SIZE)

static u32 used[PAGES / 32];
static u32 end_page;

static bool is_used(u32 page)
{
	return used[page / 32] >> (page % 32) & 1;
}

static void set_used(u32 page, bool on)
{
	if (on)
		used[page / 32] |= 1u << (page % 32);
	else
		used[page / 32] &= ~(1u << (page % 32));
}

/* Machine addresses; everything outside of start..end is taken. */
void pages_init(u32 start, u32 end)
{
	u32 i;

	end_page = end / PAGE_SIZE;
	memset(used, 0xff, sizeof(used));
	for (i = (start + PAGE_SIZE - 1) / PAGE_SIZE; i < end_page; i++)
		set_used(i, false);
}

void pages_reserve(u32 start, u32 end)
{
	u32 i;

	for (i = start / PAGE_SIZE; i < end_page && i * PAGE_SIZE < end; i++)
		set_used(i, true);
}

u32 pages_free_count(void)
{
	u32 i, n = 0;

	for (i = 0; i < end_page; i++)
		n += !is_used(i);
	return n;
}

void *hv_pages_alloc(u32 count)
{
	u32 i, run = 0;

	for (i = 0; i < end_page; i++) {
		run = is_used(i) ? 0 : run + 1;
		if (run == count) {
			u32 first = i + 1 - count;
			void *page = (void *)(HYPERVISOR_BASE + first * PAGE_SIZE);

			for (; i + 1 > first; i--)
				set_used(i, true);
			memset(page, 0, count * PAGE_SIZE);
			return page;
		}
	}
	return NULL;
}

void *hv_page_alloc(void)
{
	return hv_pages_alloc(1);
}

void hv_pages_free(void *page, u32 count)
{
	u32 first = machine_of(page) / PAGE_SIZE;
	u32 i;

	if (!page)
		return;
	for (i = 0; i < count; i++) {
		if (!is_used(first + i))
			panic("page %08x is freed twice", (first + i) * PAGE_SIZE);
		set_used(first + i, false);
	}
}

u32 hv_page_machine(const void *page)
{
	return machine_of(page);
}
