/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uaccess.S - copying from and to guest memory, through the guest's mappings.
 *
 * Invariant: a fault in the copy ends it with -1; CR0.WP is set, so a page
 * that the guest may not write can't be written here either. Every page below
 * the hypervisor is a guest's own [PT-6], so ring 0 reaches no more than ring 3.
 */
#include "silk.h"

.macro FIXUP at, to
	.pushsection .fixup_table, "a"
	.long	\at, \to
	.popsection
.endm

	.text
/* int copy_guest(void *to, const void *from, u32 bytes): 0 or -1. */
	.globl	copy_guest
copy_guest:
	pushl	%esi
	pushl	%edi
	movl	12(%esp), %edi
	movl	16(%esp), %esi
	movl	20(%esp), %ecx
	movl	%ecx, %edx
	shrl	$2, %ecx
	andl	$3, %edx
1:	rep movsl
	FIXUP	1b, copy_failed
	movl	%edx, %ecx
2:	rep movsb
	FIXUP	2b, copy_failed
	xorl	%eax, %eax
	popl	%edi
	popl	%esi
	ret
copy_failed:
	movl	$-1, %eax
	popl	%edi
	popl	%esi
	ret

/* int copy_from_guest(void *to, u32 gva, u32 bytes) */
	.globl	copy_from_guest
copy_from_guest:
	movl	8(%esp), %eax
	jmp	check_range

/* int copy_to_guest(u32 gva, const void *from, u32 bytes) */
	.globl	copy_to_guest
copy_to_guest:
	movl	4(%esp), %eax
check_range:				/* %eax + bytes <= hypervisor's base */
	addl	12(%esp), %eax
	jc	out_of_range
	cmpl	$SILK_I386_HYPERVISOR, %eax
	jbe	copy_guest
out_of_range:
	movl	$-1, %eax
	ret
