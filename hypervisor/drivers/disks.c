// SPDX-License-Identifier: GPL-2.0-only
/*
 * disks.c - the real disks and their partitions.
 *
 * Invariant: tables of partitions are read once, before any guest runs; a guest
 * that has a whole disk and writes another table to it changes nothing here.
 */
#include "disks.h"
#include "../core/blk.h"
#include "../core/format.h"
#include "../core/machine.h"
#include "partition.h"
#include "virtio_blk.h"

static struct partition_table tables[BLK_BACKENDS_MAX];

static int read_sector(void *arg, u64 sector, u8 to[SECTOR])
{
	return blk_read_wait(*(u32 *)arg, sector, 1, to);
}

static void read_table(u32 disk)
{
	struct partition_table *t = &tables[disk];
	u64 sectors;
	u32 flags, i;

	if (!blk_backend_info(disk, &sectors, &flags))
		return;
	partition_parse(t, sectors, read_sector, &disk);
	if (t->wrong)
		log_printf("disk %u: %s partition table: %s\n", disk, t->kind,
			   t->wrong);
	for (i = 0; i < t->count; i++)
		log_printf("disk %up%u: %llu sectors from %llu\n", disk,
			   t->part[i].number, t->part[i].sectors,
			   t->part[i].first);
}

void disks_init(void)
{
	u32 i;

	virtio_blk_init();
	for (i = 0; i < blk_backends(); i++)
		read_table(i);
}

bool partition_find(u32 disk, u32 number, u64 *first, u64 *sectors)
{
	u32 i;

	if (disk >= blk_backends())
		return false;
	for (i = 0; i < tables[disk].count; i++) {
		if (tables[disk].part[i].number != number)
			continue;
		*first = tables[disk].part[i].first;
		*sectors = tables[disk].part[i].sectors;
		return true;
	}
	return false;
}

const char *machine_blk_find(struct blk_device *d)
{
	if (!blk_backend_info(d->backend, &d->sectors, &d->flags))
		return "there is no such disk";
	d->first = 0;
	if (d->partition &&
	    !partition_find(d->backend, d->partition, &d->first, &d->sectors))
		return "there is no such partition";
	return NULL;
}
