/* SPDX-License-Identifier: GPL-2.0-only */
/* head.S - note, entry, trap stubs, ways to and from the user programs. */
#include "kernel.h"

	.section .note.silk, "a", @note
	.balign	4
	.long	5, 8, SILK_NOTE_TYPE
	.asciz	SILK_NOTE_NAME
	.balign	4
	.long	SILK_ABI_VERSION, _start

	.text
	.globl	_start
_start:	movl	$boot_stack_top, %esp		/* [BOOT-5] ESP was 0 */
	call	kernel_main
	ud2

	/* One stub for each vector of [TRAP-3], and a table of them. */
	.macro	stub vector, code=0
stub_\vector:
	.if	!\code
	pushl	$0
	.endif
	pushl	$\vector
	jmp	save
	.pushsection .rodata
	.long	\vector, stub_\vector
	.popsection
	.endm

	.section .rodata
	.balign	4
	.globl	trap_stubs, trap_stubs_end
trap_stubs:
	.text
	.irp	v, 0, 1, 3, 4, 5, 6, 7, 16, 19, 128, 129
	stub	\v
	.endr
	.irp	v, 10, 11, 12, 13, 14, 17
	stub	\v, 1
	.endr
	.section .rodata
trap_stubs_end:
	.text

save:	pushal
	pushl	%ds
	pushl	%es
	pushl	%fs
	pushl	%gs
	movl	$SILK_I386_KERNEL_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	cld
	pushl	%esp
	call	trap
	movl	%eax, %esp			/* the frame to go on with */
restore:
	popl	%gs
	popl	%fs
	popl	%es
	popl	%ds
	popal
	addl	$8, %esp
	int	$SILK_I386_VECTOR_RETURN

	/* run_user(frame): returns when somebody calls leave_user(). */
	.globl	run_user, leave_user
run_user:
	movl	4(%esp), %eax
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	%esp, main_esp
	movl	%eax, %esp
	jmp	restore
leave_user:
	movl	main_esp, %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

	/* probe_read(address): can the guest kernel read there? */
	.globl	probe_read, probe_insn, probe_fixup
probe_read:
	movl	4(%esp), %ecx
	movl	$1, %eax
probe_insn:
	movl	(%ecx), %ecx
	ret
probe_fixup:
	xorl	%eax, %eax
	ret

	.bss
	.balign	16
main_esp:
	.skip	4
	.balign	16
	.skip	8192
boot_stack_top:
	.section .note.GNU-stack, "", @progbits
