/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.S - the trap path: bounce, hypercall, return to user.
 *
 * Invariants: interrupts are off in ring 0. %ss is the hypervisor's, so what
 * %esp and %ebp address is right from the first instruction; %ds and %es are
 * the guest's until they are loaded, so the fast paths write %ss: before every
 * other access. Every instruction that touches guest memory has an entry in
 * the fix-up table, and leads to the slow path in C, which decides anew.
 *
 * On entry from a guest the processor has stored, from TSS.esp0 downwards,
 * ss, esp, eflags, cs, eip; struct hot lies above (arch.h).
 */
#include "offsets.h"
#include "regs.h"
#include "silk.h"

#define HOT	20		/* from %esp at entry to struct hot */
#define SAVED	12		/* three registers pushed by a fast path */
#define EIP	0
#define CS	4
#define EFLAGS	8
#define ESP	12
#define SS	16

.macro FIXUP at, to
	.pushsection .fixup_table, "a"
	.long	\at, \to
	.popsection
.endm

	.text

/*
 * Store the frame of a trap from guest-user on the guest-kernel stack [TRAP-2].
 * In: %edx vCPU page, %ecx stack pointer already lowered; guest-kernel view
 * loaded. `at` is the offset of the processor's frame, `bad` the way out.
 */
.macro STORE_FRAME at, bad
	movl	\at+EIP(%esp), %eax
91:	movl	%eax, %ss:0(%ecx)
	FIXUP	91b, \bad
92:	movl	$SILK_I386_USER_CS, %ss:4(%ecx)
	FIXUP	92b, \bad
	movl	\at+EFLAGS(%esp), %eax
	andl	$~EFLAGS_IF, %eax
	orl	%ss:PAGE_VIF(%edx), %eax
93:	movl	%eax, %ss:8(%ecx)
	FIXUP	93b, \bad
	movl	\at+ESP(%esp), %eax
94:	movl	%eax, %ss:12(%ecx)
	FIXUP	94b, \bad
	movzwl	\at+SS(%esp), %eax
95:	movl	%eax, %ss:16(%ecx)
	FIXUP	95b, \bad
.endm

/* Make the processor's frame that of a guest-kernel handler at %eax, stack
 * at `esp` [TRAP-3]; count it. */
.macro ENTER_HANDLER at, esp
	movl	%eax, \at+EIP(%esp)
	movl	$GUEST_CS, \at+CS(%esp)
	movl	$EFLAGS_ENTRY, \at+EFLAGS(%esp)
	movl	\esp, \at+ESP(%esp)
	movl	$GUEST_DS, \at+SS(%esp)
	movl	$MODE_KERNEL, \at+HOT+HOT_MODE(%esp)
	movl	\at+HOT+HOT_BOUNCES(%esp), %eax
	addl	$1, %ss:(%eax)
	adcl	$0, %ss:4(%eax)
.endm

/*
 * int $0x80: a hypercall from guest-kernel mode, a bounce from guest-user mode:
 * one trap instruction, told apart by the guest's mode [TRAP-1].
 */
	.globl	entry_call
entry_call:
	cmpl	$MODE_KERNEL, HOT+HOT_MODE(%esp)
	jne	bounce_syscall

	/* hypercall: registers saved, then the handler's arguments */
	pushl	%es
	pushl	%ds
	pushl	%ecx
	pushl	%edx
	pushl	%edx
	pushl	%ecx
	pushl	%ebx
	leal	28+HOT+HOT_VCPU(%esp), %ecx
	pushl	%ecx
	movl	%ss, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	cld
	movl	32+HOT+HOT_PAGE(%esp), %edx
	movl	%eax, PAGE_DIAG_CALL(%edx)
	cmpl	$0, PAGE_QUEUE_COUNT(%edx)
	jne	call_drain
call_dispatch:
	cmpl	$SILK_NR_CALLS, %eax
	jae	call_out_of_range
#ifdef SILK_DEBUG
	movl	%eax, 32+HOT+HOT_DEBUG_CALL(%esp)
