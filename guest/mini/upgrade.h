/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * upgrade.h - another kernel for the next boot.
 */
#ifndef MINI_UPGRADE_H
#define MINI_UPGRADE_H

struct inode;

/* 0, or a negative error: the guest keeps the kernel that it has. */
int upgrade(struct inode *file);

#endif /* MINI_UPGRADE_H */
