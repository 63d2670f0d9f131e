/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache.h - blocks of 4 KB of the disks, in memory. Reading is by interrupt: a
 * process that has to wait for a block sleeps.
 */
#ifndef MINI_CACHE_H
#define MINI_CACHE_H

#include "base.h"

#define CACHE_BLOCK 4096u

struct buffer;

void cache_init(void);

/* The block, read and held until cache_put(); NULL if it can't be read. Data
 * beyond the device's end are zeros. */
struct buffer *cache_get(uint16_t device, uint32_t block);
const void *cache_data(const struct buffer *b);
void cache_put(struct buffer *b);

/* Begins to read it, if that costs no waiting. */
void cache_prefetch(uint16_t device, uint32_t block);

uint32_t cache_pages(void);

#endif /* MINI_CACHE_H */
