/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * translation_cache.h - the worst translation cache that the manual allows (Intel
 * SDM volume 3, 4.10): it holds whatever a guest could reach since the last flush
 * of everything, and page tables that were reachable then, even if they were
 * unlinked and freed since. As it never forgets a page that a guest flushed by
 * itself, it says nothing about the guest's own flushes.
 *
 * Usage: fake.on_flush_all = cache_flush; after each call cache_wrong(), then
 * cache_fill(), then cache_wrong() once more: what could be reached before, and
 * what can be now.
 */
#ifndef TESTS_TRANSLATION_CACHE_H
#define TESTS_TRANSLATION_CACHE_H

#include "fake_machine.h"

/* Forget all of a guest's. */
void cache_flush(struct guest *of);
/* Take in everything that its vCPUs can reach now, in either view. */
void cache_fill(struct guest *of);
/* What a guest could do with what is cached and must not: NULL, or in words. It
 * may not write a TABLE chunk, reach what isn't its own, or use a directory or
 * RAM as a page table. */
const char *cache_wrong(const struct guest *of);

#endif
