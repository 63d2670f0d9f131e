/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.S - what C can't say: the system call's path, the switch between two
 * kernel stacks, and copies from and to user memory that may fault.
 *
 * Invariant: whatever brings the kernel in from user mode leaves a struct
 * trap_frame at the very top of current's stack (user_frame()), and goes back
 * by return_to_user.
 */
#include "entry.inc"
#include "abi.h"

	.text

/*
 * System calls have an entry of their own, without the detour through the
 * library's dispatcher: number in eax, arguments in ebx, ecx, edx. C functions
 * with regparm(3) take them in eax, edx, ecx.
 */
	.globl	syscall_entry
	.balign	16
syscall_entry:
	pushl	$0
	pushl	$SILK_I386_VECTOR_CALL
	SAVE_FRAME
	cmpl	$MINI_NR_SYSCALLS, %eax
	jae	1f
	movl	syscall_table(,%eax,4), %esi
	movl	%ebx, %eax
	movl	%ecx, %edx
	movl	FRAME_EDX(%esp), %ecx
	call	*%esi
	movl	%eax, FRAME_EAX(%esp)
	.globl	return_to_user
return_to_user:
	cmpl	$0, work
	jne	2f
	RESTORE_FRAME_AND_RETURN
1:	movl	$-38, FRAME_EAX(%esp)	/* -ENOSYS */
	jmp	return_to_user
2:	call	do_work
	jmp	return_to_user

/* A new process starts here, on its own stack: first start(), which
 * process.c left on the stack as the address to return to. */
	.globl	process_start
process_start:
	popl	%eax
	call	*%eax
	jmp	return_to_user

/* context_switch(uint32_t *save, uint32_t load): goes on on another stack; it
 * returns when somebody switches back. fs and gs are the user's: a load is
 * dear, so it is done only if they differ. */
	.globl	context_switch
	.balign	16
context_switch:
	movl	4(%esp), %eax
	movl	8(%esp), %edx
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	%fs, %ecx
	pushl	%ecx
	movl	%gs, %ecx
	pushl	%ecx
	movl	%esp, (%eax)
	movl	%edx, %esp
	popl	%edx
	movl	%gs, %ecx
	cmpl	%ecx, %edx
	je	1f
	movl	%edx, %gs
1:	popl	%edx
	movl	%fs, %ecx
	cmpl	%ecx, %edx
	je	2f
	movl	%edx, %fs
2:	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

/*
 * user_copy(to, from, n): 0, or 1 if it could not be copied wholly. A fault
 * between user_copy_start and user_copy_end that the address space can't
 * satisfy goes on at user_copy_fault (trap.c).
 */
	.globl	user_copy, user_copy_start, user_copy_end, user_copy_fault
user_copy:
	pushl	%edi
	pushl	%esi
	movl	12(%esp), %edi
	movl	16(%esp), %esi
	movl	20(%esp), %ecx
	movl	%ecx, %edx
	shrl	$2, %ecx
	andl	$3, %edx
user_copy_start:
	rep movsl
	movl	%edx, %ecx
	rep movsb
user_copy_end:
	xorl	%eax, %eax
	popl	%esi
	popl	%edi
	ret
user_copy_fault:
	movl	$1, %eax
	popl	%esi
	popl	%edi
	ret

	.section .note.GNU-stack, "", @progbits
