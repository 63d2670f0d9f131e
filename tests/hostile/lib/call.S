/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * call.S - a hypercall with every register chosen, and every register seen.
 *
 * Invariant: what the call leaves in a register reaches struct call as it was,
 * before anything else can change it.
 */
#include "silk.h"

	.text
	.globl	call_raw
/* void call_raw(struct call *c) */
call_raw:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %eax
	movl	%eax, call_at
	pushl	28(%eax)
	movl	4(%eax), %ebx
	movl	8(%eax), %ecx
	movl	12(%eax), %edx
	movl	16(%eax), %esi
	movl	20(%eax), %edi
	movl	24(%eax), %ebp
	movl	(%eax), %eax
	popfl
	movl	%esp, call_sp
	int	$SILK_I386_VECTOR_CALL
	movl	%esp, %ss:call_after
	movl	%ss:call_sp, %esp
	pushfl
	cld
	pushl	%eax
	movl	%ss:call_at, %eax
	movl	%ebx, %ss:4(%eax)
	movl	%ecx, %ss:8(%eax)
	movl	%edx, %ss:12(%eax)
	movl	%esi, %ss:16(%eax)
	movl	%edi, %ss:20(%eax)
	movl	%ebp, %ss:24(%eax)
	popl	%ss:(%eax)
	popl	%ss:28(%eax)
	movl	%ss:call_after, %ecx
	subl	%ss:call_sp, %ecx
	movl	%ecx, %ss:32(%eax)
	movl	%ds, %ecx
	movl	%ecx, %ss:36(%eax)
	movl	%es, %ecx
	movl	%ecx, %ss:40(%eax)
	movl	%fs, %ecx
	movl	%ecx, %ss:44(%eax)
	movl	%gs, %ecx
	movl	%ecx, %ss:48(%eax)
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

	.bss
	.balign	4
call_at:
	.skip	4
call_sp:
	.skip	4
call_after:
	.skip	4

	.section .note.GNU-stack, "", @progbits
