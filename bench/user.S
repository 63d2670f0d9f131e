/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user.S - what the benchmark runs in user mode.
 *
 * Copied to USER_TEXT, so it uses no address of its own. Each routine gets a
 * count in %ecx and an address in %edi, stores how long its loop took, and
 * leaves by SYS_EXIT. The loops differ in the one instruction that is timed.
 */
#include "bench.h"

	.section .rodata
	.globl user_start, user_end
	.globl user_empty, user_syscall, user_int3, user_fault, user_touch
	.globl user_spin

.macro TIMED name, op:vararg
\name:
	rdtsc
	movl	%eax, %esi
1:	movl	$SYS_NULL, %eax
	\op
	addl	$4096, %edi
	decl	%ecx
	jnz	1b
	rdtsc
	subl	%esi, %eax
	movl	%eax, USER_CYCLES
	jmp	leave_user
.endm

	.p2align 4
user_start:
	TIMED user_empty
	TIMED user_syscall, int $0x80
	TIMED user_int3, int3
	TIMED user_fault, movl %eax, (%edi)
	TIMED user_touch, movl %eax, (%edi)

leave_user:
	movl	$SYS_EXIT, %eax
	int	$0x80

/*
 * Read the clock again and again until the kernel says stop; store the longest
 * gap between two readings less the shortest, which is what the event in
 * between took.
 */
user_spin:
	movl	$-1, %ecx		/* shortest */
	xorl	%ebx, %ebx		/* longest */
	rdtsc
	movl	%eax, %esi
1:	rdtsc
	movl	%eax, %edx
	subl	%esi, %edx
	movl	%eax, %esi
	cmpl	%ecx, %edx
	cmovb	%edx, %ecx
	cmpl	%ebx, %edx
	cmova	%edx, %ebx
	cmpl	$0, USER_STOP
	je	1b
	rdtsc
	subl	%esi, %eax
	cmpl	%ebx, %eax
	cmova	%eax, %ebx
	subl	%ecx, %ebx
	movl	%ebx, USER_CYCLES
	jmp	leave_user
user_end:
