// SPDX-License-Identifier: GPL-2.0-only
/*
 * alone.c - rows of one process: the processor, system calls, signals, memory.
 *
 * Invariant: a row leaves nothing behind but what its begin() finds again.
 */
#define _GNU_SOURCE
#include "silkbench.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ANON_PAGES 4096L /* mapped at a time by pf_anon_page */
#define FILE_PAGES 1024L /* of pf_shfile_page's file */

static volatile unsigned long sink;

/* ---- the processor alone ---- */

static void cpu_int(long n) /* 13 instructions a turn, as built by -O2 */
{
	unsigned long x = 1, y = 7;
	long i;

	for (i = 0; i < n; i++) {
		x = x * 1103515245 + 12345;
		y ^= x >> 3;
		y *= 3;
		if (y & 64)
			x ^= y;
	}
	sink = x + y;
}

static char *from8m, *to8m;

static int memcpy_begin(void)
{
	from8m = map_anon(8 * MB);
	to8m = map_anon(8 * MB);
	memset(from8m, 1, 8 * MB);
	memset(to8m, 2, 8 * MB);
	return 0;
}

static void memcpy_8m(long n)
{
	while (n--) {
		memcpy(to8m, from8m, 8 * MB);
		asm volatile(""
			     :
			     :
			     : "memory");
	}
}

static void memcpy_end(void)
{
	munmap(from8m, 8 * MB);
	munmap(to8m, 8 * MB);
}

/* ---- system calls ---- */

static void syscall_null(long n)
{
	while (n--)
		syscall(SYS_getppid);
}

#ifdef __i386__
#define NR_GETPPID32 SYS_getppid
#define CLOBBERED    "memory"
#else
#define NR_GETPPID32 64
#define CLOBBERED    "memory", "r8", "r9", "r10", "r11"
#endif

static long getppid32(void)
{
	long result;

	asm volatile("int $0x80"
		     : "=a"(result)
		     : "0"(NR_GETPPID32)
		     : CLOBBERED);
	return result;
}

/* A 64-bit kernel may be without it: then the child is killed. */
static int int80_begin(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(getppid32() != getppid());
	return waitpid(pid, &status, 0) != pid || status;
}

static void syscall_int80(long n)
{
	while (n--)
		sink = getppid32();
}

static void read_clock(long n)
{
	struct timespec t;

	while (n--)
		clock_gettime(CLOCK_MONOTONIC, &t);
}

static int zero;

static int zero_begin(void)
{
	zero = open("/dev/zero", O_RDONLY);
	return zero < 0;
}

static void read_zero(long n)
{
	char c;

	while (n--)
		if (read(zero, &c, 1) != 1)
			need(false, "/dev/zero");
}

static void zero_end(void)
{
	close(zero);
}

/* ---- signals ---- */

static volatile long signals;
static char *guarded;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static int handle(int number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	return sigaction(number, &action, NULL);
}

static void sig_install(long n)
{
	struct sigaction action = { .sa_handler = count_signal };

	while (n--)
		sigaction(SIGUSR1, &action, NULL);
}

static int deliver_begin(void)
{
	return handle(SIGUSR1, count_signal);
}

static void sig_deliver(long n)
{
	pid_t me = getpid();
	long i;

	signals = 0;
	for (i = 0; i < n; i++)
		kill(me, SIGUSR1);
	need(signals == n, "a signal was lost");
}

static void unguard(int number)
{
	(void)number;
	signals++;
	mprotect(guarded, PAGE, PROT_READ | PROT_WRITE);
}

static int guard_begin(void)
{
	guarded = map_anon(PAGE);
	touch(guarded, 1);
	return handle(SIGSEGV, unguard);
}

static void prot_fault_sig(long n)
{
	long i;

	signals = 0;
	for (i = 0; i < n; i++) {
		mprotect(guarded, PAGE, PROT_READ);
		touch(guarded, 1);
	}
	need(signals == n, "a fault was lost");
}

static void mprotect_pair(long n)
{
	while (n--) {
		mprotect(guarded, PAGE, PROT_READ);
		mprotect(guarded, PAGE, PROT_READ | PROT_WRITE);
	}
}

static void guard_end(void)
{
	handle(SIGSEGV, SIG_DFL);
	munmap(guarded, PAGE);
}

/* ---- memory ---- */

static void mmap_munmap(long n)
{
	while (n--)
		munmap(map(PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1), PAGE);
}

static void pf_anon(long n)
{
	for (; n > 0; n -= ANON_PAGES) {
		char *p = map_anon(ANON_PAGES * PAGE);

		touch(p, n < ANON_PAGES ? n : ANON_PAGES);
		munmap(p, ANON_PAGES * PAGE);
	}
}

static int shared_file;

static int shfile_begin(void)
{
	const char *name = in_dir("pages", 0);
	char page[PAGE];
	int i;

	shared_file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (shared_file < 0)
		return 1;
	unlink(name);
	memset(page, 3, sizeof(page));
	for (i = 0; i < FILE_PAGES; i++)
		need(write(shared_file, page, sizeof(page)) == PAGE, "write");
	return 0;
}

static void pf_shfile(long n)
{
	for (; n > 0; n -= FILE_PAGES) {
		char *p = map(FILE_PAGES * PAGE, MAP_SHARED, shared_file);

		touch(p, n < FILE_PAGES ? n : FILE_PAGES);
		munmap(p, FILE_PAGES * PAGE);
	}
}

static void shfile_end(void)
{
	close(shared_file);
}

/* ---- the rows ---- */

const struct row rows_alone[] = {
	{ "cpu_int", "ns/iter", NULL, cpu_int, NULL, 0, 1 },
	{ "memcpy_8m", "MB/s", memcpy_begin, memcpy_8m, memcpy_end, 8 * MB, 0 },
	{ "syscall_null", "ns", NULL, syscall_null, NULL, 0, 1 },
	{ "syscall_int80", "ns", int80_begin, syscall_int80, NULL, 0, 1 },
	{ "clock_gettime", "ns", NULL, read_clock, NULL, 0, 1 },
	{ "read_zero_1b", "ns", zero_begin, read_zero, zero_end, 0, 1 },
	{ "sig_install", "ns", NULL, sig_install, NULL, 0, 1 },
	{ "sig_deliver", "ns", deliver_begin, sig_deliver, NULL, 0, 1 },
	{ "mmap_munmap_1p", "ns", NULL, mmap_munmap, NULL, 0, 1 },
	{ "mprotect_pair", "ns", guard_begin, mprotect_pair, guard_end, 0, 1 },
	{ "prot_fault_sig", "ns", guard_begin, prot_fault_sig, guard_end, 0, 1 },
	{ "pf_anon_page", "ns/page", NULL, pf_anon, NULL, 0, 1 },
	{ "pf_shfile_page", "ns/page", shfile_begin, pf_shfile, shfile_end, 0, 1 },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0 },
};
