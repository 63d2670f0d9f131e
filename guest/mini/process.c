// SPDX-License-Identifier: GPL-2.0-only
/*
 * process.c - the life of processes.
 *
 * Invariants: a process that is not UNUSED has a kernel stack, and is on its
 * parent's list of children, but for process 1; one that is a ZOMBIE has no
 * address space and no files any more.
 */
#include "process.h"
#include "exec.h"
#include "file.h"
#include "mmu.h"
#include "page.h"
#include "print.h"

#define STACK_MAGIC 0x5ac4b07eu /* at the bottom of each kernel stack */

void process_start(void); /* entry.S */
void return_to_user(void);

static struct process table[MAX_PROCESSES];
static struct process *init;   /* process 1 */
static struct process *unused; /* slots that were in use once */
static unsigned int used;      /* slots before it were */
static int last_pid;
static bool wrapped; /* a number may be in use still */

struct trap_frame *user_frame(struct process *p)
{
	return (struct trap_frame *)((char *)gpa_to_va(p->stack) + PAGE_SIZE) - 1;
}

static uint32_t *stack_bottom(const struct process *p)
{
	return gpa_to_va(p->stack);
}

struct process *process_find(int pid)
{
	for (unsigned int i = 0; i < MAX_PROCESSES; i++)
		if (table[i].state != UNUSED && table[i].pid == pid)
			return &table[i];
	return NULL;
}

struct process *process_slot(unsigned int index)
{
	return index < MAX_PROCESSES ? &table[index] : NULL;
}

static int new_pid(void)
{
	do {
		if (last_pid == INT32_MAX) {
			last_pid = 1;
			wrapped = true;
		}
		last_pid++;
	} while (wrapped && process_find(last_pid));
	return last_pid;
}

/* What context_switch finds on the stack of a process that never ran. */
static void prepare_stack(struct process *p, void (*start)(void))
{
	uint32_t *at = (uint32_t *)user_frame(p);

	*--at = (uint32_t)start;
	*--at = (uint32_t)process_start;
	for (int i = 0; i < 4; i++)
		*--at = 0; /* ebp, ebx, esi, edi */
	*--at = 0;         /* fs */
	*--at = 0;         /* gs */
	p->saved_esp = (uint32_t)at;
	*stack_bottom(p) = STACK_MAGIC;
}

static void free_process(struct process *p)
{
	if (p->stack)
		page_free(p->stack);
	p->state = UNUSED;
	p->next = unused;
	unused = p;
}

static struct process *new_process(void)
{
	struct process *p = unused;

	if (p)
		unused = p->next;
	else if (used < MAX_PROCESSES)
		p = &table[used++];
	else
		return NULL;
	memset(p, 0, sizeof(*p));
	p->stack = page_alloc();
	if (!p->stack) {
		free_process(p);
		return NULL;
	}
	p->pid = new_pid();
	return p;
}

void process_init(void (*start)(void))
{
	struct trap_frame *frame;

	init = new_process();
	if (!init || space_create(&init->space) < 0)
		panic("no memory for process 1");
	frame = user_frame(init);
	memset(frame, 0, sizeof(*frame));
	frame->cs = SILK_I386_USER_CS;
	frame->ss = frame->ds = frame->es = SILK_I386_USER_DS;
	frame->eflags = SILK_VIF | 2;
	strcpy(init->name, "init");
	init->group = init->pid;
	fpu_new(init);
	prepare_stack(init, start);
	sched_wake(init);
}

static void nothing(void)
{
}

int process_fork(void)
{
	struct process *p = new_process();
	int error;

	if (!p)
		return -EAGAIN;
	error = space_copy(&p->space, &current->space);
	if (error) {
		free_process(p);
		return error;
	}
	*user_frame(p) = *user_frame(current);
	user_frame(p)->eax = 0;
	prepare_stack(p, nothing);
	/* fs and gs are in the registers, not in the frame */
	__asm__ volatile("movl %%gs, %0"
			 : "=r"(((uint32_t *)p->saved_esp)[0]));
	__asm__ volatile("movl %%fs, %0"
			 : "=r"(((uint32_t *)p->saved_esp)[1]));
	fpu_copy(p);
	memcpy(p->name, current->name, sizeof(p->name));
	p->group = current->group;
	files_copy(p, current);
	p->parent = current;
	p->sibling = current->children;
	current->children = p;
	sched_wake(p);
	return p->pid;
}

static void give_children_to_init(void)
{
	struct process *child;

	while ((child = current->children) != NULL) {
		current->children = child->sibling;
		child->parent = init;
		child->sibling = init->children;
		init->children = child;
	}
	wake_all(&init->child_ended);
}

void process_exit(int status)
{
	if (current == init)
		panic("init ended with status %d", status);
	if (*stack_bottom(current) != STACK_MAGIC)
		panic("process %d used up its kernel stack", current->pid);
	files_close(current);
	sched_load(info()->boot_directory);
	space_destroy(&current->space);
	give_children_to_init();
	current->status = status;
	current->state = ZOMBIE;
	wake_all(&current->parent->child_ended);
	sched_exit();
}

static int reap(struct process **link, int *status)
{
	struct process *p = *link;
	int pid = p->pid;

	*link = p->sibling;
	*status = p->status;
	free_process(p);
	return pid;
}

int process_wait(int pid, int *status, int flags)
{
	for (;;) {
		struct process **link = &current->children;
		bool any = false;

		for (; *link; link = &(*link)->sibling) {
			if (pid != -1 && (*link)->pid != pid)
				continue;
			any = true;
			if ((*link)->state == ZOMBIE)
				return reap(link, status);
		}
		if (!any)
			return -ECHILD;
		if (flags & WAIT_NOHANG)
			return 0;
		if (!sleep_on(&current->child_ended))
			return -EINTR;
	}
}

void process_kill(struct process *p, int status)
{
	if (p->state == ZOMBIE || p->state == UNUSED || p->killed || p == init)
		return;
	p->killed = true;
	p->status = status;
	if (p == current)
		work = 1;
	if (p->state == SLEEPING)
		sched_wake(p);
}

int process_kill_pid(int pid, int status)
{
	int result = -ESRCH;

	for (struct process *p = table; p < table + MAX_PROCESSES; p++) {
		if (p->state == UNUSED || (pid < 0 ? p->group != -pid : p->pid != pid))
			continue;
		process_kill(p, status);
		result = p == init ? -EPERM : 0;
	}
	return result;
}
