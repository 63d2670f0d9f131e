/* SPDX-License-Identifier: MIT */
/* head.S - entry, trap stubs, the way to user mode, and the user program. */
#include "silk.h"

	/* [BOOT-4] What this is, for which version, and where it begins. */
	.section .note.silk, "a", @note
	.balign	4
	.long	2f - 1f, 4f - 3f, SILK_NOTE_TYPE
1:	.asciz	SILK_NOTE_NAME
2:	.balign	4
3:	.long	SILK_ABI_VERSION, start
4:

	/* [BOOT-5] Guest-kernel mode, no stack, vif = 0. */
	.text
	.globl	start
start:	movl	$stack_top, %esp
	call	guest_main

	/* [TRAP-12] At a handler's entry: the frame on the stack, all else as it
	 * was. Without an error code a 0 stands in for it. */
	.globl	on_fault, on_call, on_upcall
on_call:
	pushl	$0
	pushl	$SILK_I386_VECTOR_CALL
	jmp	save
on_upcall:
	pushl	$0
	pushl	$SILK_I386_VECTOR_UPCALL
	jmp	save
on_fault:
	pushl	$14
save:	pushal
	pushl	%ds
	pushl	%es
	movl	$SILK_I386_KERNEL_DS, %eax	/* [CPU-2] */
	movl	%eax, %ds
	movl	%eax, %es
	pushl	%esp
	call	trap
	addl	$4, %esp
	popl	%es
	popl	%ds
	popal
	addl	$8, %esp			/* vector, error code */
	int	$SILK_I386_VECTOR_RETURN	/* [TRAP-7] to where it came from */

	/* enter_user(eip, esp): a frame made by hand. */
	.globl	enter_user
enter_user:
	movl	4(%esp), %eax
	movl	8(%esp), %ecx
	pushl	$SILK_I386_USER_DS
	pushl	%ecx
	pushl	$SILK_VIF			/* EFLAGS: upcalls may come */
	pushl	$SILK_I386_USER_CS
	pushl	%eax
	movl	$SILK_I386_USER_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	int	$SILK_I386_VECTOR_RETURN

	/* The user program: two system calls of this guest's own making. */
	.globl	user_start, user_end
user_start:
	movl	$1, %eax			/* 1: print the letter in EBX */
	movl	$'U', %ebx
	int	$0x80
	movl	$2, %eax			/* 2: the end */
	int	$0x80
user_end:

	.bss
	.balign	16
	.skip	8192
stack_top:

	.section .note.GNU-stack, "", @progbits
