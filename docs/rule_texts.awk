# rules.def -> C arrays with the text of docs/rules/NAME.md for every rule. Fails when a text is
# missing or lacks a part.

function complain(message) {
    print "docs/rules: " message > "/dev/stderr"
    failed = 1
}

function read_text(id, name,    file, line, found, lines, has_wrong, has_right, fences) {
    file = "docs/rules/" name ".md"
    printf "static const char text_%s[] =\n", id
    ids[++count] = id
    while ((found = (getline line < file)) > 0) {
        lines++
        if (lines == 1 && line != "# " name)
            complain(file ": the first line is not '# " name "'")
        if (line == "## Wrong") has_wrong = 1
        if (line == "## Right") has_right = 1
        if (line ~ /^```/) fences++
        if (line ~ /^See: /) has_source = 1
        gsub(/\\/, "&&", line)
        gsub(/"/, "\\\"", line)
        printf "    \"%s\\n\"\n", line
    }
    close(file)
    if (!lines)
        complain("rule '" name "' has no text: write " file)
    else if (!has_wrong || !has_right || fences % 2 || fences < 4)
        complain(file ": expected '## Wrong' and '## Right', each with an example")
    if (!lines)
        printf "    \"\"\n"
    printf "    ;\n"
}

/^RULE\(/ {
    split($0, columns, /[(,] */)
    id = columns[2]
    name = columns[4]
    gsub(/"/, "", name)
    if (columns[3] in codes)
        complain("rules '" codes[columns[3]] "' and '" name "' have one code, " columns[3])
    codes[columns[3]] = name
    read_text(id, name)
}

END {
    print "static const struct str texts[RULE_COUNT] = {"
    for (i = 1; i <= count; i++)
        printf "    [RULE_%s] = {text_%s, sizeof text_%s - 1},\n", ids[i], ids[i], ids[i]
    print "};"
    exit failed
}
