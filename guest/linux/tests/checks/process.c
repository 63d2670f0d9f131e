// SPDX-License-Identifier: GPL-2.0-only
/*
 * process.c - processes, threads, programs, clocks.
 */
#include "checks.h"

void children(void)
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

void threads(void)
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

void executed(void)
{
	char number[16], variable[32];
	int i, status, good = 1;
	pid_t pid;

	for (i = 0; i < 100; i++) {
		char *argv[] = { "checks", "--exit", number, NULL };
		char *envp[] = { variable, NULL };

		snprintf(number, sizeof(number), "%d", i);
		snprintf(variable, sizeof(variable), "CHECKS=%d", i);
		pid = fork();
		if (!pid) {
			execve("/proc/self/exe", argv, envp);
			_exit(255);
		}
		good &= waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
			WEXITSTATUS(status) == (2 * i & 0xff);
	}
	result(good, "100 programs get their arguments and environment");
	result(execl("/", "/", (char *)NULL) < 0 && errno == EACCES,
	       "a directory is no program");
}

/* What --exit does: twice the number, from both places. */
int exit_child(const char *number)
{
	const char *variable = getenv("CHECKS");

	return variable ? (atoi(number) + atoi(variable)) & 0xff : 255;
}

void clocks(void)
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

