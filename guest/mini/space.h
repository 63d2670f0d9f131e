/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * space.h - the user part of an address space: which ranges a program may use,
 * and the pages in them, which come when they are touched.
 */
#ifndef MINI_SPACE_H
#define MINI_SPACE_H

#include "base.h"

#define USER_START 0x00001000u /* nothing below: null pointers fault */
#define USER_END   0xc0000000u
#define STACK_TOP  0xbffff000u
#define STACK_SIZE 0x00100000u
#define REGIONS    8

struct region {
	uint32_t start, end; /* multiples of the page size */
	bool writable;
};

struct space {
	uint32_t directory; /* gpa, 0: none */
	uint32_t pages;     /* present in its page tables */
	uint32_t heap;      /* index of the region that sbrk moves */
	uint32_t heap_end;  /* in bytes */
	uint32_t regions;
	struct region region[REGIONS];
};

/* 0 or a negative error. */
int space_create(struct space *s);
int space_copy(struct space *to, struct space *from);
int space_add_region(struct space *s, uint32_t start, uint32_t end, bool writable);

/* Maps a page at va and takes over the caller's reference to it. */
int space_map(struct space *s, uint32_t va, uint32_t page, bool writable);

/* Frees everything. The directory must not be loaded. */
void space_destroy(struct space *s);

int space_sbrk(struct space *s, int32_t bytes, uint32_t *old_end);

/* Makes an access possible, if the regions allow it: demand zero, and copy on
 * write. 0, -EFAULT, -ENOMEM. */
int space_fault(struct space *s, uint32_t va, bool write);

#endif /* MINI_SPACE_H */
