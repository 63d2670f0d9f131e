/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quick.h - included before all else when chunk.c is built for the fuzzer: a
 * chunk is cleared by giving its pages back, as writing 4 MB takes a millisecond.
 */
#ifndef SILK_FUZZ_QUICK_H
#define SILK_FUZZ_QUICK_H

#include <string.h>

void *quick_memset(void *to, int value, size_t bytes);
#define memset quick_memset

#endif
