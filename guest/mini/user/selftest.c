// SPDX-License-Identifier: GPL-2.0-only
/*
 * selftest.c - mini's test of itself; the guest's command line word "autotest"
 * runs it and powers off. Each test says whether it passed, and the last line
 * is "selftest: N passed, N failed".
 */
#include "mini.h"

#define PAGE 4096u
#define MB   (1024u * 1024)

static int run(char *program, char *argument)
{
	char path[MINI_PATH], *argv[] = { program, argument, NULL };
	int pid = fork(), status = -1;

	if (pid == 0) {
		format(path, sizeof(path), "/bin/%s", program);
		exit(exec(path, argv) < 0 ? 126 : 0);
	}
	return wait(pid, &status, 0) == pid ? status : -1;
}

static bool test_ids(void)
{
	int me = getpid(), pid = fork(), status;

	if (pid == 0)
		exit(getppid() == me && getpid() != me ? 42 : 0);
	return wait(pid, &status, 0) == pid && status == 42 && wait(-1, NULL, 0) == -ECHILD;
}

static bool test_copy_on_write(void)
{
	static volatile int value = 1;
	int pid = fork(), status;

	if (pid == 0) {
		value = 2;
		exit(value);
	}
	return wait(pid, &status, 0) == pid && status == 2 && value == 1;
}

static bool test_many_forks(void)
{
	return run("forktest", "60") == 0;
}

static bool all_zero(const char *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static bool test_memory(void)
{
	char *p = allocate(MB);

	if (!p || !all_zero(p, MB))
		return false;
	memset(p, 0xaa, MB);
	CALL(sbrk, -(int)MB, 0, 0);
	return allocate(MB) == p && all_zero(p, MB);
}

static bool test_shrunk_heap(void)
{
	int pid = fork(), status;

	if (pid == 0) {
		volatile char *p = allocate(MB);

		p[0] = 1;
		CALL(sbrk, -(int)MB, 0, 0);
		p[0] = 1;
		exit(0);
	}
	return wait(pid, &status, 0) == pid && status == STATUS_KILLED + KILLED_FAULT;
}

/* More than the guest has: only the burner ends, and all of it comes back. */
static bool test_out_of_memory(void)
{
	struct mini_memory before, after;

	run("echo", "selftest: using up all memory");
	meminfo(&before);
	if (run("memhog", NULL) != STATUS_KILLED + KILLED_MEMORY)
		return false;
	meminfo(&after);
	return after.free_pages + after.free_table_frames + 64 >=
	       before.free_pages + before.free_table_frames;
}

static bool test_bad_accesses(void)
{
	static char *const acts[] = {
		"null",
		"kernel",
		"window",
		"hypervisor",
		"text",
		"exec",
		"priv",
		"io",
		"int82",
		"int81",
		"undefined",
		"divide",
		"segment",
		"stack",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(acts); i++)
		if (run("bad", acts[i]) != STATUS_KILLED + KILLED_FAULT)
			return false;
	return true;
}

/* The kernel is given addresses that it must not touch for us. */
static bool test_bad_pointers(void)
{
	static const uint32_t bad[] = { 0, 0xc0000000, 0xefc00000, 0xf0000000,
					0xfffffff0, 0xbffffff0 };
	int fd = open("/etc/motd");

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		if (read(fd, (void *)bad[i], 32) != -EFAULT ||
		    write(1, (void *)bad[i], 32) != -EFAULT ||
		    open((char *)bad[i]) != -EFAULT ||
		    sysinfo((void *)bad[i]) != -EFAULT)
			return false;
	return close(fd) == 0;
}

static bool test_bad_calls(void)
{
	char *none[] = { NULL };

	return syscall(MINI_NR_SYSCALLS, 0, 0, 0) == -ENOSYS &&
	       syscall(-1, 0, 0, 0) == -ENOSYS && close(99) == -EBADF &&
	       open("/no/such") == -ENOENT && open("/etc/motd/x") == -ENOTDIR &&
	       exec("/etc/motd", none) == -ENOEXEC && exec("/bin", none) == -EISDIR &&
	       kill(99999) == -ESRCH && kill(1) == -EPERM;
}

/* /etc/numbers has the lines 1 to 20000, so it takes indirect blocks. */
static bool test_files(void)
{
	static char text[3000];
	uint32_t expected = 1, n = 0;
	int fd = open("/etc/numbers"), got;

	while ((got = read(fd, text, sizeof(text))) > 0) {
		for (int i = 0; i < got; i++) {
			if (text[i] != '\n') {
				n = n * 10 + (uint32_t)(text[i] - '0');
				continue;
			}
			if (n != expected++)
				return false;
			n = 0;
		}
	}
	return got == 0 && expected == 20001 && seek(fd, 2) == 0 &&
	       read(fd, text, 1) == 1 && text[0] == '2' && close(fd) == 0;
}

static bool test_directory(void)
{
	struct mini_dirent entry;
	bool found = false;
	int fd = open("/bin");

	while (readdir(fd, &entry) > 0)
		found |= !strcmp(entry.name, "selftest");
	close(fd);
	return found && chdir("/etc") == 0 && (fd = open("motd")) >= 0 &&
	       close(fd) == 0 && chdir("/") == 0;
}

/* The root file system's superblock, past the file system. */
static bool test_raw_disk(void)
{
	static uint8_t block[4096];

	return disk_read(0, 0, block) == 0 && block[1024 + 56] == 0x53 &&
	       block[1024 + 57] == 0xef && disk_read(0, 0x7fffffff, block) == -EINVAL &&
	       disk_read(0x10000, 0, block) == -EINVAL &&
	       disk_read(0, 0, (void *)0xc0000000) == -EFAULT;
}

static bool test_pipe(void)
{
	static char out[10000], in[10000];
	uint32_t got = 0;
	int fd[2], n, pid, status;

	for (uint32_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7);
	if (pipe(fd))
		return false;
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		exit(write(fd[1], out, sizeof(out)) != sizeof(out));
	}
	close(fd[1]);
	while ((n = read(fd[0], in + got, sizeof(in) - got)) > 0)
		got += (uint32_t)n;
	close(fd[0]);
	return wait(pid, &status, 0) == pid && status == 0 && got == sizeof(out) &&
	       !memcmp(in, out, sizeof(out));
}

