// SPDX-License-Identifier: GPL-2.0-only
/*
 * format.c - printf for a world without a C library.
 *
 * Invariant: never writes beyond the buffer, whatever the text; the length that
 * it returns does not depend on the buffer's size.
 */
#include "format.h"
#include "libc.h"

struct out {
	char *to;
	u32 size, length;
};

struct field {
	u32 width;
	u32 precision; /* ~0: none */
	bool left, zero;
};

u64 div64_32(u64 n, u32 d, u32 *rest)
{
	u64 quotient = 0, r = 0;
	int i;

	if (d < 0x10000) {
		/* Long division by digits of 16 bits: 32-bit divisions do. */
		u32 small = 0;

		for (i = 48; i >= 0; i -= 16) {
			small = small << 16 | (u32)(n >> i & 0xffff);
			quotient = quotient << 16 | small / d;
			small %= d;
		}
		r = small;
	} else {
		for (i = 63; i >= 0; i--) {
			r = r << 1 | (n >> i & 1);
			quotient <<= 1;
			if (r >= d) {
				r -= d;
				quotient |= 1;
			}
		}
	}
	if (rest)
		*rest = (u32)r;
	return quotient;
}

static void put(struct out *o, char c)
{
	if (o->length + 1 < o->size)
		o->to[o->length] = c;
	o->length++;
}

static void put_padded(struct out *o, const struct field *f, const char *text,
		       u32 length)
{
	u32 pad = f->width > length ? f->width - length : 0;
	u32 i;

	for (i = 0; !f->left && i < pad; i++)
		put(o, ' ');
	for (i = 0; i < length; i++)
		put(o, text[i]);
	for (i = 0; f->left && i < pad; i++)
		put(o, ' ');
}

static void put_number(struct out *o, const struct field *f, u64 n, u32 base,
		       bool negative)
{
	char text[40];
	u32 at = sizeof(text), digits = 0, digit;

	do {
		n = div64_32(n, base, &digit);
		text[--at] = "0123456789abcdef"[digit];
		digits++;
	} while (n);
	if (f->zero && !f->left) {
		while (digits + negative < f->width && at > 1) {
			text[--at] = '0';
			digits++;
		}
	}
	if (negative)
		text[--at] = '-';
	put_padded(o, f, text + at, (u32)sizeof(text) - at);
}

static void put_string(struct out *o, const struct field *f, const char *text)
{
	u32 length = 0;

	if (!text)
		text = "(null)";
	while (length < f->precision && text[length])
		length++;
	put_padded(o, f, text, length);
}

/* Flags, width and precision; returns the first character after them. */
static const char *parse_field(struct field *f, const char *p, va_list *args)
{
	*f = (struct field){ .precision = ~0u };
	for (; *p == '-' || *p == '0'; p++) {
		f->left |= *p == '-';
		f->zero |= *p == '0';
	}
	if (*p == '*') {
		f->width = (u32)va_arg(*args, int);
		p++;
	}
	for (; *p >= '0' && *p <= '9'; p++)
		f->width = f->width * 10 + (u32)(*p - '0');
	if (*p != '.')
		return p;
	f->precision = 0;
	if (*++p == '*') {
		f->precision = (u32)va_arg(*args, int);
		p++;
	}
	for (; *p >= '0' && *p <= '9'; p++)
		f->precision = f->precision * 10 + (u32)(*p - '0');
	return p;
}

/* The next argument, of `longs` l's, as its sign demands. */
static u64 next_number(va_list *args, int longs, bool sign)
{
	if (longs >= 2)
		return va_arg(*args, unsigned long long);
	if (longs == 1)
		return sign ? (u64)(s64)va_arg(*args, long)
			    : va_arg(*args, unsigned long);
	return sign ? (u64)(s64)va_arg(*args, int)
		    : va_arg(*args, unsigned int);
}

static void convert(struct out *o, struct field *f, char c, int longs,
		    va_list *args)
{
	char one;
	s64 n;

	switch (c) {
	case 'c':
		one = (char)va_arg(*args, int);
		put_padded(o, f, &one, 1);
		break;
	case 's':
		put_string(o, f, va_arg(*args, const char *));
		break;
	case 'd':
		n = (s64)next_number(args, longs, true);
		put_number(o, f, n < 0 ? 0 - (u64)n : (u64)n, 10, n < 0);
		break;
	case 'u':
		put_number(o, f, next_number(args, longs, false), 10, false);
		break;
	case 'x':
		put_number(o, f, next_number(args, longs, false), 16, false);
		break;
	case 'p':
		f->zero = true;
		f->width = 2 * sizeof(void *);
		put_number(o, f, (uintptr_t)va_arg(*args, void *), 16, false);
		break;
	default:
		put(o, c);
	}
}

u32 format_va(char *to, u32 size, const char *format, va_list args)
{
	struct out o = { to, size, 0 };
	struct field f;
	va_list copy;
	int longs;

	va_copy(copy, args);
	for (; *format; format++) {
		if (*format != '%') {
			put(&o, *format);
			continue;
		}
		format = parse_field(&f, format + 1, &copy);
		for (longs = 0; *format == 'l' || *format == 'z'; format++)
			longs++;
		if (!*format)
			break;
		convert(&o, &f, *format, longs, &copy);
	}
	va_end(copy);
	if (size)
		to[MIN(o.length, size - 1)] = 0;
	return o.length;
}

u32 format_text(char *to, u32 size, const char *format, ...)
{
	va_list args;
	u32 length;

	va_start(args, format);
	length = format_va(to, size, format, args);
	va_end(args);
	return length;
}

const char *complaint(const char *format, ...)
{
	static char text[COMPLAINT];
	va_list args;

	va_start(args, format);
	format_va(text, sizeof(text), format, args);
	va_end(args);
	return text;
}
