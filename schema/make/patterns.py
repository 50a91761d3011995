"""Turns the patterns of the sources (Java, JavaScript, Go, XML schema) into what pcre2 takes.

What can't be turned, or says nothing, is dropped and counted.
"""

import os
import re
import subprocess

from text import quote_always

POSIX = {"Alnum": "alnum", "Alpha": "alpha", "ASCII": "ascii", "Blank": "blank", "Cntrl": "cntrl",
         "Digit": "digit", "Graph": "graph", "Lower": "lower", "Print": "print",
         "Punct": "punct", "Space": "space", "Upper": "upper", "XDigit": "xdigit"}
SCRIPTS = {"IsAlphabetic": "L", "IsLetter": "L", "IsDigit": "Nd", "IsPunctuation": "P",
           "IsWhite_Space": "Z", "IsL": "L", "IsN": "N", "IsP": "P", "IsS": "S", "IsZ": "Z",
           "IsM": "M", "IsC": "C", "IsLatin": "Latin"}
SURROGATES = re.compile(r"\\u[dD]800(\\u[dD][cC]00-\\u[dD][bB][fF][fF]|"
                        r"\\u[dD][bB][fF][fF]-\\u[dD][cC]00)\\u[dD][fF][fF][fF]")
CLASSES = {"\\w", "\\W", "\\d", "\\D", "\\s", "\\S", "\\p", "\\P"}
EMPTY = {"", ".*", "^.*$", "^.*", ".*$", r"[\s\S]*", r"^[\s\S]*$", r"^[\S\s]*$", r"[\S\s]*", "(.*)",
         r"(?s).*", r"^(?s).*$", r"[\w\W]*", r"^[\w\W]*$"}


def translate(pattern):
    """The pattern for pcre2, or None if it uses what pcre2 reads otherwise."""
    if pattern in EMPTY:
        return None
    pattern = SURROGATES.sub(r"\\x{10000}-\\x{10ffff}", pattern)
    out, at, inside, start = [], 0, False, 0
    while at < len(pattern):
        c = pattern[at]
        if c == "\\" and at + 1 < len(pattern):
            piece, at = escape(pattern, at, inside)
            out.append(piece)
            if inside and piece[:2] in CLASSES and pattern[at:at + 1] == "-" != pattern[at + 1]:
                out.append("\\-")
                at += 1
            continue
        if inside:
            if c == "]" and at > start:
                inside = False
            elif c == "&" and pattern.startswith("&&", at):
                return None
        elif c == "[":
            inside = True
            start = at + 2 if pattern.startswith("[^", at) else at + 1
        out.append({"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(c, c))
        at += 1
    return quotable("".join(out))


def escape(pattern, at, inside):
    """One escape, and where it ends."""
    two = pattern[at:at + 2]
    if two in ("\\p", "\\P"):
        match = re.match(r"\\([pP])\{(\^?)(\w+)\}", pattern[at:])
        if match:
            return category(match, inside), at + match.end()
    match = re.match(r"\\u([0-9a-fA-F]{4})", pattern[at:])
    if match:
        return r"\x{%s}" % match.group(1).lower(), at + 6
    match = re.match(r"\\u\{([0-9a-fA-F]{1,6})\}", pattern[at:])
    if match:
        return r"\x{%s}" % match.group(1).lower(), at + match.end()
    if two == "\\/":
        return "/", at + 2
    if ord(two[1]) > 127:
        return two[1], at + 2
    return two, at + 2


def category(match, inside):
    letter, negated, name = match.groups()
    if name in POSIX:
        flip = (letter == "P") != bool(negated)
        group = "[:%s%s:]" % ("^" if flip else "", POSIX[name])
        return group if inside else "[" + group + "]"
    return "\\%s{%s%s}" % (letter, negated, SCRIPTS.get(name, name))


def quotable(pattern):
    """Spells a quote by its code where no quote is left to put around the pattern."""
    if quote_always(pattern):
        return pattern
    pairs = re.findall(r"\\.|[^\\]|\\$", pattern, re.S)
    pattern = "".join({"~": r"\x7e", "\\~": r"\x7e"}.get(p, p) for p in pairs)
    pattern = "".join(c if c.isprintable() else r"\x{%x}" % ord(c) for c in pattern)
    return pattern if quote_always(pattern) else None


class Patterns:
    """All patterns of a run: gather first, then check them together, then ask."""

    def __init__(self, here, build):
        self.found = {}
        self.dropped = {}
        self.here, self.build = here, build

    def add(self, pattern):
        if pattern is not None and pattern not in self.found:
            self.found[pattern] = translate(pattern)

    def check(self):
        tool = os.path.join(self.build, "patcheck")
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libpcre2-8"], check=True,
                               capture_output=True, text=True).stdout.split()
        subprocess.run(["gcc", "-O1", "-o", tool, os.path.join(self.here, "patcheck.c")] + flags,
                       check=True)
        asked = sorted({p for p in self.found.values() if p is not None})
        said = subprocess.run([tool], input="\n".join(asked) + "\n", check=True,
                              capture_output=True, text=True).stdout.splitlines()
        refused = {p: s for p, s in zip(asked, said, strict=True) if s != "ok"}
        for pattern, new in self.found.items():
            if new is None and pattern not in EMPTY:
                self.dropped[pattern] = "means something else to pcre2, or can't be quoted"
            elif new in refused:
                self.dropped[pattern] = refused[new]
                self.found[pattern] = None

    def get(self, pattern):
        return None if pattern is None else self.found[pattern]