static bool test_sleep(void)
{
	uint64_t start = now_ns(), slept;

	sleep_ms(50);
	slept = now_ns() - start;
	return slept >= 50ull * NS_PER_MS && slept < 5ull * NS_PER_S;
}

static bool test_kill(void)
{
	int sleeper = fork(), spinner, status;

	if (sleeper == 0)
		exit(sleep_ms(1000000) != 0);
	spinner = fork();
	if (spinner == 0)
		for (;;)
			continue;
	sleep_ms(20);
	return kill(sleeper) == 0 && kill(spinner) == 0 &&
	       wait(sleeper, &status, 0) == sleeper &&
	       status == STATUS_KILLED + KILLED_BY_KILL &&
	       wait(spinner, &status, 0) == spinner &&
	       status == STATUS_KILLED + KILLED_BY_KILL;
}

/* Two processes that never call the kernel but to look at the clock: each has to
 * get a good part of what both got, though neither gives it up by itself. */
static bool test_preemption(void)
{
	uint64_t end = now_ns() + 400ull * NS_PER_MS;
	uint32_t cpu[2];
	int fd[2];

	if (pipe(fd))
		return false;
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			struct mini_time t;

			do {
				for (volatile int k = 0; k < 100000; k++)
					continue;
				get_time(&t);
			} while (t.since_boot < end);
			cpu[0] = (uint32_t)divide(t.cpu, 1000, NULL);
			write(fd[1], cpu, sizeof(cpu[0]));
			exit(0);
		}
	}
	for (int i = 0; i < 2; i++)
		if (read(fd[0], &cpu[i], sizeof(cpu[i])) != sizeof(cpu[i]))
			return false;
	wait(-1, NULL, 0);
	wait(-1, NULL, 0);
	close(fd[0]);
	close(fd[1]);
	return cpu[0] > (cpu[0] + cpu[1]) / 4 && cpu[1] > (cpu[0] + cpu[1]) / 4;
}

static bool test_fpu(void)
{
	return run("fputest", "1") == 0;
}

static bool test_exit_status(void)
{
	return run("cat", "/no/such/file") == 1 && run("no-such-program", NULL) == 126 &&
	       run("uptime", NULL) == 0;
}

static const struct {
	const char *name;
	bool (*test)(void);
} tests[] = {
	{ "process numbers and exit status", test_ids },
	{ "programs and their exit status", test_exit_status },
	{ "memory is copied on write after fork", test_copy_on_write },
	{ "60 processes at once", test_many_forks },
	{ "memory comes zeroed", test_memory },
	{ "memory given back is gone", test_shrunk_heap },
	{ "bad accesses end the program only", test_bad_accesses },
	{ "bad pointers in system calls", test_bad_pointers },
	{ "bad arguments in system calls", test_bad_calls },
	{ "a file with indirect blocks", test_files },
	{ "directories", test_directory },
	{ "a disk without its file system", test_raw_disk },
	{ "pipes", test_pipe },
	{ "sleep", test_sleep },
	{ "kill", test_kill },
	{ "two spinning programs share the CPU", test_preemption },
	{ "FPU and SSE state", test_fpu },
	{ "out of memory", test_out_of_memory },
};

int main(void)
{
	unsigned int passed = 0, failed = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++) {
		bool ok = tests[i].test();

		print("selftest: %s: %s\n", ok ? "ok" : "FAILED", tests[i].name);
		passed += ok;
		failed += !ok;
	}
	print("selftest: %u passed, %u failed\n", passed, failed);
	return failed > 0;
}
