// SPDX-License-Identifier: GPL-2.0-only
/*
 * between.c - rows of several processes, of files and disks.
 *
 * Invariant: a row's server is killed and its files are gone when it ends.
 */
#define _GNU_SOURCE
#include "silkbench.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STREAM_BLOCK   65536
#define HEADERS        20
#define HEADER_BYTES   16384
#define MIX_PAGES      200
#define MIX_CHILDREN   50
#define DISK_BYTES_MAX (256 * MB)

/* The end of the other side ends a child that serves it. */
static void take(int fd, void *to, size_t bytes)
{
	char *p = to;

	while (bytes) {
		ssize_t n = read(fd, p, bytes);

		if (n <= 0)
			_exit(0);
		p += n;
		bytes -= n;
	}
}

static void give(int fd, const void *from, size_t bytes)
{
	const char *p = from;

	while (bytes) {
		ssize_t n = write(fd, p, bytes);

		if (n <= 0)
			_exit(0);
		p += n;
		bytes -= n;
	}
}

/* ---- processes ---- */

static void vfork_exit(long n)
{
	while (n--) {
		pid_t pid = vfork();

		if (!pid)
			_exit(0);
		reap(pid);
	}
}

static void fork_exit(long n)
{
	while (n--) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		reap(pid);
	}
}

static char *resident;

static int resident_begin(void)
{
	resident = map_anon(16 * MB);
	touch(resident, 16 * MB / PAGE);
	return 0;
}

static void resident_end(void)
{
	munmap(resident, 16 * MB);
}

static void run_self(char *option, char *argument)
{
	char *args[] = { self, option, argument, NULL }, *none[] = { NULL };
	pid_t pid = fork();

	if (!pid) {
		execve(self, args, none);
		_exit(127);
	}
	reap(pid);
}

static void fork_exec(long n)
{
	while (n--)
		run_self("--true", NULL);
}

/* ---- between processes ---- */

static pid_t server;
static int to_server, from_server;

static void server_end(void)
{
	int status;

	kill(server, SIGKILL);
	waitpid(server, &status, 0);
	close(to_server);
	if (from_server != to_server)
		close(from_server);
}

static void __attribute__((noreturn)) echo_bytes(int in, int out)
{
	char c;

	for (;;) {
		take(in, &c, 1);
		give(out, &c, 1);
	}
}

static void echo(long n)
{
	char c = 'x';

	while (n--) {
		give(to_server, &c, 1);
		take(from_server, &c, 1);
	}
}

static int pipe_begin(void)
{
	int there[2], back[2];

	need(!pipe(there) && !pipe(back), "pipe");
	server = fork();
	if (!server) {
		close(there[1]);
		close(back[0]);
		echo_bytes(there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	to_server = there[1];
	from_server = back[0];
	return 0;
}

static char block[STREAM_BLOCK];

/* The client says how many blocks come; one byte says that they came. */
static void __attribute__((noreturn)) swallow(int fd)
{
	uint64_t blocks;

	for (;;) {
		take(fd, &blocks, sizeof(blocks));
		while (blocks--)
			take(fd, block, sizeof(block));
		give(fd, block, 1);
	}
}

static void stream(long n)
{
	uint64_t blocks = n;

	give(to_server, &blocks, sizeof(blocks));
	while (n--)
		give(to_server, block, sizeof(block));
	take(from_server, block, 1);
}

static int unix_begin(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return 1;
	server = fork();
	if (!server) {
		close(ends[0]);
		swallow(ends[1]);
	}
	close(ends[1]);
	to_server = from_server = ends[0];
	return 0;
}

static void loopback_up(int fd)
{
	struct ifreq request = { .ifr_name = "lo" };

	if (ioctl(fd, SIOCGIFFLAGS, &request))
		return;
	request.ifr_flags |= IFF_UP;
	ioctl(fd, SIOCSIFFLAGS, &request);
}

static int tcp_begin(bool streams)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd, on = 1;
	socklen_t length = sizeof(address);

	if (listener < 0)
		return 1;
	loopback_up(listener);
	need(!bind(listener, (void *)&address, length) && !listen(listener, 1) &&
		     !getsockname(listener, (void *)&address, &length),
	     "listen");
	server = fork();
	if (!server) {
		fd = accept(listener, NULL, NULL);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (streams)
			swallow(fd);
		echo_bytes(fd, fd);
	}
	fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	need(!connect(fd, (void *)&address, sizeof(address)), "connect");
	close(listener);
	to_server = from_server = fd;
	return 0;
}

static int pingpong_begin(void)
{
	return tcp_begin(false);
}

static int tcp_stream_begin(void)
{
	return tcp_begin(true);
}

/* ---- files ---- */

static void file_create_del(long n)
{
	const char *name = in_dir("file", 0);

	while (n--) {
		int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);

		need(fd >= 0, "create");
		close(fd);
		unlink(name);
	}
}

