// SPDX-License-Identifier: GPL-2.0-only
/*
 * traps.c - exceptions and the upcall: what user programs may not do ends them,
 * and nothing else.
 */
#include "traps.h"
#include "mmu.h"
#include "print.h"
#include "process.h"

#define INT_RETURN 0x82cdu /* the bytes of int $0x82 */

extern const char user_copy_start[], user_copy_end[], user_copy_fault[];
void syscall_entry(void); /* entry.S */
void do_work(void);       /* called from there */

static const char *const names[] = {
	[0] = "divide error",
	[1] = "debug trap",
	[3] = "breakpoint",
	[4] = "overflow",
	[5] = "bound range exceeded",
	[6] = "invalid opcode",
	[7] = "no FPU",
	[10] = "invalid TSS",
	[11] = "segment not present",
	[12] = "stack fault",
	[13] = "general protection",
	[14] = "page fault",
	[16] = "FPU error",
	[17] = "alignment check",
	[19] = "SSE error",
};

void do_work(void)
{
	if (current->killed)
		process_exit(current->status);
	sched_yield();
}

static void leave(const struct trap_frame *frame)
{
	if (from_user(frame))
		while (work)
			do_work();
}

static void kill_by_trap(const struct trap_frame *frame)
{
	print("[%d %s] killed: %s (error 0x%x) at eip 0x%x\n", current->pid,
	      current->name, names[frame->vector], frame->error, frame->eip);
	process_exit(STATUS_KILLED + KILLED_FAULT);
}

static NORETURN void kernel_trap(const struct trap_frame *frame)
{
	panic("%s in the kernel, eip 0x%x, error 0x%x, address 0x%x",
	      names[frame->vector], frame->eip, frame->error,
	      vcpu()->fault_address);
}

/* [TRAP-8]: a program that left a strange selector in ss ends here, when the
 * kernel tries to return to it. */
static bool refused_return(const struct trap_frame *frame)
{
	return current && frame->vector == 13 &&
	       *(const uint16_t *)frame->eip == INT_RETURN;
}

static void exception(struct trap_frame *frame)
{
	if (!from_user(frame) && !refused_return(frame))
		kernel_trap(frame);
	kill_by_trap(frame);
}

static void kill_by_fault(const struct trap_frame *frame, uint32_t va, int error)
{
	if (error == -ENOMEM)
		print("[%d %s] killed: out of memory\n", current->pid, current->name);
	else
		print("[%d %s] killed: page fault at 0x%08x (%s) at eip 0x%x\n",
		      current->pid, current->name, va,
		      frame->error & 2 ? "write" : "read", frame->eip);
	process_exit(STATUS_KILLED +
		     (error == -ENOMEM ? KILLED_MEMORY : KILLED_FAULT));
}

/* The kernel's own faults are in user_copy, on behalf of current. */
static void page_fault(struct trap_frame *frame)
{
	uint32_t va = READ_ONCE(vcpu()->fault_address);
	bool user = from_user(frame);
	bool copying = !user && frame->eip >= (uint32_t)user_copy_start &&
		       frame->eip < (uint32_t)user_copy_end;
	int error = -EFAULT;

	if (!user && !copying)
		kernel_trap(frame);
	if (va < USER_END)
		error = space_fault(&current->space, va, frame->error & 2);
	if (error && copying)
		frame->eip = (uint32_t)user_copy_fault;
	else if (error)
		kill_by_fault(frame, va, error);
	leave(frame);
}

/* All events of an upcall are handled before anybody is pre-empted for it. */
static void upcall(struct trap_frame *frame)
{
	event_dispatch(frame);
	leave(frame);
}

void traps_init(void)
{
	int error = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i])
			error |= trap_handle(i, i == 14 ? page_fault : exception, 0);
	error |= trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	error |= trap_enter(SILK_I386_VECTOR_CALL, syscall_entry,
			    SILK_TRAP_USER | SILK_TRAP_MASK);
	if (error)
		panic("the hypervisor refused the trap table");
}
