/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * start.S - where a program begins: argc and argv are on the stack, as the
 * kernel's exec.c puts them there.
 */
	.text
	.globl	_start
_start:
	xorl	%ebp, %ebp
	call	main
	movl	%eax, %ebx
	xorl	%eax, %eax		/* exit */
	int	$0x80
	ud2

	.section .note.GNU-stack, "", @progbits
