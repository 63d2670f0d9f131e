// SPDX-License-Identifier: GPL-2.0-only
/*
 * disk.c - raw access to disks, by way of a page of the kernel's: the program's
 * own pages may be shared with others.
 */
#include "disk.h"
#include "block.h"
#include "page.h"
#include "process.h"
#include "user.h"

struct transfer {
	struct block_io io;
	struct queue waiting;
};

static void done(struct block_io *io)
{
	struct transfer *t = io->owner;

	wake_all(&t->waiting);
}

static int error_of(int32_t status)
{
	switch (-status) {
	case SILK_OK:
		return 0;
	case SILK_EROFS:
		return -EROFS;
	case SILK_ENODEV:
	case SILK_ERANGE:
		return -EINVAL;
	default:
		return -EIO;
	}
}

int disk_transfer(uint16_t device, uint32_t block, void *user, bool write)
{
	struct transfer t = { .waiting = { NULL, NULL } };
	uint32_t page;
	int error;

	if (!info()->group_version[SILK_GROUP_BLOCK])
		return -EINVAL;
	page = page_alloc();
	if (!page)
		return -ENOMEM;
	error = write ? copy_in(gpa_to_va(page), user, PAGE_SIZE) : 0;
	if (!error) {
		block_prepare(&t.io, device, write ? SILK_BLK_WRITE : SILK_BLK_READ,
			      (uint64_t)block * (PAGE_SIZE / SILK_BLK_SECTOR), page, PAGE_SIZE);
		t.io.done = done;
		t.io.owner = &t;
		block_submit(&t.io);
		while (!t.io.finished)
			sleep_on_disk(&t.waiting);
		error = error_of(t.io.status);
	}
	if (!error && !write)
		error = copy_out(user, gpa_to_va(page), PAGE_SIZE);
	page_free(page);
	return error;
}
