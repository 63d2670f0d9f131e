// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - what a user program may expect of Linux on i386, checked from
 * inside a guest (or natively: the results are the same). Prints TAP.
 *
 * Static, so that it runs without libraries.
 */
#include "checks.h"

static int number, failures;

void result(int good, const char *what)
{
	number++;
	if (!good)
		failures++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", number, what);
	fflush(stdout);
}

int main(int argc, char *argv[])
{
	if (argc == 3 && !strcmp(argv[1], "--exit"))
		return exit_child(argv[2]);
	deadly();
	isolation();
	fault_codes();
	memory();
	many_tables();
	files();
	children();
	threads();
	floating_point();
	registers_held();
	float_errors();
	signals();
	handler_repairs();
	queued_signals();
	other_stack();
	bad_pointers();
	executed();
	single_step();
	watchpoint();
	clocks();
	printf("1..%d\n# CHECKS: %d passed, %d failed\n", number,
	       number - failures, failures);
	return failures != 0;
}
