/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * call.S - a hypercall with every register known before and looked at after it,
 * and a jump into code with any registers.
 */
#include "silk.h"

	.text
	.globl	call_keeping, run_code

/* void call_keeping(struct call_registers *r) */
call_keeping:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %eax
	pushl	%eax
	pushl	28(%eax)
	movl	4(%eax), %ebx
	movl	8(%eax), %ecx
	movl	12(%eax), %edx
	movl	16(%eax), %esi
	movl	20(%eax), %edi
	movl	24(%eax), %ebp
	movl	0(%eax), %eax
	popfl
	int	$SILK_I386_VECTOR_CALL
	pushfl
	cld
	pushl	%eax
	movl	8(%esp), %eax
	movl	%ebx, 4(%eax)
	movl	%ecx, 8(%eax)
	movl	%edx, 12(%eax)
	movl	%esi, 16(%eax)
	movl	%edi, 20(%eax)
	movl	%ebp, 24(%eax)
	popl	0(%eax)
	popl	28(%eax)
	addl	$4, %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

/* void run_code(const struct call_registers *r, uint32_t code, uint32_t sp) */
run_code:
	movl	4(%esp), %eax
	movl	8(%esp), %ecx
	movl	%ecx, run_target
	movl	12(%esp), %esp
	pushl	28(%eax)
	movl	4(%eax), %ebx
	movl	8(%eax), %ecx
	movl	12(%eax), %edx
	movl	16(%eax), %esi
	movl	20(%eax), %edi
	movl	24(%eax), %ebp
	movl	0(%eax), %eax
	popfl
	jmp	*%cs:run_target

	.bss
	.balign	4
run_target:
	.skip	4

	.section .note.GNU-stack, "", @progbits
