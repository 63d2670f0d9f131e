// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - from the boot loader to the guest.
 *
 * The first module is the guest's kernel; its string says how:
 *
 *   FILE [name=NAME] [mood=M] [mem=CHUNKS | mem=MBM] [maxmem=...] [weight=N]
 *        [net=CARDS] [earlier=REQUESTS] [limit=SECONDS] [seed=N]
 *        [shutdown=MS] [input=TEXT] [-- COMMAND LINE]
 *
 * and words that our own hypervisor takes, which mean nothing here: console=,
 * disk=, restart=.
 *
 * In TEXT \s is a space and \n the end of a line. A module
 * whose string ends with "initrd" is its initial ramdisk, another one its disk.
 * Invariant: what the loader put into memory lies below the guest's chunks.
 */
#include "stub.h"

struct module {
	u32 start, end, string, zero;
};

extern char stub_end[];
static char words[2048];
static const char *const moods[] = { "plain", "minimal", "nervous", "slow", "poisoned",
				     "scarce", "newer", "major" };

static bool starts(const char *word, const char *with)
{
	return !memcmp(word, with, strlen(with));
}

static u32 number(const char *s)
{
	u32 n = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		n = n * 10 + (u32)(*s - '0');
	return n;
}

static void set_mood(const char *name)
{
	for (u32 i = 0; i < COUNT(moods); i++) {
		if (strlen(name) == strlen(moods[i]) && starts(name, moods[i])) {
			mood = (enum mood)i;
			return;
		}
	}
	finish(BROKEN, "no such mood: %s", name);
}

static u32 megabytes_or_chunks(const char *s)
{
	return s[strlen(s) - 1] == 'M' ? number(s) / 4 : number(s);
}

static bool meaningless(const char *word)
{
	return starts(word, "console=") || starts(word, "disk=") ||
	       starts(word, "restart=");
}

static void option(char *word)
{
	if (starts(word, "mood="))
		set_mood(word + 5);
	else if (starts(word, "mem="))
		options.mem = megabytes_or_chunks(word + 4);
	else if (starts(word, "maxmem="))
		options.most = megabytes_or_chunks(word + 7);
	else if (starts(word, "weight="))
		options.weight = number(word + 7);
	else if (starts(word, "net="))
		options.cards = number(word + 4);
	else if (starts(word, "name="))
		options.name = word + 5;
	else if (starts(word, "earlier="))
		options.earlier = number(word + 8);
	else if (starts(word, "limit="))
		options.limit = number(word + 6);
	else if (starts(word, "seed="))
		options.seed = number(word + 5);
	else if (starts(word, "shutdown="))
		options.shutdown = number(word + 9);
	else if (starts(word, "input="))
		options.input = word + 6;
	else if (!meaningless(word))
		finish(BROKEN, "no such option: %s", word);
}

static void read_options(const char *string)
{
	char *at = words;
	bool first = true;

	if (strlen(string) >= sizeof(words))
		finish(BROKEN, "the module's string is too long");
	memcpy(words, string, strlen(string) + 1);
	while (*at) {
		char *word = at;

		if (*at == ' ') {
			at++;
			continue;
		}
		if (starts(at, "-- ") || (at[0] == '-' && at[1] == '-' && !at[2])) {
			options.cmdline = at[2] ? at + 3 : "";
			break;
		}
		while (*at && *at != ' ')
			at++;
		if (*at)
			*at++ = '\0';
		if (!first)
			option(word);
		first = false;
	}
	if (options.mem < 2)
		finish(BROKEN, "a guest needs 2 chunks");
}

static void module(const struct module *m)
{
	const char *string = seen_at(m->string);
	u32 n = strlen(string);

	if (n > 7 && starts(string + n - 7, " initrd"))
		ramdisk_init(seen_at(m->start), m->end - m->start);
	else
		block_init(m->start, m->end - m->start);
}

void stub_main(const u32 *multiboot)
{
	const struct module *m;
	u32 count, end = physical_of(stub_end), room;

	multiboot = seen_at((u32)multiboot);
	machine_init();
	count = multiboot[0] & 8 ? multiboot[5] : 0;
	m = seen_at(multiboot[6]);
	if (count < 1)
		finish(BROKEN, "no kernel was given");
	for (u32 i = 0; i < count; i++)
		if (m[i].end > end)
			end = m[i].end;
	read_options(seen_at(m[0].string));
	note("mood %s, %u chunks, seed %u", moods[mood], options.mem, options.seed);
	room = (end + CHUNK - 1) & ~(CHUNK - 1);
	memory_init(room + CHUNK);
	for (u32 i = 1; i < count; i++)
		module(&m[i]);
	life_init(seen_at(m[0].start), m[0].end - m[0].start, seen_at(room));
	boot_again();
}
