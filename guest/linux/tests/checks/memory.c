// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - mappings: copy on write, protection, files, page tables in number.
 */
#include "checks.h"

void memory(void)
{
	const size_t bytes = 8 << 20;
	volatile int *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t i, step = PAGE / sizeof(int), n = bytes / sizeof(int);
	int good = 1, status;
	pid_t pid;
	int *q;

	for (i = 0; i < n; i += step)
		good &= p[i] == 0;
	for (i = 0; i < n; i += step)
		p[i] = i;
	pid = fork();
	if (!pid) {
		for (i = 0; i < n; i += step)
			good &= p[i] == (int)i;
		for (i = 0; i < n; i += step)
			p[i] = -1;
		_exit(!good);
	}
	waitpid(pid, &status, 0);
	for (i = 0; i < n; i += step)
		good &= p[i] == (int)i;
	result(good && status == 0, "copy on write keeps parent and child apart");

	mprotect((void *)p, bytes, PROT_NONE);
	target = (uintptr_t)p + bytes / 2;
	result(dies(do_read) == SIGSEGV, "PROT_NONE takes the right to read");
	mprotect((void *)p, bytes, PROT_READ | PROT_WRITE);
	for (good = 1, i = 0; i < n; i += step)
		good &= p[i] == (int)i;
	result(good, "and giving it back brings the data back");

	q = mremap((void *)p, bytes, 2 * bytes, MREMAP_MAYMOVE);
	for (good = q != MAP_FAILED, i = 0; good && i < n; i += step)
		good &= q[i] == (int)i;
	result(good, "mremap takes the data along");
	madvise(q, 2 * bytes, MADV_DONTNEED);
	for (good = 1, i = 0; i < n; i += step)
		good &= q[i] == 0;
	result(good, "MADV_DONTNEED leaves zeros");
	munmap(q, 2 * bytes);
}

/* Pages 4 MB apart want a page table each: more than a guest begins with. */
#define APART	(4u << 20)
#define SPREAD	500

static int spread(int seed)
{
	char *p = mmap(NULL, SPREAD * APART, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int i, good = p != MAP_FAILED;

	for (i = 0; good && i < SPREAD; i++)
		p[i * APART] = (char)(i + seed);
	usleep(200000);
	for (i = 0; good && i < SPREAD; i++)
		good &= p[i * APART] == (char)(i + seed);
	return good;
}

void many_tables(void)
{
	int i, status, good = 1;

	for (i = 0; i < 5; i++)
		if (!fork())
			_exit(!spread(i));
	for (i = 0; i < 5; i++)
		good &= wait(&status) > 0 && status == 0;
	result(good, "five processes of 500 page tables each");
}

void files(void)
{
	char name[] = "/tmp/checks.XXXXXX", *map;
	int fd = mkstemp(name), good = 1;
	unsigned int i;
	pid_t pid;

	unlink(name);
	good &= ftruncate(fd, 64 * PAGE) == 0;
	map = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	pid = fork();
	if (!pid) {
		for (i = 0; i < 64; i++)
			map[i * PAGE] = i + 1;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	for (i = 0; i < 64; i++) {
		char c = 0;

		good &= pread(fd, &c, 1, i * PAGE) == 1 && c == (char)(i + 1);
		good &= map[i * PAGE] == (char)(i + 1);
	}
	result(good, "a shared file mapping is seen by read()");
	munmap(map, 64 * PAGE);
	close(fd);
}

/* The kernel copies from and to where the program may not. */
void bad_pointers(void)
{
	static const uintptr_t addresses[] = {
		0x10, 0xc0000000, 0xc0400000, 0xefc10000, 0xf0000000,
		0xffffff00,
	};
	int fd = open("/dev/zero", O_RDWR), pipes[2], good = pipe(pipes) == 0;
	unsigned int i;

	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		good &= read(fd, (void *)addresses[i], 16) < 0 && errno == EFAULT;
		good &= write(pipes[1], (void *)addresses[i], 16) < 0 &&
			errno == EFAULT;
	}
	result(good, "system calls refuse pointers that are not ours");
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}

