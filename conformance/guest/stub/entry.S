/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.S - the Multiboot header, the way into paged memory, and the 256 ways
 * in from a guest.
 *
 * Invariant: from ring 3 every way leaves a struct regs at the top of the one
 * stack, calls trap() with its address, and goes back to what it says.
 */
#define BASE	0xf0000000

	.section .multiboot, "a"
	.balign	4
	.long	0x1badb002, 0x3, -(0x1badb002 + 0x3)	/* align modules, memory */

	.text
	.globl	start_physical
	.set	start_physical, start - BASE
start:
	cli
	cld
	movl	$(boot_table - BASE), %edi
	/* 60 large pages: physical 0 at 0 (for the next instructions) and at BASE */
	movl	$0x83, %eax
	xorl	%ecx, %ecx
1:	movl	%eax, (%edi,%ecx,4)
	movl	%eax, 960*4(%edi,%ecx,4)
	addl	$0x400000, %eax
	incl	%ecx
	cmpl	$60, %ecx
	jb	1b
	movl	%cr4, %eax
	orl	$0x10, %eax			/* PSE */
	movl	%eax, %cr4
	movl	%edi, %cr3
	movl	%cr0, %eax
	andl	$~0xc, %eax			/* EM, TS */
	orl	$0x80010022, %eax		/* PG, WP, NE, MP */
	movl	%eax, %cr0
	movl	$2f, %eax
	jmp	*%eax
2:	movl	$stack_top, %esp
	pushl	%ebx
	call	stub_main
3:	hlt
	jmp	3b

	.globl	enter_guest
enter_guest:			/* enter_guest(struct regs *) */
	movl	4(%esp), %esp
	jmp	restore

	.globl	vectors
	.altmacro
	.macro	WAY n
	.balign	16
	.if (\n == 8) || (\n >= 10 && \n <= 14) || (\n == 17)
	nop
	nop
	.else
	pushl	$0
	.endif
	pushl	$\n
	jmp	common
	.endm
	.balign	16
vectors:
	.set	n, 0
	.rept	256
	WAY	%n
	.set	n, n + 1
	.endr

common:
	pushal
	pushl	%ds
	pushl	%es
	pushl	%fs
	pushl	%gs
	movl	$0x10, %eax
	movl	%eax, %ds
	movl	%eax, %es
	cld
	pushl	%esp
	call	trap
	addl	$4, %esp
restore:
	popl	%gs
	popl	%fs
	popl	%es
	popl	%ds
	popal
	addl	$8, %esp
	iretl

	.bss
	.balign	4096
	.globl	boot_table, stack_top
boot_table:
	.skip	4096
	.skip	16384
stack_top:
	.section .note.GNU-stack, "", @progbits
