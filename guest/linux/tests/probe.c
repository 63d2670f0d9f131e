// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe.c - what the tests of Linux guests want done inside of one and a shell
 * can't do: one word for each.
 *
 *   probe clock SECONDS    watch the clocks, then say how they went
 *   probe now              the clocks, in nanoseconds
 *   probe hog              take memory until there is none
 *   probe tables COUNT     COUNT processes that use a page every 4 MB
 *   probe vectors FILE N   N scattered writes and reads past the page cache
 *   probe flush FILE N     N small writes, each with fdatasync()
 *   probe discard FILE     the error of a discard
 *   probe spin SECONDS     compute
 *
 * Static, so that it runs without libraries.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE	4096u
#define BILLION	1000000000ll

static int64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * BILLION + t.tv_nsec;
}

/* The monotonic clock by a system call, and by the vDSO where there is one. */
static int watch_clocks(int seconds)
{
	int64_t start = now(CLOCK_MONOTONIC), last = start, gap = 0;
	int64_t apart = now(CLOCK_REALTIME) - start, drift = 0;
	int64_t end = start + seconds * BILLION;
	long back = 0;

	printf("clock: begins\n");
	while (last < end) {
		int64_t mono = now(CLOCK_MONOTONIC), real = now(CLOCK_REALTIME);

		if (mono < last || real - mono < apart - BILLION)
			back++;
		if (mono - last > gap)
			gap = mono - last;
		if (llabs(real - mono - apart) > drift)
			drift = llabs(real - mono - apart);
		last = mono;
	}
	/* In the drift is what passes between two readings: a gap at most. */
	printf("clock: went back %ld times, gap %lld ms, drift %lld ms\n", back,
	       (long long)gap / 1000000, (long long)drift / 1000000);
	return 0;
}

static int say_now(void)
{
	printf("now: monotonic %lld boot %lld real %lld\n",
	       (long long)now(CLOCK_MONOTONIC), (long long)now(CLOCK_BOOTTIME),
	       (long long)now(CLOCK_REALTIME));
	return 0;
}

static void hog(void)
{
	const size_t step = 1 << 20;

	for (;;) {
		char *p = mmap(NULL, step, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			pause();
		memset(p, 1, step);
	}
}

/* Reading is enough: the page is the page of zeros, only the tables cost. */
static void use_tables(void)
{
	const size_t apart = 4 << 20;
	volatile char *p;
	size_t i, n = 700;

	do {
		p = mmap(NULL, n * apart, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	} while (p == MAP_FAILED && (n -= 10));
	for (i = 0; i < n; i++)
		(void)p[i * apart];
	pause();
}

static int tables(int count)
{
	int i, status, killed = 0;

	for (i = 0; i < count; i++) {
		pid_t pid = fork();

		if (!pid)
			use_tables();
		if (pid < 0)
			break;
	}
	sleep(3);
	for (count = i; i > 0; i--)
		if (waitpid(-1, &status, WNOHANG) > 0 && WIFSIGNALED(status))
			killed++;
	printf("tables: %d processes, %d killed\n", count, killed);
	fflush(stdout);
	kill(0, SIGKILL);
	return 0;
}

/* ---- disks ---- */

#define VECTOR		64
#define SPAN		(VECTOR * 8 * PAGE)

static int fail(const char *what)
{
	printf("probe: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Pieces of 1 to 8 sectors of 512 bytes, out of order in memory. */
static size_t scatter(struct iovec *v, int *count, char *arena)
{
	size_t total = 0;
	int i, n = 1 + rand() % VECTOR;

	for (i = 0; i < n; i++) {
		size_t slot = (i * 37 + 11) % VECTOR;

		v[i].iov_base = arena + slot * 2 * PAGE + rand() % 8 * 512;
		v[i].iov_len = (1 + rand() % 8) * 512;
		total += v[i].iov_len;
	}
	*count = n;
	return total;
}

static void fill(const struct iovec *v, int count, unsigned int seed)
{
	int i;
	size_t k;

	for (i = 0; i < count; i++)
		for (k = 0; k < v[i].iov_len; k++)
			((char *)v[i].iov_base)[k] = (char)(seed = seed * 1103515245 + 12345,
							    seed >> 16);
}

static int vectors(const char *name, int rounds)
{
	char *out = mmap(NULL, 2 * SPAN, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *in = out + SPAN;
	static char one[SPAN], two[SPAN];
	int fd = open(name, O_RDWR | O_DIRECT), round, i, count;
	struct iovec v[VECTOR], w[VECTOR];

	if (fd < 0)
		return fail(name);
	for (round = 0; round < rounds; round++) {
		off_t at = rand() % 4096 * 512;
		size_t total = scatter(v, &count, out), done = 0, k = 0;

		fill(v, count, round + 1);
		if (pwritev(fd, v, count, at) != (ssize_t)total)
			return fail("pwritev");
		for (i = 0; i < count; k += v[i++].iov_len)
			memcpy(one + k, v[i].iov_base, v[i].iov_len);
		while (done < total) {
			size_t want = scatter(w, &count, in), got;

			got = preadv(fd, w, count, at + done);
			if ((ssize_t)got <= 0)
				return fail("preadv");
			for (i = 0, k = done; i < count && k < total; k += w[i++].iov_len)
				memcpy(two + k, w[i].iov_base,
				       w[i].iov_len < total - k ? w[i].iov_len : total - k);
			done += got < want ? got : want;
		}
		if (memcmp(one, two, total)) {
			printf("vectors: round %d: different\n", round);
			return 1;
		}
	}
	printf("vectors: %d rounds, all the same\n", rounds);
	return 0;
}

static int flush(const char *name, int count)
{
	int fd = open(name, O_RDWR), i;

	if (fd < 0)
		return fail(name);
	for (i = 0; i < count; i++)
		if (pwrite(fd, &i, sizeof(i), i * 8192) != sizeof(i) || fdatasync(fd))
			return fail("fdatasync");
	printf("flush: %d times\n", count);
	return 0;
}

static int discard(const char *name)
{
	uint64_t range[2] = { 0, 1 << 20 };
	int fd = open(name, O_RDWR);

	if (fd < 0)
		return fail(name);
	printf("discard: %s\n", ioctl(fd, BLKDISCARD, range) ? strerror(errno) : "done");
	return 0;
}

static int spin(int seconds)
{
	int64_t end = now(CLOCK_MONOTONIC) + seconds * BILLION;
	volatile unsigned int i;

	while (now(CLOCK_MONOTONIC) < end)
		for (i = 0; i < 100000; i++)
			;
	return 0;
}

int main(int argc, char *argv[])
{
	const char *word = argc > 1 ? argv[1] : "", *first = argc > 2 ? argv[2] : "";
	int number = atoi(argc > 3 ? argv[3] : first);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(word, "clock"))
		return watch_clocks(number);
	if (!strcmp(word, "now"))
		return say_now();
	if (!strcmp(word, "hog"))
		hog();
	if (!strcmp(word, "tables"))
		return tables(number);
	if (!strcmp(word, "vectors"))
		return vectors(first, number);
	if (!strcmp(word, "flush"))
		return flush(first, number);
	if (!strcmp(word, "discard"))
		return discard(first);
	if (!strcmp(word, "spin"))
		return spin(number);
	fprintf(stderr, "usage: see the head of probe.c\n");
	return 2;
}
