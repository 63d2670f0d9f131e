/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user.h - user memory, which the kernel touches by these functions only. Each
 * returns 0 or -EFAULT.
 */
#ifndef MINI_USER_H
#define MINI_USER_H

#include "abi.h"
#include "base.h"
#include "space.h"

int user_copy(void *to, const void *from, size_t n); /* entry.S: unchecked */

static inline bool user_range(const void *p, size_t n)
{
	return (uintptr_t)p < USER_END && n <= USER_END - (uintptr_t)p;
}

static inline int copy_in(void *to, const void *user, size_t n)
{
	return user_range(user, n) && !user_copy(to, user, n) ? 0 : -EFAULT;
}

static inline int copy_out(void *user, const void *from, size_t n)
{
	return user_range(user, n) && !user_copy(user, from, n) ? 0 : -EFAULT;
}

/* A string with its 0, of size bytes at most; its length or an error. */
int copy_string_in(char *to, const char *user, size_t size);

#endif /* MINI_USER_H */
