// SPDX-License-Identifier: GPL-2.0-only
/*
 * signals.c - timers, handlers, queues, stacks of signals.
 */
#include "checks.h"

static volatile int alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

void signals(void)
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
	result(ms >= 190, "40 alarms, 5 ms apart, in a busy program");

	clock_gettime(CLOCK_MONOTONIC, &start);
	usleep(50000);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ms = (end.tv_sec - start.tv_sec) * 1000 +
		(end.tv_nsec - start.tv_nsec) / 1000000;
	result(ms >= 49, "sleeping 50 ms takes no less");
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

void handler_repairs(void)
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

static volatile int queue_sum, queue_count, queue_order = 1;

static void on_queued(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	queue_order &= info->si_value.sival_int == queue_count;
	queue_sum += info->si_value.sival_int;
	queue_count++;
}

void queued_signals(void)
{
	struct sigaction action = { .sa_sigaction = on_queued,
				    .sa_flags = SA_SIGINFO };
	union sigval value;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigaction(SIGRTMIN, &action, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (value.sival_int = 0; value.sival_int < 50; value.sival_int++)
		sigqueue(getpid(), SIGRTMIN, value);
	result(queue_count == 0, "blocked signals wait");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	result(queue_count == 50 && queue_sum == 50 * 49 / 2 && queue_order,
	       "and come all 50, in order, with their values");
}

static char *deep_page;

static int deep(int n)
{
	volatile char use[1024];

	memset((void *)use, n, sizeof(use));
	return n ? deep(n - 1) + use[n % 1024] : 0;
}

static void on_overflow(int sig, siginfo_t *info, void *context)
{
	char here;

	(void)sig;
	(void)context;
	_exit(&here >= deep_page && &here < deep_page + 16 * PAGE && info->si_addr ? 7 : 8);
}

/* A stack that is used up: the handler needs another one. */
void other_stack(void)
{
	struct sigaction action = { .sa_sigaction = on_overflow,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t stack = { .ss_size = 16 * PAGE };
	int status;
	pid_t pid = fork();

	if (!pid) {
		deep_page = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		stack.ss_sp = deep_page;
		sigaltstack(&stack, NULL);
		sigaction(SIGSEGV, &action, NULL);
		_exit(deep(1 << 20));
	}
	waitpid(pid, &status, 0);
	result(WIFEXITED(status) && WEXITSTATUS(status) == 7,
	       "a stack overflow is handled on another stack");
}

