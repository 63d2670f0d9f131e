/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * types.h - the few types and helpers that all of the hypervisor uses.
 */
#ifndef SILK_CORE_TYPES_H
#define SILK_CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64; /* not uint64_t: %llu prints it everywhere */
typedef int32_t s32;
typedef long long s64;

#define PAGE_SHIFT    12
#define PAGE_SIZE     4096u
#define CHUNK_SHIFT   22
#define CHUNK_SIZE    0x400000u
#define CHUNK_FRAMES  1024u /* frames in a chunk, entries in a table */
#define CHUNKS        1024u /* chunks in 4 GB, of a guest or of the machine */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)     ((a) < (b) ? (a) : (b))
#define MAX(a, b)     ((a) > (b) ? (a) : (b))
#define likely(x)     __builtin_expect(!!(x), 1)
#define unlikely(x)   __builtin_expect(!!(x), 0)
#define container_of(p, type, member) \
	((type *)((char *)(p)-offsetof(type, member)))

/*
 * One read of memory that a guest may change at any time, and one write: the
 * compiler must neither repeat nor split them [GEN: copied once].
 */
#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#endif