#endif
	movl	32+HOT+HOT_CALLS(%esp), %edx
	addl	$1, (%edx,%eax,8)
	adcl	$0, 4(%edx,%eax,8)
	call	*call_table(,%eax,4)
call_done:
	addl	$16, %esp
	popl	%edx
	popl	%ecx
21:	popl	%ds
22:	popl	%es
	FIXUP	21b, null_segment_21
	FIXUP	22b, null_segment_22
#ifdef SILK_DEBUG
	jmp	call_work
#endif
	cmpl	$0, HOT+HOT_WORK(%esp)
	jne	call_work
23:	iret
	FIXUP	23b, bad_iret

call_drain:				/* the deferred queue first [PT-14] */
	pushl	%eax
	pushl	4(%esp)
	call	mmu_drain_queue
	addl	$4, %esp
	popl	%eax
	movl	32+HOT+HOT_PAGE(%esp), %edx
	movl	%eax, PAGE_DIAG_CALL(%edx)	/* the queue may have set it */
	jmp	call_dispatch

call_out_of_range:
	movl	%eax, 4(%esp)
	call	call_unknown
	jmp	call_done

call_work:
	pushl	$0
	pushl	$SILK_I386_VECTOR_CALL
	pushl	%es
	pushl	%ds
	pushl	%eax
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	pushl	%edx
	pushl	%ecx
	pushl	%ebx
	movl	%ss, %eax
	movl	%eax, %ds
	movl	%eax, %es
	cld
#ifdef SILK_DEBUG
	movl	%esp, %eax
	pushl	%eax
	call	debug_call
	addl	$4, %esp
#endif
	jmp	exit_loop

/* A segment register whose descriptor has gone is null from now on [CPU-3]. */
null_segment_21:
	movl	$0, %ss:(%esp)
	jmp	21b
null_segment_22:
	movl	$0, %ss:(%esp)
	jmp	22b

/* System call of guest-user: map the guest kernel back in, hand it over. */
bounce_syscall:
	pushl	%eax
	pushl	%ecx
	pushl	%edx
	cmpl	$0, SAVED+HOT+HOT_SYSCALL_ENTRY(%esp)
	je	syscall_slow
	movl	SAVED+HOT+HOT_KERNEL_CR3(%esp), %eax
	movl	%eax, %cr3
	movl	SAVED+HOT+HOT_PAGE(%esp), %edx
	movl	%ss:PAGE_KERNEL_SP(%edx), %ecx
	subl	$20, %ecx
	cmpl	$(SILK_I386_HYPERVISOR - 20), %ecx
	ja	syscall_slow
	STORE_FRAME SAVED, syscall_slow
	movl	SAVED+HOT+HOT_SYSCALL_VIF(%esp), %eax
	andl	%eax, %ss:PAGE_VIF(%edx)
	movl	SAVED+HOT+HOT_SYSCALL_ENTRY(%esp), %eax
	ENTER_HANDLER SAVED, %ecx
	popl	%edx
	popl	%ecx
	popl	%eax
	iret
syscall_slow:
	popl	%edx
	popl	%ecx
	popl	%eax
	pushl	$0
	pushl	$SILK_I386_VECTOR_CALL
	jmp	trap_common

/*
 * Page fault. From guest-user with a handler: as above, with error code and
 * address. The error code lies between the processor's frame and %esp.
 */
	.globl	entry_fault
entry_fault:
	testl	$3, 4+CS(%esp)
	jz	fault_slow_now			/* ring 0: fix-up or panic */
	cmpl	$MODE_USER, 4+HOT+HOT_MODE(%esp)
	jne	fault_slow_now
	pushl	%eax
	pushl	%ecx
	pushl	%edx
#define FAULT	(SAVED + 4)
	cmpl	$0, FAULT+HOT+HOT_FAULT_ENTRY(%esp)
	je	fault_slow
	movl	%cr2, %eax
	cmpl	$SILK_I386_HYPERVISOR, %eax
	jae	fault_slow			/* its error code is edited */
	movl	FAULT+HOT+HOT_PAGE(%esp), %edx
	movl	%eax, %ss:PAGE_FAULT_ADDRESS(%edx)
	movl	FAULT+HOT+HOT_KERNEL_CR3(%esp), %eax
	movl	%eax, %cr3
	movl	%ss:PAGE_KERNEL_SP(%edx), %ecx
	subl	$20, %ecx
	cmpl	$(SILK_I386_HYPERVISOR - 20), %ecx
	ja	fault_slow_address
	STORE_FRAME FAULT, fault_slow_address
	movl	SAVED(%esp), %eax
	subl	$4, %ecx
	jc	fault_slow_address
