/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abi.h - what mini's kernel and its user programs agree on: system calls,
 * errors, and the structures that they pass.
 *
 * A system call is int $0x80 with the number in eax and arguments in ebx, ecx,
 * edx; the result is in eax, an error as a negative number. All other
 * registers are kept.
 */
#ifndef MINI_ABI_H
#define MINI_ABI_H

/* X(number, name, "prototype for the reader") */
#define MINI_SYSCALLS(X) \
	X(0, exit, "(int status)") \
	X(1, fork, "() pid, or 0 in the child") \
	X(2, exec, "(const char *path, char **argv)") \
	X(3, wait, "(int pid or -1, int *status, int flags) pid") \
	X(4, getpid, "() pid") \
	X(5, getppid, "() pid") \
	X(6, kill, "(int pid, or -group)") \
	X(7, sleep, "(unsigned milliseconds)") \
	X(8, yield, "()") \
	X(9, time, "(struct mini_time *)") \
	X(10, sbrk, "(int bytes) old end of the heap") \
	X(11, open, "(const char *path) fd") \
	X(12, close, "(int fd)") \
	X(13, read, "(int fd, void *, unsigned) bytes") \
	X(14, write, "(int fd, const void *, unsigned) bytes") \
	X(15, seek, "(int fd, unsigned offset)") \
	X(16, stat, "(const char *path, struct mini_stat *)") \
	X(17, readdir, "(int fd, struct mini_dirent *) 1, or 0 at the end") \
	X(18, dup, "(int fd, int to) to") \
	X(19, pipe, "(int fd[2])") \
	X(20, chdir, "(const char *path)") \
	X(21, setgroup, "(int group, or 0: a new one, its number the pid)") \
	X(22, foreground, "(int group) Ctrl-C is for it") \
	X(23, psinfo, "(unsigned index, struct mini_ps *) 1, or 0 at the end") \
	X(24, meminfo, "(struct mini_memory *)") \
	X(25, sysinfo, "(struct mini_system *)") \
	X(26, upgrade, "(const char *path) the next boot's kernel") \
	X(27, shutdown, "(int reason)") \
	X(28, disk_read, "(unsigned disk, unsigned block of 4096 bytes, void *)") \
	X(29, disk_write, "(unsigned disk, unsigned block of 4096 bytes, const void *)")
#define MINI_NR_SYSCALLS 30

/* X(number, NAME, "meaning") */
#define MINI_ERRORS(X) \
	X(1, EPERM, "not permitted") \
	X(2, ENOENT, "no such file") \
	X(3, ESRCH, "no such process") \
	X(4, EINTR, "interrupted") \
	X(5, EIO, "input/output error") \
	X(7, E2BIG, "arguments too long") \
	X(8, ENOEXEC, "not a program") \
	X(9, EBADF, "bad file descriptor") \
	X(10, ECHILD, "no children") \
	X(11, EAGAIN, "no more processes") \
	X(12, ENOMEM, "out of memory") \
	X(14, EFAULT, "bad address") \
	X(20, ENOTDIR, "not a directory") \
	X(21, EISDIR, "is a directory") \
	X(22, EINVAL, "invalid argument") \
	X(24, EMFILE, "too many open files") \
	X(30, EROFS, "read-only file system") \
	X(32, EPIPE, "broken pipe") \
	X(36, ENAMETOOLONG, "name too long") \
	X(38, ENOSYS, "no such system call")

#ifndef __ASSEMBLER__

#include <stdint.h>

enum mini_syscall {
#define X(nr, name, text) SYS_##name = nr,
	MINI_SYSCALLS(X)
#undef X
};

enum mini_error {
#define X(nr, name, text) name = nr,
	MINI_ERRORS(X)
#undef X
};

#define MINI_PATH     256 /* bytes of a path with its 0 */
#define MINI_FILES    16  /* open files of a process */
#define MINI_NAME     16  /* bytes of a process's name with its 0 */

#define WAIT_NOHANG   1 /* wait: 0 if no child has ended yet */

/* Status of an ended process: its argument to exit (0 to 255), or 256 plus one
 * of these. */
#define STATUS_KILLED 256
enum { KILLED_FAULT = 1,
       KILLED_BY_KILL,
       KILLED_INTERRUPT,
       KILLED_MEMORY };

struct mini_time {
	uint64_t since_boot; /* all in ns */
	uint64_t wall;       /* since 1970-01-01 UTC */
	uint64_t stolen;     /* ready to run, but other guests ran */
	uint64_t idle;
	uint64_t cpu; /* of this process */
};

enum { MINI_FILE = 1,
       MINI_DIRECTORY = 2 };

struct mini_stat {
	uint32_t inode, size, type;
};

struct mini_dirent {
	uint32_t inode, type;
	char name[MINI_PATH];
};

struct mini_ps {
	int32_t pid, parent, group;
	char state; /* R running, S sleeping, D waits for a disk, Z ended */
	char name[MINI_NAME];
	uint32_t pages;
	uint64_t cpu; /* ns */
};

struct mini_memory {
	uint32_t chunks, pages, free_pages;
	uint32_t table_frames, free_table_frames;
	uint32_t cache_pages;
};

struct mini_system {
	char guest[32], hypervisor[32], kernel[64];
	uint32_t abi; /* version of the hypercall ABI */
	char cmdline[1024];
};

#endif /* !__ASSEMBLER__ */
#endif /* MINI_ABI_H */
