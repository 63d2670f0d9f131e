# SPDX-License-Identifier: GPL-2.0-only
#
# Tools, flags and places that every part of the build shares.
#
#   BUILD   where everything goes
#   Q, say  quiet commands: $(call say,CC,$@) prints a line, $(Q) hides one
#   I386_CFLAGS   flags of freestanding i386 code, hypervisor and guests alike
#   LIBGCC32      gcc's own helpers for i386 (64-bit division)

BUILD := build

CC := gcc
LD := ld
AR := ar
OBJCOPY := objcopy
HOSTCC := gcc
CLANG := clang
CXX := g++
CLANGXX := clang++

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n' '$(1)' '$(2)'
endif

# As many jobs as CPUs, unless the user says otherwise.
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

WARNINGS := -Wall -Wextra -Werror

# No SSE, MMX or x87 in code that runs with a guest's registers in them; no
# control-flow marks, no unwind tables: nothing on i386 here reads them.
I386_CFLAGS := -std=gnu11 -m32 -march=i686 -O2 -g -ffreestanding \
	-fno-pic -fno-pie -fno-stack-protector -mno-sse -mno-mmx -mno-80387 \
	-fno-asynchronous-unwind-tables -fno-strict-aliasing \
	-fcf-protection=none -fno-common $(WARNINGS)

LIBGCC32 = $(shell $(CC) -m32 -print-libgcc-file-name)
