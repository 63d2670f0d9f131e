/* SPDX-License-Identifier: MIT */
/*
 * entry.h - assembler macros that save and restore a struct trap_frame; for
 * trap.S and for a guest's own entries.
 *
 * Invariant: C code runs with flat ds and es. A bounce leaves them as the
 * interrupted program had them [TRAP-12], so they are loaded unless they hold
 * the usual user selector: it is flat too and a guest kernel runs well with
 * it, and four loads of segment registers are spared on nearly every trap.
 */
#ifndef GUEST_ENTRY_H
#define GUEST_ENTRY_H

#include "trap.h"

/* vector and error are on the stack already. Only edx is changed. */
.macro SAVE_FRAME
	pushl	%es
	pushl	%ds
	pushl	%eax
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	pushl	%edx
	pushl	%ecx
	pushl	%ebx
	movl	$SILK_I386_USER_DS, %edx
	cmpw	%dx, FRAME_DS(%esp)
	jne	.Lload\@
	cmpw	%dx, FRAME_ES(%esp)
	je	.Lflat\@
.Lload\@:
	movl	%edx, %ds
	movl	%edx, %es
.Lflat\@:
.endm

.macro RESTORE_FRAME_AND_RETURN
	cmpw	$SILK_I386_USER_DS, FRAME_DS(%esp)
	jne	.Lload\@
	cmpw	$SILK_I386_USER_DS, FRAME_ES(%esp)
	je	.Lflat\@
.Lload\@:
	movw	FRAME_ES(%esp), %es
	movw	FRAME_DS(%esp), %ds
.Lflat\@:
	popl	%ebx
	popl	%ecx
	popl	%edx
	popl	%esi
	popl	%edi
	popl	%ebp
	popl	%eax
	addl	$16, %esp		/* ds, es, vector, error */
	int	$SILK_I386_VECTOR_RETURN
.endm

#endif /* GUEST_ENTRY_H */
