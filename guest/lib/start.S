/* SPDX-License-Identifier: MIT */
/*
 * start.S - where a guest begins, and the ELF note that tells the hypervisor
 * so [BOOT-4].
 *
 * At entry [BOOT-5] esp is 0 and upcalls are disabled. guest_start() runs on a
 * stack of 16 KB with .bss cleared.
 */
#include "silk.h"

	.section .note.silk, "a", @note
	.balign	4
	.long	2f - 1f
	.long	4f - 3f
	.long	SILK_NOTE_TYPE
1:	.asciz	SILK_NOTE_NAME
2:	.balign	4
3:	.long	SILK_ABI_VERSION
	.long	start
4:

	.text
	.globl	start
start:
	movl	$bss_start, %edi
	movl	$bss_end, %ecx
	subl	%edi, %ecx
	xorl	%eax, %eax
	rep stosb
	movl	$stack_top, %esp
	xorl	%ebp, %ebp		/* the end of a back-trace */
	call	guest_start
	ud2				/* it does not return */

	.section .bss
	.balign	16
	.globl	stack_top
	.skip	16384
stack_top:

	.section .note.GNU-stack, "", @progbits
