// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay.c - carry out inputs from files, each in a process of its own, without
 * a fuzzer: for make check, and for whoever looks at a finding.
 *
 * Files named text-* are inputs of the second kind, unless FUZZ_TARGET says which.
 * TAP: one line for each file. --here: all in this process, of one kind, and no TAP.
 * With one file alone it stays in this process, for
 * a debugger.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUT_MAX 65536

static int carry_out(const char *file)
{
	static uint8_t data[INPUT_MAX];
	FILE *f = fopen(file, "rb");
	const char *base;
	size_t n;

	if (!f) {
		perror(file);
		return 2;
	}
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	setenv("FUZZ_TARGET", strncmp(base, "text-", 5) ? "calls" : "text", 0);
	return LLVMFuzzerTestOneInput(data, n);
}

static int in_child(const char *file)
{
	int status = 1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(carry_out(file));
	if (child < 0 || waitpid(child, &status, 0) < 0)
		perror("fork");
	return status;
}

int main(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: replay [--here] INPUT...\n");
		return 2;
	}
	if (!strcmp(argv[1], "--here")) {
		for (i = 2; i < argc; i++)
			failed |= carry_out(argv[i]);
		return failed;
	}
	if (argc == 2)
		return carry_out(argv[1]);
	for (i = 1; i < argc; i++) {
		int bad = in_child(argv[i]);

		printf("%s %d - replay of %s\n", bad ? "not ok" : "ok", i, argv[i]);
		failed |= bad;
	}
	printf("1..%d\n", argc - 1);
	return failed != 0;
}
