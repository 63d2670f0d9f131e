// SPDX-License-Identifier: GPL-2.0-only
/*
 * target.c - a program for a debugger to look at: known calls, values and
 * signals (debug.exp).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

volatile int watched;

int twice(int x)
{
	int result = 2 * x;

	watched = result;
	return result;
}

static void on_usr1(int sig)
{
	watched = -sig;
}

int main(int argc, char *argv[])
{
	int i, sum = 0;

	signal(SIGUSR1, on_usr1);
	for (i = 1; i <= 5; i++)
		sum += twice(i);
	raise(SIGUSR1);
	if (open("/does/not/exist", O_RDONLY) < 0)
		printf("sum %d watched %d\n", sum, watched);
	fflush(stdout);
	(void)argv;
	if (argc > 1)
		return 3;
	*(volatile int *)16 = 1;
	return 4;
}