static int mix_begin(void)
{
	char text[HEADER_BYTES];
	int i, fd;

	for (i = 0; i < HEADER_BYTES; i++)
		text[i] = (char)(i * 31 + (i >> 5));
	for (i = 0; i < HEADERS; i++) {
		fd = open(in_dir("h", i), O_CREAT | O_TRUNC | O_WRONLY, 0600);
		if (fd < 0)
			return 1;
		give(fd, text, sizeof(text));
		close(fd);
	}
	return 0;
}

static void mix_end(void)
{
	int i;

	for (i = 0; i < HEADERS; i++)
		unlink(in_dir("h", i));
	unlink(in_dir("o", 0));
}

static unsigned int hash_file(const char *name, unsigned int hash)
{
	char text[PAGE];
	struct stat facts;
	ssize_t i, n;
	int fd;

	need(!stat(name, &facts), "stat");
	fd = open(name, O_RDONLY);
	need(fd >= 0, "open");
	while ((n = read(fd, text, sizeof(text))) > 0)
		for (i = 0; i < n; i++)
			hash = hash * 33 + (unsigned char)text[i];
	close(fd);
	return hash;
}

/* As a compiler does: 200 pages of memory, 20 headers of 16 KB read through, an
 * object of 8 KB written. */
int mix_child(void)
{
	unsigned int hash = 1;
	char text[PAGE];
	int i, fd;

	touch(map_anon(MIX_PAGES * PAGE), MIX_PAGES);
	for (i = 0; i < HEADERS; i++)
		hash = hash_file(in_dir("h", i), hash);
	memset(text, (int)hash, sizeof(text));
	fd = open(in_dir("o", 0), O_CREAT | O_TRUNC | O_WRONLY, 0600);
	need(fd >= 0, "create");
	for (i = 0; i < 2; i++)
		give(fd, text, sizeof(text));
	close(fd);
	return 0;
}

static void compile_mix(long n)
{
	int i;

	while (n--)
		for (i = 0; i < MIX_CHILDREN; i++)
			run_self("--mix", (char *)dir);
}

/* ---- disks ---- */

static int disk;
static off_t disk_bytes;
static char *disk_buffer;
static uint32_t disk_random;

static int disk_begin(void)
{
	disk = device ? open(device, O_RDONLY | O_DIRECT) : -1;
	if (disk < 0)
		return 1;
	disk_bytes = lseek(disk, 0, SEEK_END);
	if (disk_bytes > DISK_BYTES_MAX)
		disk_bytes = DISK_BYTES_MAX;
	need(disk_bytes >= 2 * MB, "the disk is too small");
	need(!posix_memalign((void **)&disk_buffer, PAGE, MB), "memory");
	memset(disk_buffer, 0, MB);
	disk_random = 12345;
	return 0;
}

static void disk_read(size_t bytes, off_t at)
{
	need(pread(disk, disk_buffer, bytes, at) == (ssize_t)bytes, "disk");
}

static void blk_seq(long n)
{
	off_t at = 0;

	while (n--) {
		disk_read(MB, at);
		at += MB;
		if (at + MB > disk_bytes)
			at = 0;
	}
}

static void blk_rand(long n)
{
	while (n--) {
		disk_random = disk_random * 1664525 + 1013904223;
		disk_read(PAGE, (disk_random >> 8) % (disk_bytes / PAGE) * PAGE);
	}
}

static void disk_end(void)
{
	close(disk);
	free(disk_buffer);
}

/* ---- the rows ---- */

const struct row rows_between[] = {
	{ "vfork_exit", "us", NULL, vfork_exit, NULL, 0, 1e3 },
	{ "fork_exit", "us", NULL, fork_exit, NULL, 0, 1e3 },
	{ "fork_exit_16mb", "us", resident_begin, fork_exit, resident_end, 0, 1e3 },
	{ "fork_exec", "us", NULL, fork_exec, NULL, 0, 1e3 },
	{ "ctx_pipe_rt", "us", pipe_begin, echo, server_end, 0, 1e3 },
	{ "unix_stream", "MB/s", unix_begin, stream, server_end, STREAM_BLOCK, 0 },
	{ "tcp_pingpong", "us", pingpong_begin, echo, server_end, 0, 1e3 },
	{ "tcp_stream", "MB/s", tcp_stream_begin, stream, server_end, STREAM_BLOCK, 0 },
	{ "file_create_del", "us", NULL, file_create_del, NULL, 0, 1e3 },
	{ "compile_mix", "ms", mix_begin, compile_mix, mix_end, 0, 1e6 },
	{ "blk_seq_1m", "MB/s", disk_begin, blk_seq, disk_end, MB, 0 },
	{ "blk_rand_4k", "us", disk_begin, blk_rand, disk_end, 0, 1e3 },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0 },
};
