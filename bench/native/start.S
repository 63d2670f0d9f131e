/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * start.S (native) - Multiboot entry of the ring-0 benchmark kernel: turn on
 * paging, go to the high half, and the two handlers that only it has.
 *
 * The boot directory maps the first 256 MB at 0 and at KERNEL_BASE with 4 MB
 * pages; main.c takes the mapping at 0 away but for what the rows use.
 */
#include "../bench.h"
#include "plat.h"

#define MB_MAGIC	0x1badb002
#define PHYS(x)		((x) - KERNEL_BASE)

	.section .boot, "ax"
	.p2align 2
	.long	MB_MAGIC, 0, -MB_MAGIC

	.globl	start
start:
	cli
	cld
	movl	$PHYS(boot_directory), %edi
	movl	$0x83, %eax		/* present, writable, 4 MB */
	xorl	%ecx, %ecx
1:	movl	%eax, (%edi, %ecx, 4)
	movl	%eax, (KERNEL_BASE >> 20)(%edi, %ecx, 4)
	addl	$0x400000, %eax
	incl	%ecx
	cmpl	$64, %ecx
	jb	1b
	movl	$0xfec00093, (0xfec00000 >> 20)(%edi)	/* APICs, uncached */
	movl	%cr4, %eax
	orl	$0x10, %eax		/* PSE */
	movl	%eax, %cr4
	movl	%edi, %cr3
	movl	%cr0, %eax
	orl	$0x80010000, %eax	/* PG, WP */
	movl	%eax, %cr0
	movl	$high, %eax
	jmp	*%eax

	.text
high:
	lgdt	gdt_pointer
	movl	$SEL_KERNEL_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$stack_top, %esp
	ljmp	$SEL_KERNEL_CS, $2f
2:	call	native_main
3:	hlt
	jmp	3b

/* Interrupts that the benchmark doesn't ask for: none should come. */
	.globl	entry_stray
entry_stray:
	popl	%eax
	popl	%edx
	call	stray

	.data
	.p2align 3
	.globl	gdt_pointer
gdt_pointer:
	.word	28 * 8 - 1
	.long	gdt

	.bss
	.p2align 12
	.globl	boot_directory
boot_directory:
	.skip	4096
	.skip	8192
stack_top:

	.section .note.GNU-stack, "", @progbits
