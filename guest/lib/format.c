// SPDX-License-Identifier: MIT
/*
 * format.c - printf's language, as much of it as a kernel needs.
 *
 * Invariant: out() stores nothing beyond the buffer and counts everything.
 */
#include "print.h"

struct output {
	char *buffer;
	size_t size, length;
};

struct spec {
	bool left, zero;
	int width, precision; /* precision < 0: none */
};

/* A va_list that functions can take from for each other. */
struct arguments {
	va_list list;
};

static void out(struct output *o, char c)
{
	if (o->length + 1 < o->size)
		o->buffer[o->length] = c;
	o->length++;
}

static void pad(struct output *o, char c, int n)
{
	while (n-- > 0)
		out(o, c);
}

static void put_string(struct output *o, const struct spec *spec, const char *s)
{
	int n = 0;

	while ((spec->precision < 0 || n < spec->precision) && s[n])
		n++;
	if (!spec->left)
		pad(o, ' ', spec->width - n);
	for (int i = 0; i < n; i++)
		out(o, s[i]);
	if (spec->left)
		pad(o, ' ', spec->width - n);
}

static unsigned int base_of(char conversion)
{
	if (conversion == 'u')
		return 10;
	return conversion == 'o' ? 8 : 16;
}

static void put_number(struct output *o, const struct spec *spec, uint64_t value,
		       uint32_t base, bool upper, bool negative)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char digits[24];
	int n = 0, zeros, width = spec->width - negative;
	uint32_t digit;

	while (value > 0) {
		value = divide(value, base, &digit);
		digits[n++] = set[digit];
	}
	zeros = (spec->precision < 0 ? 1 : spec->precision) - n;
	if (spec->zero && !spec->left && spec->precision < 0 && width - n > zeros)
		zeros = width - n;
	if (zeros < 0)
		zeros = 0;
	if (!spec->left)
		pad(o, ' ', width - n - zeros);
	if (negative)
		out(o, '-');
	pad(o, '0', zeros);
	for (int i = n; i-- > 0;)
		out(o, digits[i]);
	if (spec->left)
		pad(o, ' ', width - n - zeros);
}

static int parse_number(const char **fmt, struct arguments *args)
{
	int n = 0;

	if (**fmt == '*') {
		(*fmt)++;
		return va_arg(args->list, int);
	}
	while (**fmt >= '0' && **fmt <= '9')
		n = n * 10 + *(*fmt)++ - '0';
	return n;
}

/* Flags, width and precision; fmt is left at the length or conversion. */
static struct spec parse_spec(const char **fmt, struct arguments *args)
{
	struct spec spec = { .precision = -1 };

	for (;; ++*fmt) {
		if (**fmt == '-')
			spec.left = true;
		else if (**fmt == '0')
			spec.zero = true;
		else
			break;
	}
	spec.width = parse_number(fmt, args);
	if (**fmt == '.') {
		++*fmt;
		spec.precision = parse_number(fmt, args);
	}
	return spec;
}

static void convert(struct output *o, const struct spec *spec, char conversion,
		    bool wide, struct arguments *args)
{
	int64_t n;

	switch (conversion) {
	case 'd':
	case 'i':
		n = wide ? va_arg(args->list, int64_t) : va_arg(args->list, int32_t);
		put_number(o, spec, n < 0 ? -(uint64_t)n : (uint64_t)n, 10, false, n < 0);
		break;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		n = (int64_t)(wide ? va_arg(args->list, uint64_t) : va_arg(args->list, uint32_t));
		put_number(o, spec, (uint64_t)n, base_of(conversion), conversion == 'X', false);
		break;
	case 'p':
		put_number(o, &(struct spec){ .precision = 8 },
			   (uintptr_t)va_arg(args->list, void *), 16, false, false);
		break;
	case 'c':
		out(o, (char)va_arg(args->list, int));
		break;
	case 's':
		put_string(o, spec, va_arg(args->list, const char *));
		break;
	default:
		out(o, conversion);
	}
}

int format_va(char *buffer, size_t size, const char *fmt, va_list list)
{
	struct output o = { buffer, size, 0 };
	struct arguments args;

	va_copy(args.list, list);
	while (*fmt) {
		struct spec spec;
		int longs = 0;

		if (*fmt != '%') {
			out(&o, *fmt++);
			continue;
		}
		fmt++;
		spec = parse_spec(&fmt, &args);
		for (; *fmt == 'l' || *fmt == 'z'; fmt++)
			longs += *fmt == 'l';
		if (*fmt)
			convert(&o, &spec, *fmt++, longs > 1, &args);
	}
	va_end(args.list);
	if (size > 0)
		buffer[o.length < size ? o.length : size - 1] = '\0';
	return (int)o.length;
}

int format(char *buffer, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = format_va(buffer, size, fmt, args);
	va_end(args);
	return n;
}
