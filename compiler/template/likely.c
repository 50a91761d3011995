#include "template/template.h"

/* Whether `name` is a key where a document has its top-level keys: at a line's start in YAML, after
   any blanks in JSON. */
static bool has_top_key(struct str text, struct str name) {
    for (size_t at = str_find(text, name, 0); at < text.len; at = str_find(text, name, at + 1)) {
        bool quoted = at > 0 && (text.ptr[at - 1] == '"' || text.ptr[at - 1] == '\'');
        size_t begin = at - quoted, end = at + name.len + quoted;
        while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\t'))
            end++;
        bool is_key = end < text.len && text.ptr[end] == ':';
        bool at_margin = begin == 0 || text.ptr[begin - 1] == '\n' ||
                         (begin == 3 && str_starts(text, STR("\xef\xbb\xbf")));
        struct str start = str_trim(text);
        if (is_key && (at_margin || (quoted && start.len && start.ptr[0] == '{')))
            return true;
    }
    return false;
}

/* A `Type` whose value looks like a resource type. */
static bool has_resource_type(struct str text) {
    for (size_t at = str_find(text, STR("Type"), 0); at < text.len;
         at = str_find(text, STR("Type"), at + 1)) {
        size_t i = at + 4, limit = at + 40;
        while (i < text.len && i < limit && (str_has(STR(" \t\"':"), text.ptr[i])))
            i++;
        struct str value = str_slice(text, i, text.len);
        if (str_starts(value, STR("AWS::")) || str_starts(value, STR("Custom::")) ||
            str_starts(value, STR("Alexa::")))
            return true;
    }
    return false;
}

bool template_is_likely(struct str text) {
    return has_top_key(text, STR("AWSTemplateFormatVersion")) ||
           (has_top_key(text, STR("Resources")) && has_resource_type(text));
}
