/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exec.h - a program from the disk takes current's place.
 */
#ifndef MINI_EXEC_H
#define MINI_EXEC_H

/* Arguments as they are passed: strings one behind the other, and their number. */
struct arguments {
	char *text; /* a page */
	unsigned int length, count;
};

/* 0 or a negative error; after an error current is as it was. */
int exec(const char *path, const struct arguments *args);

#endif /* MINI_EXEC_H */
