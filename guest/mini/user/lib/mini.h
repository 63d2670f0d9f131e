/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mini.h - all that a user program of mini's needs: system calls, text, errors.
 */
#ifndef MINI_USER_LIB_H
#define MINI_USER_LIB_H

#include <stdarg.h>

#include "abi.h"
#include "base.h"

#define NS_PER_MS 1000000u
#define NS_PER_S  1000000000u

/* System calls; what they return is told in abi.h. */
static inline int syscall(int nr, uint32_t a, uint32_t b, uint32_t c)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory", "cc");
	return result;
}

#define CALL(name, a, b, c) \
	syscall(SYS_##name, (uint32_t)(a), (uint32_t)(b), (uint32_t)(c))

static inline NORETURN void exit(int status)
{
	for (;;)
		CALL(exit, status, 0, 0);
}

static inline int fork(void)
{
	return CALL(fork, 0, 0, 0);
}

static inline int exec(const char *path, char **argv)
{
	return CALL(exec, path, argv, 0);
}

static inline int wait(int pid, int *status, int flags)
{
	return CALL(wait, pid, status, flags);
}

static inline int getpid(void)
{
	return CALL(getpid, 0, 0, 0);
}

static inline int getppid(void)
{
	return CALL(getppid, 0, 0, 0);
}

static inline int kill(int pid)
{
	return CALL(kill, pid, 0, 0);
}

static inline int sleep_ms(unsigned int ms)
{
	return CALL(sleep, ms, 0, 0);
}

static inline void yield(void)
{
	CALL(yield, 0, 0, 0);
}

static inline int get_time(struct mini_time *t)
{
	return CALL(time, t, 0, 0);
}

static inline int open(const char *path)
{
	return CALL(open, path, 0, 0);
}

static inline int close(int fd)
{
	return CALL(close, fd, 0, 0);
}

static inline int read(int fd, void *to, unsigned int n)
{
	return CALL(read, fd, to, n);
}

static inline int write(int fd, const void *from, unsigned int n)
{
	return CALL(write, fd, from, n);
}

static inline int seek(int fd, unsigned int offset)
{
	return CALL(seek, fd, offset, 0);
}

static inline int stat(const char *path, struct mini_stat *st)
{
	return CALL(stat, path, st, 0);
}

static inline int readdir(int fd, struct mini_dirent *entry)
{
	return CALL(readdir, fd, entry, 0);
}

static inline int dup(int fd, int to)
{
	return CALL(dup, fd, to, 0);
}

static inline int pipe(int fd[2])
{
	return CALL(pipe, fd, 0, 0);
}

static inline int chdir(const char *path)
{
	return CALL(chdir, path, 0, 0);
}

static inline int setgroup(int group)
{
	return CALL(setgroup, group, 0, 0);
}

static inline int foreground(int group)
{
	return CALL(foreground, group, 0, 0);
}

static inline int psinfo(unsigned int index, struct mini_ps *ps)
{
	return CALL(psinfo, index, ps, 0);
}

static inline int meminfo(struct mini_memory *m)
{
	return CALL(meminfo, m, 0, 0);
}

static inline int sysinfo(struct mini_system *s)
{
	return CALL(sysinfo, s, 0, 0);
}

static inline int upgrade(const char *path)
{
	return CALL(upgrade, path, 0, 0);
}

/* 0: power off, 1: reboot, 2: crash; as in the hypercall ABI */
static inline int shutdown(int reason)
{
	return CALL(shutdown, reason, 0, 0);
}

/* A block of 4096 bytes of a disk, past the file system. */
static inline int disk_read(unsigned int disk, unsigned int block, void *to)
{
	return CALL(disk_read, disk, block, to);
}

static inline int disk_write(unsigned int disk, unsigned int block, const void *from)
{
	return CALL(disk_write, disk, block, from);
}

/* The library proper: lib.c. */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int format(char *buffer, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int format_va(char *buffer, size_t size, const char *fmt, va_list args);
const char *error_text(int error);                  /* negative or positive */
uint32_t number(const char *s, uint32_t otherwise); /* decimal or 0x */
uint64_t now_ns(void);

/* Fresh memory, zeros; NULL if there is none. It is never given back. */
void *allocate(size_t bytes);

#endif /* MINI_USER_LIB_H */
