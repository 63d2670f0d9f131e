/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * start.S (guest) - entry of the benchmark as a guest [BOOT-4, BOOT-5].
 */
#include "../bench.h"
#include "plat.h"

	.section .note.silk, "a", @note
	.p2align 2
	.long	2f - 1f, 4f - 3f, SILK_NOTE_TYPE
1:	.asciz	SILK_NOTE_NAME
2:	.p2align 2
3:	.long	SILK_ABI_VERSION, start
4:

	.text
	.globl	start
start:
	movl	$stack_top, %esp
	call	guest_main
	ud2

	.bss
	.p2align 4
	.skip	8192
stack_top:

	.section .note.GNU-stack, "", @progbits
