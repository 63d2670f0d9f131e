// SPDX-License-Identifier: GPL-2.0-only
/*
 * config.c - reads the description of a guest.
 *
 * Invariant: a configuration that comes out of config_parse() without a
 * complaint is within all limits of its own; nothing is half read.
 */
#include "config.h"
#include "format.h"
#include "libc.h"
#include "machine.h"

#define WORD 160 /* bytes, the longest option with its 0 */

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* Is the word that begins here the name of a file? Some loaders leave it out. */
static bool is_file(const char *text)
{
	if (!*text || !strncmp(text, "paused", 6) || !strncmp(text, "--", 2))
		return false;
	for (; *text && !is_space(*text); text++) {
		if (*text == '=')
			return false;
	}
	return true;
}

/* The next word into `word`; where the text goes on, NULL: it is too long. */
static const char *next_word(const char *text, char word[WORD])
{
	u32 n = 0;

	while (is_space(*text))
		text++;
	for (; *text && !is_space(*text); text++) {
		if (n == WORD - 1)
			return NULL;
		word[n++] = *text;
	}
	word[n] = 0;
	return text;
}

bool config_number(const char *text, u32 most, u32 *to)
{
	u64 n = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		n = n * 10 + (u32)(*text - '0');
		if (n > most)
			return false;
	}
	*to = (u32)n;
	return true;
}

/* 32M, 1G, 4096K: in chunks, rounded up. */
static bool parse_size(const char *text, u32 *chunks)
{
	char digits[WORD];
	u32 n, unit = (u32)strlen(text);
	u64 bytes;

	if (unit < 2)
		return false;
	memcpy(digits, text, unit--);
	digits[unit] = 0;
	if (!config_number(digits, 1u << 22, &n))
		return false;
	if (text[unit] == 'K')
		bytes = (u64)n << 10;
	else if (text[unit] == 'M')
		bytes = (u64)n << 20;
	else if (text[unit] == 'G')
		bytes = (u64)n << 30;
	else
		return false;
	bytes = (bytes + CHUNK_SIZE - 1) >> CHUNK_SHIFT;
	if (bytes > CHUNKS)
		return false;
	*chunks = (u32)bytes;
	return true;
}

/* Does the module's file, the first word of its text, have this name, with its
 * directories or without? */
static bool module_is(const struct module *m, const char *name)
{
	const char *base = m->text, *end = m->text;

	for (; *end && !is_space(*end); end++) {
		if (*end == '/')
			base = end + 1;
	}
	if (!*name)
		return false;
	return (!strncmp(m->text, name, strlen(name)) &&
		strlen(name) == (size_t)(end - m->text)) ||
	       (!strncmp(base, name, strlen(name)) &&
		strlen(name) == (size_t)(end - base));
}

u32 config_module(const char *text)
{
	u32 i, n = machine_modules();

	if (config_number(text, CONFIG_NONE - 1, &i))
		return i < n ? i : CONFIG_NONE;
	for (i = 0; i < n; i++) {
		if (module_is(machine_module(i), text))
			return i;
	}
	return CONFIG_NONE;
}

/* ---- options ---- */

static const char *take_name(struct guest_config *c, const char *value)
{
	const char *p;

	if (!*value || strlen(value) >= SILK_NAME_MAX)
		return complaint("name=: from 1 to %d characters",
				 SILK_NAME_MAX - 1);
	for (p = value; *p; p++) {
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= '0' && *p <= '9') && !strchr("-_.", *p))
			return "name=: letters, digits, '-', '_' and '.' only";
	}
	memcpy(c->name, value, strlen(value) + 1);
	return NULL;
}

static const char *bad_size(const char *option, const char *value)
{
	return complaint("%s=: '%.40s' is not a size up to 4G (like 32M, 4096K)",
			 option, value);
}

static const char *take_mem(struct guest_config *c, const char *value)
{
	if (!parse_size(value, &c->chunks))
		return bad_size("mem", value);
	if (c->chunks < CONFIG_CHUNKS_MIN)
		return complaint("mem=: %.40s is too little, a guest needs 8M",
				 value);
	return NULL;
}

static const char *take_maxmem(struct guest_config *c, const char *value)
{
	return parse_size(value, &c->chunk_limit) ? NULL
						  : bad_size("maxmem", value);
}

static const char *take_low(struct guest_config *c, const char *value)
{
	if (!parse_size(value, &c->low_chunks))
		return bad_size("low", value);
	if (c->low_chunks < CONFIG_CHUNKS_MIN || c->low_chunks > CONFIG_LOW_MAX)
		return complaint("low=: from 8M to %uM", CONFIG_LOW_MAX * 4);
	return NULL;
}

static const char *take_tables(struct guest_config *c, const char *value)
{
	if (!config_number(value, SILK_TABLE_CHUNKS_MAX, &c->table_chunks) ||
	    !c->table_chunks)
		return complaint("tables=: a number from 1 to %d",
				 SILK_TABLE_CHUNKS_MAX);
	return NULL;
}

static const char *take_weight(struct guest_config *c, const char *value)
{
	if (!config_number(value, CONFIG_WEIGHT_MAX, &c->weight) || !c->weight)
		return complaint("weight=: '%.40s' is not a number from 1 to %d",
				 value, CONFIG_WEIGHT_MAX);
	return NULL;
}

static const char *take_console(struct guest_config *c, const char *value)
{
	if (!config_number(value, 1000, &c->console_port))
		return complaint("console=: '%.40s' is not a number", value);
	return NULL;
}

static const char *take_module(u32 *to, const char *option, const char *value)
{
	*to = config_module(value);
	if (*to == CONFIG_NONE)
		return complaint("%s=: no module '%.80s' was loaded", option,
				 value);
	return NULL;
}

