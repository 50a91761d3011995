#!/usr/bin/env python3
"""Writes random templates for compare_reader.py: values in every style that people and tools write, and
(with a folder of templates) real ones with a few characters changed.

    random_yaml.py OUT COUNT [SEED [TEMPLATES]]
"""
import pathlib
import random
import sys

HEAD = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n"
WORDS = ["a", "b c", "x: y", "yes", "12", "0x1f", "it's", 'say "hi"', "- item", "#no", "a #b", "",
         "two\nlines", "end\n", "\nstart", " lead", "trail ", "tab\tin", "back\\slash", "é", "{x}",
         "[y]", "a, b", "*", "&", "!", "|", ">", "%", "@", "`", "?", ": ", "three\n\nlines\n\n",
         "  deep\n flat\n", "${A}-x", "arn:aws:s3:::b/*", "2012-10-17", "long " * 20]
COMMENTS = ["# c", "# x: y", "# - z", "# |", "#"]


class Writer:
    def __init__(self, rng):
        self.rng = rng

    def chance(self, part):
        return self.rng.random() < part

    def noise(self, indent):
        """Blank lines and comments that mean nothing."""
        if self.chance(0.9):
            return ""
        column = self.rng.choice([0, indent, indent + 2])
        return self.rng.choice(["\n", " " * column + self.rng.choice(COMMENTS) + "\n"])

    def tail(self):
        return " " * self.rng.choice([0, 0, 0, 1]) + (
            " " + self.rng.choice(COMMENTS) if self.chance(0.05) else "")

    def double(self, text, indent):
        out = '"'
        for i, c in enumerate(text):
            if c == " " and self.chance(0.1) and 0 < i < len(text) - 1 \
                    and text[i - 1] not in " \n" and text[i + 1] not in " \n":
                out += "\n" + " " * (indent + 2)
            elif self.chance(0.02) and 0 < i:
                out += "\\\n" + " " * (indent + 2) + ("\\ " if c == " " else self.escape(c))
            else:
                out += self.escape(c)
        return out + '"'

    @staticmethod
    def escape(c):
        return {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}.get(c, c)

    def single(self, text, indent):
        text = text.replace("'", "''")
        return "'" + text.replace("\n", "\n\n" + " " * (indent + 2)) + "'"

    def block(self, text, indent):
        lines = text.split("\n")
        keep = len(text) - len(text.rstrip("\n"))
        chomp = "-" if keep == 0 else "" if keep == 1 else "+"
        if keep == len(text):
            return None
        step = self.rng.choice([1, 2, 2, 2, 4])
        digit = str(step) if text[0] in " \n\t" or self.chance(0.1) else ""
        body = lines[:-1] if keep else lines
        if chomp == "+" or not keep:
            pass
        head = "|" + (digit + chomp if self.chance(0.5) else chomp + digit)
        if self.chance(0.1):
            head += " # head"
        return head + "".join("\n" + (" " * (indent + step) + l if l or self.chance(0.2) else "")
                              for l in body)

    def plain(self, text):
        bad = any(s in text for s in (": ", " #", "\n", "\t")) or text[:1] in "-?:,[]{}#&*!|>'\"%@` " \
            or text.endswith((" ", ":")) or not text
        return None if bad else text

    def scalar(self, text, indent, flow=False):
        styles = [lambda: self.double(text, indent), lambda: self.single(text, indent)]
        if "\n" in text and (text.startswith((" ", "\n")) or " \n" in text or "\n " in text
                             or text.endswith((" ", "\n"))):
            styles = styles[:1]
        if text[:1] in " \t" or text[-1:] in " \t" or "\t" in text:
            styles = styles[:1]
        if not flow:
            styles += [lambda: self.block(text, indent), lambda: self.block(text, indent),
                       lambda: self.plain(text), lambda: self.plain(text)]
        elif not any(c in text for c in ",[]{}:?#"):
            styles.append(lambda: self.plain(text))
        return self.rng.choice(styles)() or self.double(text, indent)

    def flow(self, depth, indent):
        if depth == 0 or self.chance(0.5):
            return self.scalar(self.rng.choice(WORDS), indent + 2, True)
        items = [self.flow(depth - 1, indent) for _ in range(self.rng.randint(0, 3))]
        sep = self.rng.choice([", ", ",", ",\n" + " " * (indent + 2), " , "])
        if self.chance(0.5):
            return "[" + sep.join(items) + "]"
        return "{" + sep.join(f"k{i}: {x}" for i, x in enumerate(items)) + "}"

    def tag(self):
        if self.chance(0.85):
            return ""
        tag = self.rng.choice(["!Sub", "!Ref", "!Join", "!If", "!Base64", "&anchor", "!Equals"])
        if tag == "&anchor":
            tag += str(self.rng.randint(0, 10 ** 9))
        return tag

    def value(self, depth, indent, in_list=False):
        """What follows 'key:' or '-', with the line end; indent is the column of that key or dash.
        An empty '-' in a list that isn't indented is left out: libfyaml takes it for an error."""
        kind = self.rng.random()
        tag = self.tag()
        lead = " " + tag if tag else ""
        if tag and self.chance(0.3):
            lead = "\n" + " " * (indent + 2) + tag
        if depth == 0 or kind < 0.5:
            text = self.scalar(self.rng.choice(WORDS), indent)
            if not tag and not text.startswith("|") and self.chance(0.05):
                return "\n" + " " * (indent + 2) + text + self.tail() + "\n"
            return lead + " " + text + ("" if text.startswith("|") else self.tail()) + "\n"
        if kind < 0.6:
            return lead + " " + self.flow(2, indent) + self.tail() + "\n"
        if kind < 0.63 and not tag:
            return self.rng.choice([" |\n", " >-\n", " []\n", " {}\n", " ''\n"])
        count = self.rng.randint(1, 3)
        out = lead + self.tail() + "\n"
        if kind < 0.8:
            column = indent + self.rng.choice([0, 2, 2, 4])
            if tag or in_list:
                column = indent + 2
            return out + "".join(self.item(depth, column) for _ in range(count))
        column = indent + self.rng.choice([1, 2, 2, 4])
        return out + "".join(self.member(depth, column, i) for i in range(count))

    def item(self, depth, column):
        lead = self.noise(column) + " " * column + "-"
        if depth > 1 and self.chance(0.4):
            gap = self.rng.choice([1, 1, 3])
            inner = column + 1 + gap
            return lead + " " * gap + "".join(
                self.member(depth - 1, inner, i, i == 0) for i in range(self.rng.randint(1, 3)))
        return lead + self.value(depth - 1, column, True)

    def member(self, depth, column, i, inline=False):
        key = self.rng.choice([f"k{i}", f'"k {i}"', f"'k{i}'", f"k {i}", f"K::{i}"])
        lead = "" if inline else self.noise(column) + " " * column
        return lead + key + self.rng.choice([":", ":", " :"]) + self.value(depth - 1, column)

    def template(self):
        return HEAD + "Metadata:\n" + "".join(self.member(4, 2, i)
                                              for i in range(self.rng.randint(1, 4)))


def mutate(rng, text):
    lines = text.split("\n")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        line = lines[at]
        how = rng.randrange(6)
        if how == 0:
            lines[at] = " " + line
        elif how == 1 and line.startswith(" "):
            lines[at] = line[1:]
        elif how == 2 and line:
            i = rng.randrange(len(line))
            lines[at] = line[:i] + line[i + 1:]
        elif how == 3:
            i = rng.randint(0, len(line))
            lines[at] = line[:i] + rng.choice(list(":-#'\"[]{}|>&*!%, \t\\?")) + line[i:]
        elif how == 4:
            del lines[at]
            lines = lines or [""]
        else:
            lines.insert(at, rng.choice(["", "# c", line]))
    return "\n".join(lines)


def main():
    out, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    real = sorted(pathlib.Path(sys.argv[4]).glob("*.yaml")) if len(sys.argv) > 4 else []
    for i in range(count):
        text = mutate(rng, rng.choice(real).read_text()) if real else Writer(rng).template()
        (out / f"{i:05}.yaml").write_text(text)


main()
