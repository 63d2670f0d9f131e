/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * disk.h - disks without a file system: blocks of a page, read and written past
 * the cache. For programs that test the disk itself.
 */
#ifndef MINI_DISK_H
#define MINI_DISK_H

#include "base.h"

/* 0 or a negative error. */
int disk_transfer(uint16_t device, uint32_t block, void *user, bool write);

#endif /* MINI_DISK_H */
