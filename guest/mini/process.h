/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * process.h - a process, from fork to wait.
 *
 * The kernel runs with upcalls disabled, always: traps and system calls enter
 * it so, and it gives up the processor only where it sleeps. So what it does
 * between two sleeps is one step as far as other processes and events can see,
 * and there are no locks.
 */
#ifndef MINI_PROCESS_H
#define MINI_PROCESS_H

#include "abi.h"
#include "sched.h"
#include "space.h"
#include "trap.h"

#define MAX_PROCESSES 512

enum state {
	UNUSED,
	RUNNABLE,      /* on the run queue, or running */
	SLEEPING,      /* on a queue; kill ends the sleep */
	SLEEPING_DISK, /* on a queue; only an event ends it */
	ZOMBIE,        /* has ended; its parent has not waited yet */
};

struct file;
struct inode;

struct process {
	/* Scheduling: sched.c */
	uint32_t saved_esp; /* first: entry.S knows */
	uint32_t stack;     /* gpa of its page of kernel stack */
	enum state state;
	struct process *next; /* on the queue */
	struct queue *queue;
	uint64_t wake_at;
	uint64_t cpu; /* ns, up to the last switch */
	uint8_t fpu[512] __attribute__((aligned(16)));

	/* Family: process.c */
	int pid, group;
	struct process *parent, *children, *sibling;
	struct queue child_ended;
	int status; /* once it has ended, or is about to: killed */
	bool killed;
	char name[MINI_NAME];

	struct space space;
	struct file *files[MINI_FILES];
	struct inode *cwd;
};

extern struct process *current;

/* The frame by which current came from user mode: at its stack's top. */
struct trap_frame *user_frame(struct process *p);

/* Makes process 1, which will run start() and then return to user mode. */
void process_init(void (*start)(void));

int process_fork(void);
void process_exit(int status) NORETURN;
int process_wait(int pid, int *status, int flags);

/* Ends p as soon as it leaves the kernel. */
void process_kill(struct process *p, int status);
int process_kill_pid(int pid, int status); /* or a group: pid < 0 */

struct process *process_find(int pid);
struct process *process_slot(unsigned int index); /* or NULL */

#endif /* MINI_PROCESS_H */
