/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * silkbench.h - the parts of silkbench to each other.
 *
 * Invariant: what a row does for one unit is fixed. Figures of different builds
 * and machines are compared by it; a change wants another name.
 */
#ifndef SILKBENCH_H
#define SILKBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PAGE 4096L
#define MB   (1L << 20)

/* A row: what is timed does `n` units. begin() prepares; not 0: skip the row. */
struct row {
	const char *name, *unit;
	int (*begin)(void);
	void (*run)(long n);
	void (*end)(void);
	double bytes;  /* of a unit: the figure is MB/s; else ns... */
	double divide; /* ...divided by this, if it isn't 0 */
};

extern const struct row rows_alone[], rows_between[]; /* to one without a name */

/* silkbench.c */
extern const char *dir, *device; /* a directory on a tmpfs; a disk, or NULL */
extern char self[];
void need(bool good, const char *what);
char *map(size_t bytes, int flags, int fd);
char *map_anon(size_t bytes);
void touch(volatile char *p, long pages);
const char *in_dir(const char *name, int number);
void reap(pid_t pid);

/* between.c: the child of a compile_mix unit; its status. */
int mix_child(void);

#endif
