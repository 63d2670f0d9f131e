/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checks.h - what the parts of the checks share.
 *
 * Invariant: each check that is to die does so in a child, and the way in which
 * it died is what is checked.
 */
#ifndef CHECKS_H
#define CHECKS_H

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

/* main.c: one line of TAP */
void result(int good, const char *what);

/* faults.c */
int dies(void (*f)(void));	/* the signal that ended a child in f(), or 0 */
int reports(void (*f)(void));	/* with handlers: 64 + si_code, or 32 + signal */
extern uintptr_t target;
void do_read(void);		/* ... at target */
void deadly(void);
void isolation(void);
void fault_codes(void);

/* memory.c */
void memory(void);
void many_tables(void);
void files(void);
void bad_pointers(void);

/* process.c */
void children(void);
void threads(void);
void executed(void);
int exit_child(const char *number);
void clocks(void);

/* float.c */
void floating_point(void);
void registers_held(void);
void float_errors(void);

/* signals.c */
void signals(void);
void handler_repairs(void);
void queued_signals(void);
void other_stack(void);

/* debug.c */
void single_step(void);
void watchpoint(void);

#endif /* CHECKS_H */
