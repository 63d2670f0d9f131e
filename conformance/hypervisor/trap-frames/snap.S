/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * snap.S - handlers that keep the processor's state at their first instruction,
 * and the way into user mode with every register chosen.
 *
 * Invariant: what is kept has not been changed by us: only ESP is used, and
 * flags are pushed before any instruction that changes them.
 */
#include "silk.h"

	.text
	.globl	snap_handler
	.globl	seen, frame_words

/* One for each vector: the vector's number is told by the entry itself. */
.macro SNAP vector
	movl	$\vector, %ss:seen_vector
	jmp	snap_common
	.balign	16
.endm

	.balign	16
snap_handler:
	.altmacro
	.set	n, 0
	.rept	0x82
	SNAP	%n
	.set	n, n + 1
	.endr
	.noaltmacro

snap_common:
	movl	%esp, %ss:seen + 28
	pushfl
	popl	%ss:seen + 32
	movl	%eax, %ss:seen
	movl	%ebx, %ss:seen + 4
	movl	%ecx, %ss:seen + 8
	movl	%edx, %ss:seen + 12
	movl	%esi, %ss:seen + 16
	movl	%edi, %ss:seen + 20
	movl	%ebp, %ss:seen + 24
	movl	%cs, %eax
	movl	%eax, %ss:seen + 36
	movl	%ds, %eax
	movl	%eax, %ss:seen + 40
	movl	%es, %eax
	movl	%eax, %ss:seen + 44
	movl	%ss, %eax
	movl	%eax, %ss:seen + 48
	movl	%fs, %eax
	movl	%eax, %ss:seen + 52
	movl	%gs, %eax
	movl	%eax, %ss:seen + 56
	movl	$(SILK_I386_KERNEL_DS | 3), %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	SILK_I386_VCPU, %eax
	movl	%eax, seen + 60			/* vif */
	/* The frame: as many words as may be one, if they are there. */
	cld
	movl	%esp, %esi
	movl	$frame_words, %edi
	movl	$6, %ecx
	rep movsl
	jmp	attempt_escape

	.bss
	.balign	4
seen:
	.skip	64
	.globl	seen_vector
seen_vector:
	.skip	4
frame_words:
	.skip	24

	.section .note.GNU-stack, "", @progbits
