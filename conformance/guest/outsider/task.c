// SPDX-License-Identifier: GPL-2.0-only
/* task.c - user programs, their system calls, and whose turn it is. */
#include "kernel.h"

#define SLICE (5 * MS)

static struct task tasks[4];
struct task *current;
static u32 switches;

static struct task *task_new(void)
{
	struct task *t;

	for (t = tasks; t < tasks + ARRAY_SIZE(tasks); t++) {
		if (t->pid)
			continue;
		t->pid = (u32)(t - tasks) + 1;
		t->dir = mm_new();
		t->frame = (struct frame *)(t->stack + sizeof(t->stack)) - 1;
		return t;
	}
	return NULL;
}

static struct task *task_start(const char *blob, const char *end)
{
	struct task *t = task_new();

	t->blob = blob;
	t->blob_size = (u32)(end - blob);
	*t->frame = (struct frame){
		.ds = SILK_I386_USER_DS,
		.es = SILK_I386_USER_DS,
		.ss = SILK_I386_USER_DS,
		.cs = SILK_I386_USER_CS,
		.eip = USER_TEXT,
		.esp = USER_STACK,
		.eflags = SILK_VIF | 2,
	};
	t->ready = true;
	return t;
}

static void load(struct task *t)
{
	current = t;
	VCPU->kernel_sp = (u32)(t->stack + sizeof(t->stack)); /* [TRAP-15] */
	mmu_commit();
	must(hypercall(pt_switch, t->dir), "pt_switch");
	set_timer(now() + SLICE);
}

/* The memory goes at once; the stack that we are on stays with its slot. */
static void task_end(struct task *t)
{
	t->ready = false;
	mmu_commit();
	must(hypercall(pt_switch, kernel_dir), "pt_switch");
	mm_free(t->dir);
	t->dir = 0;
}

struct frame *schedule(void)
{
	struct task *t = current;
	u32 i;

	need_resched = false;
	if (current->ready)
		current->preempted++;
	for (i = 0; i < ARRAY_SIZE(tasks) && stopping; i++)
		if (tasks[i].ready)
			task_end(&tasks[i]);
	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		t = t + 1 < tasks + ARRAY_SIZE(tasks) ? t + 1 : tasks;
		if (!t->ready)
			continue;
		switches += t != current;
		load(t);
		return t->frame;
	}
	current = NULL;
	leave_user();
}

void kill_current(struct frame *f)
{
	current->killed = true;
	current->code = f->vector;
	current->error = f->error;
	current->address = VCPU->fault_address;
	say("outsider: task %u killed by trap %u at 0x%x, address 0x%x\n", current->pid,
	    f->vector, f->eip, current->address);
	task_end(current);
}

static u32 sys_fork(struct frame *f)
{
	struct task *t = task_new();

	if (!t)
		return (u32)-SILK_ENOMEM;
	t->blob = current->blob;
	t->blob_size = current->blob_size;
	*t->frame = *f;
	t->frame->eax = 0;
	mm_fork(t->dir, current->dir);
	t->ready = true;
	return t->pid;
}

/* The user's pages may come in while they are copied: by a fault of the kernel's. */
static u32 sys_write(u32 address, u32 length)
{
	char text[64];

	if (length > sizeof(text))
		length = sizeof(text);
	if (!mm_user_range(address, length))
		return (u32)-SILK_EFAULT;
	memcpy(text, (const void *)address, length);
	write_console(text, length);
	return length;
}

void syscall(struct frame *f)
{
	switch (f->eax) {
	case SYS_EXIT:
		current->code = f->ebx;
		task_end(current);
		break;
	case SYS_WRITE:
		f->eax = sys_write(f->ebx, f->ecx);
		break;
	case SYS_FORK:
		f->eax = sys_fork(f);
		break;
	case SYS_PREEMPTED:
		f->eax = current->preempted;
		break;
	case SYS_YIELD:
		f->eax = 0;
		need_resched = true;
		break;
	default:
		f->eax = (u32)-SILK_EUNKNOWN;
	}
}

void run_tasks(void)
{
	u32 pages = pages_free(), tables = tables_free();
	struct task *worker, *rogue, *child = &tasks[2];

	worker = task_start(user_worker, user_worker_end);
	rogue = task_start(user_rogue, user_rogue_end);
	need_resched = false;
	load(worker);
	run_user(worker->frame);
	set_timer(0);
	need_resched = false;
	if (!stopping) {
		check(!worker->killed && worker->code == 1, "the worker did its work");
		check(!child->killed && child->code == 2, "and so did its child");
		check(rogue->killed && rogue->code == 14 && rogue->error == 4 &&
			      rogue->address == 0xc0400000,
		      "the rogue was killed at the kernel's door");
		check(switches >= 4, "they took turns");
	}
	check(pages_free() == pages && tables_free() == tables, "all their memory came back");
}
