/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page.h - the guest's RAM, in pages of 4096 bytes with reference counts.
 */
#ifndef MINI_PAGE_H
#define MINI_PAGE_H

#include "mmu.h"

/* Gives all RAM chunks of the direct map to the allocator, but for the
 * kernel's image and the initial ramdisk. */
void page_init(void);

/* A page with one reference, or 0. Its contents are unknown. */
uint32_t page_alloc(void);
uint32_t page_alloc_zeroed(void);
void page_ref(uint32_t gpa);
void page_free(uint32_t gpa); /* drops one reference */
unsigned int page_refs(uint32_t gpa);

/* A whole chunk of which no page is in use, or 0; given back by
 * page_free_chunk. */
uint32_t page_take_chunk(void);
void page_free_chunk(uint32_t chunk);

/* For table_alloc: makes a TABLE chunk of an unused one. */
bool page_convert_chunk(void);

uint32_t page_total(void);
uint32_t page_unused(void);

#endif /* MINI_PAGE_H */
