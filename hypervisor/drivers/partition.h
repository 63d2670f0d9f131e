/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * partition.h - reading the table of a disk's partitions: GPT or MBR.
 */
#ifndef SILK_DRIVERS_PARTITION_H
#define SILK_DRIVERS_PARTITION_H

#include "../core/types.h"

#define PARTITIONS_MOST 32 /* of one disk */
#define SECTOR          512u

struct partition {
	u32 number; /* place in the table, from 1 */
	u64 first, sectors;
};

struct partition_table {
	const char *kind;  /* "GPT", "MBR", or "no" (table) */
	const char *wrong; /* what is wrong with it or left out, or NULL */
	u32 count;
	struct partition part[PARTITIONS_MOST];
};

/* Read one sector into `to`; 0, or -1. */
typedef int (*sector_reader)(void *arg, u64 sector, u8 to[SECTOR]);

/*
 * Fill in *t for a disk of that many sectors. A table that contradicts itself
 * or the disk gives no partition.
 */
void partition_parse(struct partition_table *t, u64 sectors,
		     sector_reader read, void *arg);

#endif
