/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio_blk.h - the real disks. Requests of guests come through
 * machine_blk_start() and machine_blk_kick() (core/machine.h); what
 * is known of a disk is told in disks.h.
 */
#ifndef SILK_DRIVERS_VIRTIO_BLK_H
#define SILK_DRIVERS_VIRTIO_BLK_H

#include "../core/types.h"

#define DISK_SERIAL 21 /* bytes, with the final 0 */

/* Find and start all disks, in the order of the PCI bus. */
void virtio_blk_init(void);

/*
 * Read up to 8 sectors of disk n, waiting for them: for use before the first
 * guest runs. 0, or -1 after an error or when the disk does not answer.
 */
int blk_read_wait(u32 n, u64 sector, u32 sectors, void *to);

#endif
