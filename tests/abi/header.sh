#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 600
#
# header.sh - abi-check passes on silk.h, and fails on a header that some
# compiler, language, word size or the assembler would see differently, or whose
# tables disagree.

. "$(dirname "$0")/../spec/lib/tree.sh"

# broken WHAT EXPECTED SED-SCRIPT: fails with the header changed.
broken() {
	fresh
	edit abi/silk.h "$3" || not_ok "$1"
	fails "$1" "$2" abi_check
}

fresh
passes 'the header as it is passes' abi_check
broken 'not C89' 'gnu89.*does not compile alone\|c89.*does not compile alone' \
	's|^#define SILK_MAGIC.*|&\nstatic inline int silk_one(void) { for (int i = 0; ;) return i; }|'
broken 'an error in C++ alone' 'c++17.*does not compile alone' \
	's|^struct silk_note {|struct silk_other {\n\tuint32_t class;\n};\n&|'
broken 'a layout that depends on the word size' 'does not compile' \
	's|^\tuint64_t sectors;|\tuint32_t first;\n&|;s|^\tuint32_t reserved;|\tuint16_t last;|'
broken 'a member without a fixed width' 'member that facts.awk can' \
	's|uint32_t queue_error;|unsigned queue_error;|'
broken 'a constant that the assembler takes for something else' 'assembler sees other' \
	's|^#define SILK_RING_ENTRIES.*|#define SILK_RING_ENTRIES\t(sizeof(char) * 256)|'
broken 'something needed from another header' 'does not compile' \
	's|^struct silk_note {|struct silk_page { char bytes[PAGE_SIZE]; };\n&|'
broken 'a number used twice' 'call 4 does not follow 4' \
	's|X( 5, set_traps, |X( 4, set_traps, |'
broken 'a count that is wrong' 'SILK_NR_CALLS is 25' \
	's|^#define SILK_NR_CALLS.*|#define SILK_NR_CALLS\t\t25|'
broken 'an event constant that is not the table'"'"'s' 'SILK_EVENT_BLOCK is 4' \
	's|^#define SILK_EVENT_BLOCK.*|#define SILK_EVENT_BLOCK\t4|'
broken 'two refusals with one clause' 'clause PT-53 is there twice' \
	'/X(ALLOC_KIND,/s|54|53|'
broken 'a refusal below 50' 'number below 50' '/X(ALLOC_KIND,/s|54|49|'
broken 'a refusal of an unknown call' 'of unknown call pt_frob' \
	'/X(ALLOC_KIND,/s|pt_alloc,|pt_frob,|'
broken 'a refusal with an unknown error' 'ENONE\|does not compile' \
	'/X(ALLOC_KIND,/s|EKIND,|ENONE,|'
broken 'a refusal of an argument that is not there' 'argument that pt_free hasn' \
	'/X(FREE_KIND,/s|1, PT|2, PT|'
broken 'a feature bit used twice' 'feature bit of MMU 0 is there twice' \
	's|X(MMU_LARGE,    MMU,   1,|X(MMU_LARGE,    MMU,   0,|'
broken 'a version that disagrees with the group ABI' 'group ABI has not the version' \
	's|^#define SILK_ABI_MINOR.*|#define SILK_ABI_MINOR\t\t9|'
finish
