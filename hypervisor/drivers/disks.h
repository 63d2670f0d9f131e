/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * disks.h - the real disks and their partitions, as the rest of the hypervisor
 * sees them; machine_blk_find() (core/machine.h) is here too.
 */
#ifndef SILK_DRIVERS_DISKS_H
#define SILK_DRIVERS_DISKS_H

#include "../core/types.h"

/* Find the disks, read their tables of partitions. Before any guest runs. */
void disks_init(void);

/* How many disks there are: 0 to blk_backends() - 1. */
u32 blk_backends(void);
/* Sectors and SILK_BLK_F_* of disk n; false: there is none. */
bool blk_backend_info(u32 n, u64 *sectors, u32 *flags);
/* What the disk calls itself, printable; "" if it says nothing. */
const char *blk_backend_serial(u32 n);
/* Where a partition (from 1) lies on its disk; false: there is none. */
bool partition_find(u32 disk, u32 number, u64 *first, u64 *sectors);

#endif
