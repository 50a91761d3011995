#include "template/text.h"

/* Past bytes from 32 to 127 from a place on, eight a step: others set the top bit of a byte. */
static size_t skip_plain(struct str s, size_t at) {
    const uint64_t each = 0x0101010101010101u;
    for (uint64_t word; at + sizeof word <= s.len; at += sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        if ((word | (word - 0x20 * each)) & 0x80 * each)
            break;
    }
    return at;
}

/* Offset of the first byte that no text has: not UTF-8, or a control character; or the length. */
static size_t find_unreadable(struct str s) {
    for (size_t i = 0; (i = skip_plain(s, i)) < s.len;) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 && c != '\n' && c != '\t' && c != '\r')
            return i;
        unsigned n = c < 0x80 ? 1 : utf8_length(s, i);
        if (n == 0)
            return i;
        i += n;
    }
    return s.len;
}

bool text_is_readable(struct diags *d, struct str text, uint32_t source) {
    if (str_starts(text, STR("\xff\xfe")) || str_starts(text, STR("\xfe\xff"))) {
        diag_add(d, RULE_FILE, (struct span){source, 0, 2}, "the file is UTF-16, expected UTF-8");
        return false;
    }
    uint32_t at = (uint32_t)find_unreadable(text);
    if (at == text.len)
        return true;
    unsigned char c = (unsigned char)text.ptr[at];
    diag_add(d, RULE_FILE, (struct span){source, at, at + 1},
             c < 0x20 ? "the file holds the control character 0x%02x, expected text"
                      : "the file holds the byte 0x%02x, which isn't UTF-8",
             c);
    return false;
}
