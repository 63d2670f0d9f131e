// SPDX-License-Identifier: GPL-2.0-only
/*
 * checks.c - what a user program may expect of Linux on i386, checked from
 * inside a guest (or natively: the results are the same). Prints TAP.
 *
 * Static, so that it runs without libraries. Each check that is to die does so
 * in a child, and the way in which it died is what is checked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE	4096u

static int number, failures;

static void result(int good, const char *what)
{
	number++;
	if (!good)
		failures++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", number, what);
	fflush(stdout);
}

/* ---- ways to die ---- */

static volatile sig_atomic_t got_signal, got_code;
static volatile uintptr_t got_address;

static void report_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	got_signal = sig;
	got_code = info->si_code;
	got_address = (uintptr_t)info->si_addr;
	_exit(sig == SIGSEGV || sig == SIGBUS ? 64 + info->si_code % 64 : 32 + sig);
}

static void catch_all(void)
{
	static const int signals[] = { SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP };
	struct sigaction action = { .sa_sigaction = report_signal,
				    .sa_flags = SA_SIGINFO };
	unsigned int i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* Run f in a child without handlers: the signal that ended it, or 0. */
static int dies(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* The same with a handler: 64 + si_code for a fault, 32 + signal else. */
static int reports(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		catch_all();
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static uintptr_t target;

static void do_read(void)
{
	(void)*(volatile int *)target;
}

static void do_write(void)
{
	*(volatile int *)target = 1;
}

static void do_jump(void)
{
	((void (*)(void))target)();
}

#define INSTRUCTION(name, text)						\
	static void do_##name(void) { asm volatile(text : : : "memory", "eax"); }

INSTRUCTION(hlt, "hlt")
INSTRUCTION(cli, "cli")
INSTRUCTION(sti, "sti")
INSTRUCTION(in, "inb $0x80, %%al")
INSTRUCTION(out, "outb %%al, $0x80")
INSTRUCTION(cr0, "movl %%cr0, %%eax")
INSTRUCTION(cr3, "movl %%cr3, %%eax")
INSTRUCTION(lidt, "lidt 0")
INSTRUCTION(invlpg, "invlpg 0")
INSTRUCTION(rdmsr, "rdmsr")
INSTRUCTION(clts, "clts")
INSTRUCTION(int1, "int $0x1")
INSTRUCTION(int20, "int $0x20")
INSTRUCTION(int81, "int $0x81")
INSTRUCTION(int82, "int $0x82")
INSTRUCTION(intff, "int $0xff")
INSTRUCTION(ud2, "ud2")
INSTRUCTION(int3, "int3")
INSTRUCTION(into, "movb $127, %%al; addb $1, %%al; into")
INSTRUCTION(sysenter, "movl %%esp, %%ebp; sysenter")
INSTRUCTION(farcall, "lcall $0x60, $0")
INSTRUCTION(kernel_ds, "movl $0x58, %%eax; movl %%eax, %%ds")

static void do_divide(void)
{
	volatile int zero = 0, result = 7 / zero;

	(void)result;
}

static void deadly(void)
{
	static const struct {
		void (*f)(void);
		int sig;
		const char *what;
	} cases[] = {
		{ do_hlt, SIGSEGV, "hlt" }, { do_cli, SIGSEGV, "cli" },
		{ do_sti, SIGSEGV, "sti" }, { do_in, SIGSEGV, "in" },
		{ do_out, SIGSEGV, "out" }, { do_cr0, SIGSEGV, "mov from cr0" },
		{ do_cr3, SIGSEGV, "mov from cr3" },
		{ do_lidt, SIGSEGV, "lidt" }, { do_invlpg, SIGSEGV, "invlpg" },
		{ do_rdmsr, SIGSEGV, "rdmsr" }, { do_clts, SIGSEGV, "clts" },
		{ do_int1, SIGSEGV, "int 1" }, { do_int20, SIGSEGV, "int 0x20" },
		{ do_int81, SIGSEGV, "int 0x81, the upcall" },
		{ do_int82, SIGSEGV, "int 0x82, the return" },
		{ do_intff, SIGSEGV, "int 0xff" }, { do_ud2, SIGILL, "ud2" },
		{ do_int3, SIGTRAP, "int3" }, { do_into, SIGSEGV, "into" },
		{ do_sysenter, SIGSEGV, "sysenter" },
		{ do_farcall, SIGSEGV, "far call into the kernel" },
		{ do_kernel_ds, SIGSEGV, "loading a selector that isn't ours" },
		{ do_divide, SIGFPE, "division by zero" },
	};
	char what[80];
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(what, sizeof(what), "%s ends by signal %d",
			 cases[i].what, cases[i].sig);
		result(dies(cases[i].f) == cases[i].sig, what);
	}
}

static void isolation(void)
{
	static const uintptr_t addresses[] = {
		0x0, 0xc0000000, 0xc0002000, 0xc0400000, 0xefbff000, 0xefc00000,
		0xefc01000, 0xefc10000, 0xefc11000, 0xefffffff, 0xf0000000,
		0xf0100000, 0xf4000000, 0xfc000000, 0xfee00000, 0xfffff000,
	};
	char what[80];
	unsigned int i;

	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		target = addresses[i];
		snprintf(what, sizeof(what), "%08lx can't be read, written, run",
			 (unsigned long)target);
		result(dies(do_read) == SIGSEGV && dies(do_write) == SIGSEGV &&
		       dies(do_jump) == SIGSEGV, what);
	}
}

static void fault_codes(void)
{
	char *page = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	target = (uintptr_t)page;
	result(reports(do_read) == 0, "a mapped page can be read");
	result(reports(do_write) == 64 + SEGV_ACCERR,
	       "writing a read-only page reports SEGV_ACCERR");
	munmap(page, 2 * PAGE);
	result(reports(do_read) == 64 + SEGV_MAPERR,
	       "reading an unmapped page reports SEGV_MAPERR");
	result(reports(do_divide) == 32 + SIGFPE, "SIGFPE reaches a handler");
	result(reports(do_ud2) == 32 + SIGILL, "SIGILL reaches a handler");
}

/* ---- memory ---- */

static void memory(void)
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

static void many_tables(void)
{
	int i, status, good = 1;

	for (i = 0; i < 5; i++)
		if (!fork())
			_exit(!spread(i));
	for (i = 0; i < 5; i++)
		good &= wait(&status) > 0 && status == 0;
	result(good, "five processes of 500 page tables each");
}

static void files(void)
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

/* ---- processes, threads, signals ---- */

static void children(void)
{
	int i, status, good = 1;

	for (i = 0; i < 600; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(i & 0x7f);
		good &= pid > 0 && waitpid(pid, &status, 0) == pid &&
			WIFEXITED(status) && WEXITSTATUS(status) == (i & 0x7f);
	}
	result(good, "600 children, one after the other");
	for (i = 0; i < 60; i++)
		if (!fork()) {
			usleep(1000);
			_exit(0);
		}
	for (good = 1, i = 0; i < 60; i++)
		good &= wait(&status) > 0 && status == 0;
	result(good, "60 children at once");
}

static __thread int thread_number;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *thread(void *argument)
{
	int mine = (int)(intptr_t)argument, i, good = 1;

	thread_number = mine;
	for (i = 0; i < 2000; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		pthread_mutex_unlock(&mutex);
		if (i % 50 == 0)
			sched_yield();
		good &= thread_number == mine;
	}
	return (void *)(intptr_t)good;
}

static void threads(void)
{
	pthread_t id[16];
	int i, good = 1;
	void *value;

	for (i = 0; i < 16; i++)
		good &= !pthread_create(&id[i], NULL, thread, (void *)(intptr_t)(i + 1));
	for (i = 0; i < 16; i++)
		good &= !pthread_join(id[i], &value) && value;
	result(good && counter == 16 * 2000,
	       "16 threads: own variables, one counter behind a lock");
}

static const float half[4] __attribute__((aligned(16))) = { 0.5, 0.5, 0.5, 0.5 };

/*
 * Registers of the x87 and SSE units hold a process's own number while others
 * run: one asm, so that nothing else uses them meanwhile.
 */
static int compute(int seed)
{
	float v[4] = { seed, seed, seed, seed }, w[4];
	double x = seed, y;
	int rounds = 300, spin;

	asm volatile("fldl %[x]\n\t"
		     "movups %[v], %%xmm3\n"
		     "1:\n\t"
		     "movl %[yield], %%eax\n\t"
		     "int $0x80\n\t"
		     "movl $3000, %[spin]\n"
		     "2:\n\t"
		     "decl %[spin]\n\t"
		     "jnz 2b\n\t"
		     "fld1\n\t"
		     "faddp\n\t"
		     "addps %%xmm3, %%xmm3\n\t"
		     "movaps %%xmm3, %%xmm4\n\t"
		     "addps %%xmm4, %%xmm4\n\t"
		     "subps %%xmm3, %%xmm4\n\t"
		     "movaps %%xmm4, %%xmm3\n\t"
		     "mulps %[half], %%xmm3\n\t"
		     "decl %[rounds]\n\t"
		     "jnz 1b\n\t"
		     "movups %%xmm3, %[w]\n\t"
		     "fstpl %[y]"
		     : [rounds] "+r" (rounds), [spin] "=&r" (spin),
		       [w] "=m" (w), [y] "=m" (y)
		     : [x] "m" (x), [v] "m" (v), [half] "m" (half),
		       [yield] "i" (SYS_sched_yield)
		     : "eax", "memory", "xmm3", "xmm4");
	return y == seed + 300.0 && !memcmp(v, w, sizeof(v));
}

static void floating_point(void)
{
	int i, status, good = 1;

	for (i = 0; i < 6; i++)
		if (!fork())
			_exit(!compute(i + 1));
	for (i = 0; i < 6; i++)
		good &= wait(&status) > 0 && status == 0;
	result(good, "x87 and SSE registers are each process's own");
}

static volatile int alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void signals(void)
{
	struct itimerval timer = { { 0, 5000 }, { 0, 5000 } };
	struct timespec start, end;
	long ms;

	signal(SIGALRM, on_alarm);
	clock_gettime(CLOCK_MONOTONIC, &start);
	setitimer(ITIMER_REAL, &timer, NULL);
	while (alarms < 40)
		;
	memset(&timer, 0, sizeof(timer));
	setitimer(ITIMER_REAL, &timer, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ms = (end.tv_sec - start.tv_sec) * 1000 +
		(end.tv_nsec - start.tv_nsec) / 1000000;
	result(ms >= 190 && ms < 2000, "40 alarms, 5 ms apart, in a busy program");

	clock_gettime(CLOCK_MONOTONIC, &start);
	usleep(50000);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ms = (end.tv_sec - start.tv_sec) * 1000 +
		(end.tv_nsec - start.tv_nsec) / 1000000;
	result(ms >= 49 && ms < 1000, "sleeping 50 ms takes about as long");
}

static volatile char *guarded;

static void on_guard(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	if (info->si_addr == guarded + 8)
		mprotect((void *)guarded, PAGE, PROT_READ | PROT_WRITE);
	else
		_exit(1);
}

static void handler_repairs(void)
{
	struct sigaction action = { .sa_sigaction = on_guard,
				    .sa_flags = SA_SIGINFO };

	guarded = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sigaction(SIGSEGV, &action, NULL);
	guarded[8] = 77;
	result(guarded[8] == 77, "a handler repairs, the instruction is repeated");
	signal(SIGSEGV, SIG_DFL);
	munmap((void *)guarded, PAGE);
}

/* ---- debugging ---- */

static volatile int watched;

static void traced_child(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	watched = 1;
	asm volatile("nop\n\tnop\n\tnop\n\tnop");
	watched = 2;
	_exit(5);
}

static void single_step(void)
{
	int status, steps = 0;
	pid_t pid = fork();

	if (!pid)
		traced_child();
	waitpid(pid, &status, 0);
	while (steps < 100000 && WIFSTOPPED(status)) {
		ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL);
		waitpid(pid, &status, 0);
		steps++;
	}
	result(steps > 8 && WIFEXITED(status) && WEXITSTATUS(status) == 5,
	       "a process can be stepped through to its end");
}

static void watchpoint(void)
{
	const size_t dr = offsetof(struct user, u_debugreg);
	int status, hits = 0;
	pid_t pid = fork();
	long error;

	if (!pid)
		traced_child();
	waitpid(pid, &status, 0);
	error = ptrace(PTRACE_POKEUSER, pid, dr, (void *)&watched);
	error |= ptrace(PTRACE_POKEUSER, pid, dr + 7 * sizeof(long),
			(void *)0x000d0001);	/* 4 bytes, on writes */
	do {
		ptrace(PTRACE_CONT, pid, NULL, NULL);
		waitpid(pid, &status, 0);
		if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP)
			hits++;
	} while (WIFSTOPPED(status) && hits < 10);
	result(!error && hits == 2 && WIFEXITED(status), "a watchpoint is hit twice");
}

/* ---- clocks ---- */

static void clocks(void)
{
	struct timespec last, now;
	int i, good = 1;

	clock_gettime(CLOCK_MONOTONIC, &last);
	for (i = 0; i < 200000; i++) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		good &= now.tv_sec > last.tv_sec || (now.tv_sec == last.tv_sec &&
			now.tv_nsec >= last.tv_nsec);
		last = now;
	}
	result(good, "the monotonic clock never goes back");
	clock_gettime(CLOCK_REALTIME, &now);
	result(now.tv_sec > 1600000000, "the wall clock is not in the last century");
}

int main(void)
{
	deadly();
	isolation();
	fault_codes();
	memory();
	many_tables();
	files();
	children();
	threads();
	floating_point();
	signals();
	handler_repairs();
	single_step();
	watchpoint();
	clocks();
	printf("1..%d\n# CHECKS: %d passed, %d failed\n", number,
	       number - failures, failures);
	return failures != 0;
}
