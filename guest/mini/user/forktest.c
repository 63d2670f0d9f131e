// SPDX-License-Identifier: GPL-2.0-only
/*
 * forktest.c - forktest [N [MS]]: N children at one time, each of which changes
 * memory that it shares with the others until then, and sleeps MS milliseconds;
 * then all are waited for.
 */
#include "mini.h"

#define WORDS 4096u /* four pages */

static uint32_t shared[WORDS];

static NORETURN void child(uint32_t n, uint32_t ms)
{
	for (uint32_t i = 0; i < WORDS; i++)
		shared[i] += n;
	sleep_ms(ms);
	for (uint32_t i = 0; i < WORDS; i++)
		if (shared[i] != i + n)
			exit(1);
	exit(0);
}

int main(int argc, char **argv)
{
	uint32_t n = number(argc > 1 ? argv[1] : NULL, 20), started = 0, failed = 0;
	uint32_t ms = number(argc > 2 ? argv[2] : NULL, 20);
	int status;

	for (uint32_t i = 0; i < WORDS; i++)
		shared[i] = i;
	for (uint32_t i = 1; i <= n; i++) {
		int pid = fork();

		if (pid == 0)
			child(i, ms);
		if (pid < 0) {
			print("forktest: fork %u: %s\n", i, error_text(pid));
			break;
		}
		started++;
	}
	for (uint32_t i = 0; i < started; i++)
		if (wait(-1, &status, 0) < 0 || status != 0)
			failed++;
	for (uint32_t i = 0; i < WORDS; i++)
		if (shared[i] != i)
			failed++;
	print("forktest: %u children, %u failed\n", started, failed);
	return failed > 0 || started < n;
}
