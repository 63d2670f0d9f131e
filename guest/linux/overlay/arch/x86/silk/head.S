/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * head.S - where a SILK guest enters Linux, and its ELF note.
 *
 * At entry [BOOT-5]: guest-kernel mode, the direct map in place, .bss zero,
 * %esi the info page, no stack.
 */
#include <linux/elfnote.h>
#include <linux/init.h>
#include <linux/linkage.h>
#include <asm/silk_abi.h>

	__INIT
SYM_CODE_START(silk_start)
	cld
	movl	initial_stack, %esp
	xorl	%ebp, %ebp
	movl	%esi, %eax
	call	silk_start_kernel
	ud2
SYM_CODE_END(silk_start)

	.text
/*
 * Called by each place that enables interrupts and finds something pending: no
 * register but the flags may change. Masked events don't count.
 */
SYM_FUNC_START(silk_deliver_events)
	pushl	%eax
	movl	SILK_I386_VCPU + 8, %eax
	notl	%eax
	testl	%eax, SILK_I386_VCPU + 4
	jz	1f
	movl	$6, %eax		/* deliver_events: setup.c checks */
	int	$SILK_I386_VECTOR_CALL
1:	popl	%eax
	RET
SYM_FUNC_END(silk_deliver_events)

/* [BOOT-4] */
	ELFNOTE(SILK, SILK_NOTE_TYPE, .long SILK_ABI_VERSION; .long silk_start)