31:	movl	%eax, %ss:(%ecx)
	FIXUP	31b, fault_slow_address
	movl	FAULT+HOT+HOT_FAULT_VIF(%esp), %eax
	andl	%eax, %ss:PAGE_VIF(%edx)
	movl	FAULT+HOT+HOT_FAULT_ENTRY(%esp), %eax
	ENTER_HANDLER FAULT, %ecx
	popl	%edx
	popl	%ecx
	popl	%eax
	addl	$4, %esp
	iret
/* The store itself faulted and overwrote CR2: give the slow path the first. */
fault_slow_address:
	movl	%ss:PAGE_FAULT_ADDRESS(%edx), %eax
	movl	%eax, %cr2
fault_slow:
	popl	%edx
	popl	%ecx
	popl	%eax
fault_slow_now:
	pushl	$VECTOR_PF
	jmp	trap_common

/*
 * int $0x82 in guest-kernel mode: return to the frame at the guest's %esp
 * [TRAP-7]. Here the return to guest-user with the usual selectors and nothing
 * else to do; return_slow() has all other cases. Each word is read once.
 */
	.globl	entry_return
entry_return:
	pushl	%eax
	pushl	%ecx
	pushl	%edx
	cmpl	$MODE_KERNEL, SAVED+HOT+HOT_MODE(%esp)
	jne	return_slow_path
	movl	SAVED+HOT+HOT_PAGE(%esp), %edx
	movl	SAVED+ESP(%esp), %ecx
	cmpl	$(SILK_I386_HYPERVISOR - 20), %ecx
	ja	return_slow_path
41:	cmpw	$SILK_I386_USER_CS, %ss:4(%ecx)
	FIXUP	41b, return_slow_path
	jne	return_slow_path
42:	cmpw	$SILK_I386_USER_DS, %ss:16(%ecx)
	FIXUP	42b, return_slow_path
	jne	return_slow_path
	cmpl	$0, %ss:PAGE_QUEUE_COUNT(%edx)
	jne	return_drain
return_drained:
	movl	%ss:PAGE_MASK(%edx), %eax
	notl	%eax
	testl	%eax, %ss:PAGE_PENDING(%edx)
	jnz	return_slow_path
	pushl	%ebx
43:	movl	%ss:8(%ecx), %ebx
44:	movl	%ss:0(%ecx), %eax
45:	movl	%ss:12(%ecx), %ecx
	FIXUP	43b, return_unread
	FIXUP	44b, return_unread
	FIXUP	45b, return_unread
	movl	%eax, 4+SAVED+EIP(%esp)		/* all is read: now it takes effect */
	movl	%ecx, 4+SAVED+ESP(%esp)
	movl	%ebx, %eax
	andl	$SILK_VIF, %eax
	movl	%eax, %ss:PAGE_VIF(%edx)
	andl	$SILK_I386_EFLAGS_USER, %ebx
	orl	$EFLAGS_ENTRY, %ebx
	movl	%ebx, 4+SAVED+EFLAGS(%esp)
	popl	%ebx
	movl	$SILK_I386_USER_CS, SAVED+CS(%esp)
	movl	$SILK_I386_USER_DS, SAVED+SS(%esp)
	movl	$MODE_USER, SAVED+HOT+HOT_MODE(%esp)
	movl	SAVED+HOT+HOT_USER_CR3(%esp), %eax
	movl	%eax, %cr3
	popl	%edx
	popl	%ecx
	popl	%eax
	iret
return_unread:
	popl	%ebx
return_slow_path:
	popl	%edx
	popl	%ecx
	popl	%eax
	pushl	$0
	pushl	$SILK_I386_VECTOR_RETURN
	jmp	trap_common

