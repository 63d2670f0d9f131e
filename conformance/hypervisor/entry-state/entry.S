/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.S - the guest's real entry: keeps every register as it was, runs the tests
 * that want to see everything untouched, then goes to the library's entry.
 *
 * The note here comes after the library's, so this one counts [BOOT-1].
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
	.long	first_entry
4:

	.text
	.globl	first_entry
first_entry:
	movl	%eax, at_entry
	movl	%ebx, at_entry + 4
	movl	%ecx, at_entry + 8
	movl	%edx, at_entry + 12
	movl	%esi, at_entry + 16
	movl	%edi, at_entry + 20
	movl	%ebp, at_entry + 24
	movl	%esp, at_entry + 28
	movl	$entry_stack_top, %esp
	pushfl
	popl	at_entry + 32
	movl	%cs, %eax
	movl	%eax, at_entry + 36
	movl	%ds, %eax
	movl	%eax, at_entry + 40
	movl	%es, %eax
	movl	%eax, at_entry + 44
	movl	%ss, %eax
	movl	%eax, at_entry + 48
	movl	%fs, %eax
	movl	%eax, at_entry + 52
	movl	%gs, %eax
	movl	%eax, at_entry + 56
	movl	$1, %eax
	cpuid
	movl	%edx, at_entry + 60
	testl	$1 << 24, %edx
	jz	1f
	fxsave	fpu_at_entry
	/* The vCPU page, before anything has been called. */
1:	movl	$SILK_I386_VCPU, %esi
	movl	$vcpu_at_entry, %edi
	movl	$1024, %ecx
	rep movsl
	movl	$stack_top, %esp
	call	first_main
	jmp	start

	.data
	.balign	16
	.globl	at_entry, fpu_at_entry, vcpu_at_entry, data_word
fpu_at_entry:
	.skip	512
at_entry:
	.skip	64
data_word:
	.long	0x5171c0de
entry_stack:
	.skip	64
entry_stack_top:
	.balign	16
vcpu_at_entry:
	.skip	4096

	.section .note.GNU-stack, "", @progbits
