/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.S - a jump into code with any registers.
 */
#include "silk.h"

	.text
	.globl	run_code
/* void run_code(const struct call *r, uint32_t code, uint32_t sp) */
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
