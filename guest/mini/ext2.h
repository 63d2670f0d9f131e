/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ext2.h - the root file system: ext2, read-only, on block device 0.
 *
 * Functions return 0 or more, or a negative error of abi.h.
 */
#ifndef MINI_EXT2_H
#define MINI_EXT2_H

#include "abi.h"
#include "base.h"

struct inode {
	uint32_t number, refs;
	uint32_t size, type; /* MINI_FILE, MINI_DIRECTORY or 0 */
	uint32_t blocks[15];
};

int ext2_mount(uint16_t device);

/* The file that a path leads to, from directory from if it doesn't begin with
 * a slash. The caller holds it until inode_put(). */
int inode_open(struct inode *from, const char *path, struct inode **result);
void inode_ref(struct inode *inode);
void inode_put(struct inode *inode);

/* Up to n bytes from offset on, to the kernel's or to user memory. */
int inode_read(struct inode *inode, uint32_t offset, void *to, uint32_t n, bool user);

/* The entry at *offset, which is advanced; 0 at the directory's end. */
int inode_readdir(struct inode *inode, uint32_t *offset, struct mini_dirent *entry);

#endif /* MINI_EXT2_H */
