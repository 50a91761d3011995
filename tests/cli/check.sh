#!/bin/bash
# apic check: folders, reports, levels, baselines, fixes.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1
mkdir -p project/a/b project/.hidden project/node_modules/x
cat >project/stack.api <<'END'
table data {
  key (id: string)
}
END
cat >project/a/template.yaml <<'END'
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Ref Nmae
Parameters:
  Name:
    Type: String
END
cp project/a/template.yaml project/.hidden
cp project/a/template.yaml project/node_modules/x
echo '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}' >project/a/b/template.json
echo 'services: {web: {image: nginx}}' >project/a/compose.yaml
echo '{"name": "x", "Resources": 1' >project/a/b/broken-but-no-template.json
echo 'text' >project/README.md

# ---- folders
ends 1 check project
says "3 files checked: 1 error, 1 warning"
says "project/a/template.yaml:5:23: error: "
(cd project && "$APIC" check 2>../err >../out)
check "without arguments the current folder is checked" [ $? = 1 ]
says "a/template.yaml:5:23: error: "
ends 1 check project project/a/template.yaml project/./a/../a/template.yaml --quiet
check "a file is checked once" [ "$(grep -c 'error: ' out)" = 1 ]
ln -s .. project/a/up
ends 1 check project --quiet
check "links in a circle end" [ "$(grep -c 'error: ' out)" = 1 ]
rm project/a/up
mkdir empty
ends 2 check empty
says "there is no stack or template to check"
ends 2 check project missing.yaml
says "missing.yaml"
ends 2 check project --jobs 0
ends 2 check project --jobs many

# ---- many files, many threads, one result
mkdir many
for i in $(seq 60); do sed "s/Nmae/Nmae$i/" project/a/template.yaml >many/$i.yaml; done
"$APIC" check --jobs 1 many >one.txt 2>&1
for jobs in 2 7 60; do
    "$APIC" check --jobs $jobs many >more.txt 2>&1
    check "$jobs threads say what one says" cmp -s one.txt more.txt
done

# ---- levels
ends 0 check --quiet -A undefined-reference project/a
ends 0 check --quiet -W undefined-reference project/a
says "warning: "
ends 1 check --quiet -A undefined-reference -E unused-parameter project/a
ends 1 check --quiet -A undefined-reference --error warnings project/a
ends 0 check --quiet -E undefined-reference -A A501 -A unused-parameter project/a
check "the last one wins" [ ! -s log ]
cat >shown.yaml <<'END'
Parameters: {Key: {Type: String, NoEcho: true}}
Resources: {Topic: {Type: AWS::SNS::Topic}}
Outputs: {Key: {Value: !Ref Key}}
END
ends 0 check --quiet shown.yaml
ends 1 check --quiet -E secret-exposed shown.yaml
ends 1 check --quiet -E warnings shown.yaml

# ---- reports
for format in json sarif junit github; do
    ends 1 check --quiet --format $format project
    cp out report.$format
    ends 0 check --quiet --format $format project/stack.api
    cp out clean.$format
done
says_in() { check "$1 has $2" grep -qF -- "$2" "$1"; }
says_in report.github '::error title=undefined-reference,file=project/a/template.yaml,line=5,endLine=5,col=23'
says_in report.json '"rule":"undefined-reference","level":"error","path":"project/a/template.yaml","line":5,"column":23'
says_in report.sarif '"ruleId":"A501"'
says_in report.junit '<testsuite name="project/stack.api" tests="1" failures="0" errors="0">'
says_in report.junit '<testcase classname="project/stack.api" name="no findings"/>'
says_in report.junit '<testcase classname="project/a/template.yaml" name="undefined-reference 5:23">'
if command -v python3 >/dev/null; then
    check "the JSON reports are JSON, the XML is XML" python3 - <<'END'
import json, xml.dom.minidom
report = json.load(open("report.json"))
assert report["summary"] == {"files": 3, "errors": 1, "warnings": 1, "infos": 0}, report["summary"]
assert len(report["diagnostics"]) == 2
assert json.load(open("clean.json"))["diagnostics"] == []
run = json.load(open("report.sarif"))["runs"][0]
for result in run["results"]:
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
assert json.load(open("clean.sarif"))["runs"][0]["results"] == []
suites = xml.dom.minidom.parse("report.junit").getElementsByTagName("testsuite")
assert len(suites) == 3
xml.dom.minidom.parse("clean.junit")
END
else
    skip "JSON and XML" "no python3"
fi
printf 'Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties: {TopicName: !Ref "<&>,:%%\xe2\x80\xae"}\n' >odd,name.yaml
for format in json sarif junit github; do ends 1 check --quiet --format $format odd,name.yaml; done
says 'file=odd%2Cname.yaml'

# ---- baseline
ends 0 check --quiet --baseline report.json project
check "nothing old is reported" [ ! -s log ]
sed -i '1s/^/# moved down\n/' project/a/template.yaml
ends 0 check --quiet --baseline report.json project
check "lines don't count" [ ! -s log ]
cat >>project/a/template.yaml <<'END'
Outputs:
  New:
    Value: !Ref Nmae
END
ends 1 check --quiet --baseline report.json project
check "what is new is reported" [ "$(grep -c 'error: ' out)" = 1 ]
ends 2 check --baseline missing.json project
ends 2 check --baseline project/a/template.yaml project
says "isn't a json report"

# ---- fixes
printf '\xef\xbb\xbf// a table\r\ntable data {\r\n  key (id: string)\r\n}\r\n' >fix.api
ends 1 check --quiet fix.api
ends 0 check --fix fix.api
says "1 file checked: no errors, 1 fixed"
check "a fix changes its place and nothing else" cmp -s fix.api <(
    printf '\xef\xbb\xbf# a table\r\ntable data {\r\n  key (id: string)\r\n}\r\n')
cp fix.api fixed.api
ends 0 check --fix fix.api
check "fixing again changes nothing" cmp -s fix.api fixed.api
cp project/a/template.yaml unsafe.yaml
ends 1 check --fix unsafe.yaml
check "what may be meant otherwise is left" cmp -s unsafe.yaml project/a/template.yaml
printf '// x\n' | "$APIC" check --fix - >out 2>err
check "standard input can't be fixed" [ $? = 2 ]
finish check
