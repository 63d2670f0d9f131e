/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.S - from the Multiboot loader to C: paging on, running at 0xf0000000.
 *
 * (Multiboot specification 0.6.96, 3.1.1 header, 3.2 machine state.)
 */
#include "regs.h"

#define VIRTUAL_BASE	0xf0000000
#define PHYSICAL(x)	((x) - VIRTUAL_BASE)
#define MULTIBOOT_MAGIC	0x1badb002
#define MULTIBOOT_FLAGS	0x00000003	/* modules on page boundaries, memory map */
#define LARGE_RW_GLOBAL	0x183
#define LARGE_RW	0x083

	.section .multiboot, "a"
	.balign	4
	.long	MULTIBOOT_MAGIC
	.long	MULTIBOOT_FLAGS
	.long	-(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

	.text
	.globl	start_physical
start_physical:
	cli
	cld
	movl	%eax, %esi			/* Multiboot's magic */
	movl	%ebx, %edi			/* and information */

	/* 0xf0000000 + 64 MB, and the first 4 MB where we run now */
	movl	$PHYSICAL(hypervisor_directory), %edx
	movl	$LARGE_RW, (%edx)
	movl	$LARGE_RW_GLOBAL, %eax
	xorl	%ecx, %ecx
1:	movl	%eax, (VIRTUAL_BASE >> 20)(%edx,%ecx,4)
	addl	$0x400000, %eax
	incl	%ecx
	cmpl	$16, %ecx
	jne	1b

	movl	%edx, %cr3
	movl	%cr4, %eax
	orl	$CR4_PSE, %eax
	movl	%eax, %cr4
	movl	$CR0_SET, %eax
	movl	%eax, %cr0
	movl	$2f, %eax
	jmp	*%eax
2:	movl	$0, hypervisor_directory
	movl	%cr3, %eax
	movl	%eax, %cr3
	movl	$boot_stack_top, %esp
	xorl	%ebp, %ebp
	pushl	%edi
	pushl	%esi
	call	hypervisor_main
3:	hlt
	jmp	3b

	.bss
	.balign	4096
	.globl	hypervisor_directory
hypervisor_directory:
	.skip	4096
	.globl	boot_stack_top
	.skip	16384
boot_stack_top:
