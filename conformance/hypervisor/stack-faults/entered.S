/* SPDX-License-Identifier: GPL-2.0-only */
/* entered.S - a handler that needs no stack to be entered on: it brings its own. */
	.text
	.globl	entered
entered:
	movl	$rescue_top, %esp
	call	reached

	.section .bss
	.balign	16
	.skip	8192
rescue_top:

	.section .note.GNU-stack, "", @progbits
