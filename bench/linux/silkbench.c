// SPDX-License-Identifier: GPL-2.0-only
/*
 * silkbench.c - what Linux's services cost, row by row: run in a SILK guest and
 * in the same kernel on the bare machine, the ratio is what SILK costs.
 *
 *	silkbench [-t MS] [-r REPS] [-n N] [-i] [-d DIR] [-b DEVICE] [-o ROWS] [-x ROWS]
 *
 * Each repetition takes about MS milliseconds (300), or does N units. ROWS is a
 * list, by commas, of what names begin with: only these (-o), all but these (-x).
 * DIR is on a tmpfs (/tmp), DEVICE is what the blk rows read, directly. With -i
 * time in which the processor was idle doesn't count: for blk rows where an
 * instruction is a nanosecond. A line for each row:
 *
 *	SB NAME MEDIAN UNIT best BEST reps REPS n UNITS
 *
 * Invariant: as the first program of a system it does its work in a child, since
 * the kernel treats signals of process 1 in a way of its own, and credits the
 * random generator first: a kernel without a seed computes its random numbers at
 * a greater cost, which a guest that gets a seed at boot would be compared with.
 */
#define _GNU_SOURCE
#include "silkbench.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPS_MAX 63

const char *dir = "/tmp", *device;
char self[256];

static double rep_ns = 300e6;
static int reps = 5;
static long fixed_units;
static bool without_idle;
static const char *only, *skipped = "";
static char path[256];

void need(bool good, const char *what)
{
	if (good)
		return;
	printf("SBERR %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

char *map(size_t bytes, int flags, int fd)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

char *map_anon(size_t bytes)
{
	return map(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

void touch(volatile char *p, long pages)
{
	long i;

	for (i = 0; i < pages; i++)
		p[i * PAGE] = 1;
}

const char *in_dir(const char *name, int number)
{
	snprintf(path, sizeof(path), "%s/silkbench.%s%d", dir, name, number);
	return path;
}

void reap(pid_t pid)
{
	int status;

	need(pid > 0 && waitpid(pid, &status, 0) == pid && !status, "child");
}

/* ---- measuring ---- */

/* Idle, and idle while somebody waits for a disk: in hundredths of a second. */
static double idle_ns(void)
{
	FILE *f = fopen("/proc/stat", "r");
	double idle, wait;

	need(f && fscanf(f, "cpu %*s %*s %*s %lf %lf", &idle, &wait) == 2, "/proc/stat");
	fclose(f);
	return (idle + wait) * 1e7;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double timed(const struct row *r, long n)
{
	double idle = without_idle ? idle_ns() : 0;
	double start = now_ns(), took;

	r->run(n);
	took = now_ns() - start;
	if (without_idle)
		took -= idle_ns() - idle;
	return took;
}

/* How many units take about rep_ns; as many are done on the way there. */
static long units(const struct row *r)
{
	long n = 1;
	double took;

	if (fixed_units)
		return fixed_units;
	while ((took = timed(r, n)) < rep_ns / 4)
		n = took < rep_ns / 50 ? n * 5 : (long)(n * rep_ns / took / 2) + 1;
	n = (long)(n * rep_ns / took);
	return n ? n : 1;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of one unit, as the row wants it shown. */
static double shown(const struct row *r, double ns)
{
	return r->bytes ? r->bytes * 1e3 / ns : ns / r->divide;
}

static void measure(const struct row *r)
{
	double took[REPS_MAX];
	int i;
	long n;

	if (r->begin && r->begin()) {
		printf("SB %s - skipped\n", r->name);
		return;
	}
	n = units(r);
	if (fixed_units)
		r->run(n);
	for (i = 0; i < reps; i++)
		took[i] = timed(r, n) / n;
	if (r->end)
		r->end();
	qsort(took, reps, sizeof(took[0]), by_size);
	printf("SB %s %.3f %s best %.3f reps %d n %ld\n", r->name,
	       shown(r, (took[(reps - 1) / 2] + took[reps / 2]) / 2), r->unit,
	       shown(r, took[0]), reps, n);
}

/* ---- which rows ---- */

static bool listed(const char *list, const char *name)
{
	size_t length;

	for (; *list; list += length + (list[length] == ',')) {
		length = strcspn(list, ",");
		if (length && !strncmp(name, list, length))
			return true;
	}
	return false;
}

static void measure_all(const struct row *r)
{
	for (; r->name; r++) {
		if ((only && !listed(only, r->name)) || listed(skipped, r->name))
			continue;
		measure(r);
		fflush(stdout);
	}
}

static void options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "t:r:n:id:b:o:x:")) != -1) {
		switch (option) {
		case 't':
			rep_ns = atof(optarg) * 1e6;
			break;
		case 'r':
			reps = atoi(optarg);
			break;
		case 'n':
			fixed_units = atol(optarg);
			break;
		case 'i':
			without_idle = true;
			break;
		case 'd':
			dir = optarg;
			break;
		case 'b':
			device = optarg;
			break;
		case 'o':
			only = optarg;
			break;
		case 'x':
			skipped = optarg;
			break;
		default:
			exit(2);
		}
	}
	if (reps < 1 || reps > REPS_MAX || rep_ns <= 0 || fixed_units < 0) {
		fprintf(stderr, "silkbench: -r 1 to %d, -t and -n above 0\n", REPS_MAX);
		exit(2);
	}
}

/* ---- as the first program ---- */

static void seed_random(void)
{
	struct {
		struct rand_pool_info info;
		unsigned char bytes[64];
	} seed = { .info = { .entropy_count = 512, .buf_size = 64 } };
	int fd = open("/dev/urandom", O_WRONLY);

	need(fd >= 0 && !ioctl(fd, RNDADDENTROPY, &seed), "/dev/urandom");
	close(fd);
}

/* The parent waits and ends the system; the child comes back. */
static void first_program(void)
{
	pid_t pid;

	mount("proc", "/proc", "proc", 0, NULL);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("tmp", "/tmp", "tmpfs", 0, NULL);
	seed_random();
	pid = fork();
	if (!pid)
		return;
	waitpid(pid, NULL, 0);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	ssize_t length;

	if (argc > 1 && !strcmp(argv[1], "--true"))
		_exit(0);
	if (argc > 2 && !strcmp(argv[1], "--mix")) {
		dir = argv[2];
		_exit(mix_child());
	}
	options(argc, argv);
	if (getpid() == 1)
		first_program();
	length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	need(length > 0, "/proc/self/exe");
	self[length] = 0;
	signal(SIGPIPE, SIG_IGN);
	printf("SBSTART bits %d ms %.0f reps %d\n", (int)sizeof(long) * 8,
	       rep_ns / 1e6, reps);
	measure_all(rows_alone);
	measure_all(rows_between);
	printf("SBDONE\n");
	return 0;
}
