/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.S - ways into the benchmark kernel and out of it, the same as a guest
 * and on the bare machine but for the one instruction RETURN.
 *
 * A handler saves all registers and loads the kernel's data segments, as a
 * kernel does that was not written for this benchmark.
 */
#include "bench.h"
#include "plat.h"

	.text
	.globl	entry_int3, entry_fault, entry_syscall, entry_event, run_user
#ifdef PLAT_BLOCK_ENTRY
	.globl	entry_block
#endif

.macro SAVE
	cld
	pushl	%es
	pushl	%ds
	pushal
	movl	$(SEL_KERNEL_DS | PLAT_RPL), %eax
	movl	%eax, %ds
	movl	%eax, %es
.endm

.macro LEAVE
	popal
	popl	%ds
	popl	%es
	addl	$4, %esp		/* the error code */
	RETURN
.endm

.macro HANDLER name, function, error
\name:
	.ifc \error, none
	pushl	$0
	.endif
	SAVE
	movl	%esp, %eax
	call	\function
	LEAVE
.endm

	HANDLER entry_int3, handle_int3, none
	HANDLER entry_fault, handle_fault, pushed
	HANDLER entry_event, handle_event, none
#ifdef PLAT_BLOCK_ENTRY
	HANDLER entry_block, handle_block, none
#endif

entry_syscall:
	pushl	$0
	SAVE
	movl	28(%esp), %edx		/* the number: %eax as saved */
	cmpl	$SYS_COUNT, %edx
	jae	1f
	movl	%esp, %eax
	call	*syscalls(, %edx, 4)
	movl	%eax, 28(%esp)
	LEAVE
1:	movl	$-1, 28(%esp)
	LEAVE

/*
 * void run_user(u32 eip, u32 count, u32 address): enter user mode; returns
 * after user code has made SYS_EXIT.
 */
run_user:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %eax
	movl	24(%esp), %ecx
	movl	28(%esp), %edi
	movl	%esp, exit_sp
	pushl	$SEL_USER_DS
	pushl	$USER_STACK
	pushl	$0x202
	pushl	$SEL_USER_CS
	pushl	%eax
	movl	$SEL_USER_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	RETURN

/* SYS_EXIT: forget the user's frame, return from run_user. */
	.globl	exit_user
exit_user:
	movl	exit_sp, %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

	.bss
	.p2align 4
	.skip	4096
	.globl	trap_stack_top
trap_stack_top:
	.globl	exit_sp
exit_sp:
	.skip	4

	.section .note.GNU-stack, "", @progbits
