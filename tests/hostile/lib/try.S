/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * try.S - acts that may trap, and the way back from them.
 *
 * Invariant: try_act() leaves with flat segments, clean flags and the stack
 * that it was called with, whatever the act did to them.
 */
#include "silk.h"

	.text
	.globl	try_act, attempt_escape, attempt_sp, enter_frame

/* bool try_act(void (*f)(uint32_t), uint32_t arg) */
try_act:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	%esp, attempt_sp
	pushl	24(%esp)
	call	*24(%esp)
	xorl	%eax, %eax
	jmp	1f
/* From a trap's handler: try_act() returns 1. */
attempt_escape:
	movl	$1, %eax
1:	movl	$(SILK_I386_KERNEL_DS | 3), %ecx
	movl	%ecx, %ss
	movl	%cs:attempt_sp, %esp
	movl	%ecx, %ds
	movl	%ecx, %es
	xorl	%ecx, %ecx
	movl	%ecx, %fs
	movl	%ecx, %gs
	pushl	$2
	popfl
	movl	$0, attempt_sp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

/* void enter_frame(struct entry *e): registers, segments, return. */
enter_frame:
	movl	4(%esp), %esi
	subl	$64, %esp
	movl	%esp, %edi
	movl	$16, %ecx
	cld
	rep movsl
	popl	%ebx
	popl	%ecx
	popl	%edx
	popl	%esi
	popl	%edi
	popl	%ebp
	popl	%eax
	popl	%ds
	popl	%es
	popl	%fs
	popl	%gs
	int	$SILK_I386_VECTOR_RETURN
	ud2

	.bss
	.balign	4
attempt_sp:
	.skip	4

	.section .note.GNU-stack, "", @progbits
