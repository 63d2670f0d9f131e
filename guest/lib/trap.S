/* SPDX-License-Identifier: MIT */
/*
 * trap.S - where bounces arrive: one stub for each vector that a guest may
 * handle, all of which build a struct trap_frame and call trap_dispatch().
 *
 * Invariant: trap_stubs[vector] is the vector's stub, or 0 if a guest can't
 * handle that vector [TRAP-3].
 */
#include "entry.inc"

/* Vectors, and whether the processor pushes an error code for them. */
.macro EACH_VECTOR macro
	\macro	0
	\macro	1
	\macro	3
	\macro	4
	\macro	5
	\macro	6
	\macro	7
	\macro	10, error=1
	\macro	11, error=1
	\macro	12, error=1
	\macro	13, error=1
	\macro	14, error=1
	\macro	16
	\macro	17, error=1
	\macro	19
	\macro	SILK_I386_VECTOR_CALL
	\macro	SILK_I386_VECTOR_UPCALL
.endm

.macro STUB vector, error=0
	.balign	16
	10000:
	.if \error == 0
	pushl	$0
	.endif
	pushl	$\vector
	jmp	trap_common
	.pushsection .data.trap_stubs, "aw"
	.org	trap_stubs + 4 * \vector
	.long	10000b
	.popsection
.endm

	.section .data.trap_stubs, "aw"
	.balign	4
	.globl	trap_stubs
trap_stubs:
	.text
	EACH_VECTOR STUB
	.section .data.trap_stubs, "aw"
	.org	trap_stubs + 4 * TRAP_STUBS

	.text
	.balign	16
trap_common:
	SAVE_FRAME
	pushl	%esp
	call	trap_dispatch
	addl	$4, %esp
	.globl	trap_return
trap_return:
	RESTORE_FRAME_AND_RETURN

	.section .note.GNU-stack, "", @progbits
