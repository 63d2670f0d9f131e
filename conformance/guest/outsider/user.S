/* SPDX-License-Identifier: GPL-2.0-only */
/* user.S - two programs for guest-user mode, copied to USER_TEXT page by page. */
#include "kernel.h"

	.macro	sys number
	movl	$\number, %eax
	int	$0x80
	.endm

	/* Spin until this task was preempted as many times more. */
	.macro	spin times
	sys	SYS_PREEMPTED
	leal	\times(%eax), %esi
8:	movl	$100000, %ecx
9:	decl	%ecx
	jnz	9b
	sys	SYS_PREEMPTED
	cmpl	%esi, %eax
	jb	8b
	.endm

	/* Store base + index to each data page, or compare. */
	.macro	pages insn, base, bad
	movl	$USER_DATA, %edi
	movl	$\base, %ecx
7:	\insn	%ecx, (%edi)
	.ifnb	\bad
	jne	\bad
	.endif
	addl	$4096, %edi
	incl	%ecx
	cmpl	$\base + USER_DATA_PAGES, %ecx
	jb	7b
	.endm

	.macro	write text, length, start
	movl	$USER_TEXT + \text - \start, %ebx
	movl	$\length, %ecx
	sys	SYS_WRITE
	.endm

	.section .rodata
	.globl	user_worker, user_worker_end, user_rogue, user_rogue_end
	/* The worker: pages by demand, pre-emption, fork, copies apart. */
user_worker:
	write	wtext, wtext_end-wtext, user_worker
	pages	movl, 0x100
	spin	3
	pages	cmpl, 0x100, wbad
	sys	SYS_FORK
	testl	%eax, %eax
	js	wbad
	jz	wchild
	pages	movl, 0x200
	spin	2
	pages	cmpl, 0x200, wbad
	movl	$1, %ebx
	sys	SYS_EXIT
wchild:	pages	cmpl, 0x100, wbad
	pages	movl, 0x300
	spin	2
	pages	cmpl, 0x300, wbad
	call	wdeep				/* the stack is a copy, too */
	movl	$2, %ebx
	sys	SYS_EXIT
wdeep:	subl	$8192, %esp
	movl	$1, (%esp)
	sys	SYS_YIELD
	addl	$8192, %esp
	ret
wbad:	movl	$99, %ebx
	sys	SYS_EXIT
wtext:	.ascii	"worker: hello from guest-user mode\n"
wtext_end:
user_worker_end:

	/* The rogue: new memory must be 0; then it reaches for the kernel. */
user_rogue:
	pushl	$0x1234
	movl	$USER_DATA, %edi
	movl	$USER_DATA_PAGES * 1024, %ecx
	xorl	%eax, %eax
	cld
	repe scasl
	jne	rbad
	spin	3
	popl	%eax
	cmpl	$0x1234, %eax
	jne	rbad
	write	rtext, rtext_end-rtext, user_rogue
	movl	0xc0400000, %eax
rbad:	movl	$98, %ebx
	sys	SYS_EXIT
rtext:	.ascii	"rogue: reaching for the kernel\n"
rtext_end:
user_rogue_end:
	.section .note.GNU-stack, "", @progbits