static const char *take_kernel(struct guest_config *c, const char *value)
{
	return take_module(&c->kernel_module, "kernel", value);
}

static const char *take_initrd(struct guest_config *c, const char *value)
{
	return take_module(&c->initrd_module, "initrd", value);
}

/* DISK[pPARTITION][:ro] */
static const char *take_one_disk(struct blk_device *d, char *text)
{
	char *ro = strchr(text, ':'), *part;

	if (ro) {
		if (strcmp(ro, ":ro"))
			return complaint("disk=: '%.40s' is not ':ro'", ro);
		*ro = 0;
		d->flags |= SILK_BLK_F_READONLY;
	}
	part = strchr(text, 'p');
	if (part) {
		*part++ = 0;
		if (!config_number(part, 128, &d->partition) || !d->partition)
			return "disk=: a partition's number is from 1 to 128";
	}
	if (!config_number(text, 255, &d->backend))
		return complaint("disk=: '%.40s' is not a disk's number", text);
	d->flags |= SILK_BLK_F_PRESENT;
	return NULL;
}

static const char *take_disk(struct guest_config *c, const char *value)
{
	char one[WORD];
	u32 n, length;

	for (n = 0;; n++) {
		const char *comma = strchr(value, ','), *wrong;

		if (n == SILK_BLK_DEVICES)
			return complaint("disk=: at most %d disks",
					 SILK_BLK_DEVICES);
		length = comma ? (u32)(comma - value) : (u32)strlen(value);
		memcpy(one, value, length);
		one[length] = 0;
		wrong = take_one_disk(&c->blk[n], one);
		if (wrong || !comma)
			return wrong;
		value = comma + 1;
	}
}

static const char *take_restart(struct guest_config *c, const char *value)
{
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return "restart=: yes or no";
	c->restart = *value == 'y';
	return NULL;
}

static const struct option {
	const char *name;
	const char *(*take)(struct guest_config *c, const char *value);
} options[] = {
	{ "name", take_name },
	{ "mem", take_mem },
	{ "maxmem", take_maxmem },
	{ "low", take_low },
	{ "tables", take_tables },
	{ "weight", take_weight },
	{ "console", take_console },
	{ "kernel", take_kernel },
	{ "initrd", take_initrd },
	{ "disk", take_disk },
	{ "restart", take_restart },
};

/* One word behind the file's name; *seen has a bit for each option. */
static const char *take_option(struct guest_config *c, char *word, u32 *seen)
{
	char *value = strchr(word, '=');
	u32 i;

	if (!strcmp(word, "paused")) {
		c->paused = true;
		return NULL;
	}
	if (!value)
		return complaint("'%.40s' is not an option", word);
	*value++ = 0;
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (strcmp(options[i].name, word))
			continue;
		if (*seen & 1u << i)
			return complaint("%s= is given twice", word);
		*seen |= 1u << i;
		return options[i].take(c, value);
	}
	return complaint("there is no option %.40s=", word);
}

/* What the text does not say, and what only all of it together can break. */
static const char *complete(struct guest_config *c)
{
	if (!c->name[0])
		return "name= is missing";
	if (c->kernel_module == CONFIG_NONE)
		return "kernel= is missing";
	if (!c->chunk_limit)
		c->chunk_limit = c->chunks;
	if (c->chunk_limit < c->chunks)
		return "maxmem= is less than mem=";
	c->low_chunks = MIN(c->low_chunks, c->chunks);
	if (!c->table_chunks) /* one for each 128 MB */
		c->table_chunks = MIN((c->chunks + 31) / 32,
				      (u32)SILK_TABLE_CHUNKS_MAX);
	if (c->table_chunks >= c->low_chunks)
		return "tables= leaves no memory for the kernel";
	return NULL;
}

static const char *take_cmdline(struct guest_config *c, const char *text)
{
	u32 length;

	while (is_space(*text))
		text++;
	length = (u32)strlen(text);
	if (length >= SILK_CMDLINE_MAX)
		return complaint("the command line is longer than %d characters",
				 SILK_CMDLINE_MAX - 1);
	memcpy(c->cmdline, text, length + 1);
	return NULL;
}

/* The file that a module's text begins with may have a name of any length. */
static const char *skip_file(const char *text)
{
	while (is_space(*text))
		text++;
	if (is_file(text)) {
		while (*text && !is_space(*text))
			text++;
	}
	return text;
}

bool config_is_guest(const char *text)
{
	char word[WORD];

	if (!next_word(skip_file(text), word))
		return true;
	return strcmp(word, "initrd") && strcmp(word, "kernel");
}

const char *config_parse(struct guest_config *c, const char *text, u32 module)
{
	const char *wrong = NULL;
	char word[WORD];
	u32 seen = 0;

	memset(c, 0, sizeof(*c));
	c->kernel_module = module;
	c->initrd_module = CONFIG_NONE;
	c->console_port = CONFIG_NONE;
	c->chunks = CONFIG_CHUNKS;
	c->low_chunks = CONFIG_LOW_CHUNKS;
	c->weight = CONFIG_WEIGHT;
	c->restart = true;
	while (is_space(*text))
		text++;
	if (module != CONFIG_NONE) {
		text = skip_file(text);
	} else if (is_file(text)) {
		text = next_word(text, word);
		if (text)
			wrong = take_kernel(c, word);
	}
	while (!wrong) {
		text = text ? next_word(text, word) : NULL;
		if (!text)
			return "a word is too long";
		if (!*word)
			break;
		if (!strcmp(word, "--")) {
			wrong = take_cmdline(c, text);
			break;
		}
		wrong = take_option(c, word, &seen);
	}
	return wrong ? wrong : complete(c);
}
