/* SPDX-License-Identifier: MIT */
/*
 * start.S - where a guest begins, and the ELF note that tells the hypervisor
 * so [BOOT-4].
 *
 * At entry [BOOT-6]: esi is the info page's address, esp is 0 and upcalls are
 * disabled. guest_main(info) is called on a stack of 16 KB with .bss cleared;
 * if it returns, the guest powers off.
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
	pushl	%esi
	call	guest_main
1:	movl	$3, %eax		/* shutdown */
	movl	$SILK_SHUTDOWN_POWEROFF, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	int	$SILK_I386_VECTOR_CALL
	jmp	1b

	.section .bss
	.balign	16
	.globl	stack_top
	.skip	16384
stack_top:

	.section .note.GNU-stack, "", @progbits