/* Drain the deferred queue; it may have unmapped the stack: check again. */
return_drain:
	pushl	%ds
	pushl	%es
	movl	%ss, %eax
	movl	%eax, %ds
	movl	%eax, %es
	cld
	leal	8+SAVED+HOT+HOT_VCPU(%esp), %eax
	pushl	%edx
	pushl	%ecx
	pushl	%eax
	call	mmu_drain_queue
	addl	$4, %esp
	popl	%ecx
	popl	%edx
46:	popl	%es
47:	popl	%ds
	FIXUP	46b, null_segment_46
	FIXUP	47b, null_segment_47
	jmp	return_drained
null_segment_46:
	movl	$0, %ss:(%esp)
	jmp	46b
null_segment_47:
	movl	$0, %ss:(%esp)
	jmp	47b

/* Everything else: all registers into struct regs, then C. */
trap_common:
	pushl	%es
	pushl	%ds
	pushl	%eax
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	pushl	%edx
	pushl	%ecx
	pushl	%ebx
	movl	%ss, %eax
	movl	%eax, %ds
	movl	%eax, %es
	cld
	movl	%esp, %eax
	pushl	%eax
	call	trap
	addl	$4, %esp
	testl	$3, REGS_CS(%esp)
	jz	restore				/* back into ring 0 */
exit_loop:
	cmpl	$0, 64+HOT_WORK(%esp)
	je	restore
	movl	%esp, %eax
	pushl	%eax
	call	exit_work
	addl	$4, %esp
	jmp	exit_loop
restore:
	popl	%ebx
	popl	%ecx
	popl	%edx
	popl	%esi
	popl	%edi
	popl	%ebp
	popl	%eax
51:	popl	%ds
52:	popl	%es
	FIXUP	51b, null_segment_51
	FIXUP	52b, null_segment_52
	addl	$8, %esp
53:	iret
	FIXUP	53b, bad_iret
null_segment_51:
	movl	$0, %ss:(%esp)
	jmp	51b
null_segment_52:
	movl	$0, %ss:(%esp)
	jmp	52b
/* %ss was a descriptor that is no more: the guest's general protection. */
bad_iret:
	pushl	$0
	pushl	$VECTOR_GP
	jmp	trap_common

/* resume(regs): run the vCPU whose registers these are; never returns here. */
	.globl	resume
resume:
	movl	4(%esp), %esp
	jmp	exit_loop

/* on_boot_stack(function), call_on_boot_stack(function, arg) */
	.globl	on_boot_stack, call_on_boot_stack
on_boot_stack:
	movl	4(%esp), %eax
	movl	$boot_stack_top, %esp
	call	*%eax
call_on_boot_stack:
	pushl	%ebp
	movl	%esp, %ebp
	movl	$boot_stack_top, %esp
	pushl	12(%ebp)
	call	*8(%ebp)
	movl	%ebp, %esp
	popl	%ebp
	ret

/* Sleep until an interrupt; its handler runs on this stack. */
	.globl	idle_wait
idle_wait:
	sti
	hlt
	cli
	ret

/* ---- stubs: vector numbers for trap_common ---- */

.macro STUB vector, has_error
	.balign	16
	.if	!\has_error
	pushl	$0
	.endif
	pushl	$\vector
	jmp	trap_common
.endm

	.globl	exception_stubs, irq_stubs, timer_stub, spurious_stub
	.balign	16
exception_stubs:
	vector = 0
	.rept	32
	.if	vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21
	STUB	vector, 1
	.else
	STUB	vector, 0
	.endif
	vector = vector + 1
	.endr
	.balign	16
irq_stubs:
	vector = 0xe0
	.rept	16
	STUB	vector, 0
	vector = vector + 1
	.endr
	.balign	16
timer_stub:
	STUB	VECTOR_TIMER, 0
spurious_stub:
	iret

/* For a traced guest: the slow paths of entry_call and entry_return. */
	.globl	traced_call, traced_return
	.balign	16
traced_call:
	STUB	SILK_I386_VECTOR_CALL, 0
	.balign	16
traced_return:
	STUB	SILK_I386_VECTOR_RETURN, 0
