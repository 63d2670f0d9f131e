// SPDX-License-Identifier: GPL-2.0-only
/*
 * upgrade.c - the guest's owner changes the kernel by himself: the file is read
 * into a chunk (consecutive memory, which the page allocator has in no smaller
 * piece), and the hypervisor keeps a copy of it for the next reboot [LIFE-5].
 */
#include "upgrade.h"
#include "ext2.h"
#include "page.h"
#include "print.h"

static int explain(int32_t error)
{
	print("upgrade: refused by the hypervisor, error %d, clause %u-%u\n", -error,
	      vcpu()->diag.clause >> 16, vcpu()->diag.clause & 0xffff);
	switch (-error) {
	case SILK_ENOEXEC:
	case SILK_EINVAL:
		return -ENOEXEC;
	case SILK_ENOMEM:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

int upgrade(struct inode *file)
{
	uint32_t chunk, gpa;
	int n;

	if (!feature(SILK_GROUP_CORE, SILK_F_CORE_KERNEL))
		return -EPERM;
	if (file->size > CHUNK_SIZE)
		return -E2BIG;
	chunk = page_take_chunk();
	if (!chunk)
		return -ENOMEM;
	gpa = chunk << SILK_I386_CHUNK_SHIFT;
	n = inode_read(file, 0, gpa_to_va(gpa), file->size, false);
	if (n >= 0 && n != (int)file->size)
		n = -EIO;
	if (n >= 0) {
		n = hv_set_kernel(gpa, file->size);
		if (n < 0)
			n = explain(n);
	}
	page_free_chunk(chunk);
	return n < 0 ? n : 0;
}
