// SPDX-License-Identifier: GPL-2.0-only
/*
 * debug.c - one process steps and watches another.
 */
#include "checks.h"

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

void single_step(void)
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

void watchpoint(void)
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

