#!/bin/bash
# The labelled statements of tests/iam-labels/cases.txt, and those in tests/iam-labels/stacks: how many that
# allow too much are reported (recall), and how many that don't are reported too (false alarms).
set -u
here=$(cd "$(dirname "$0")" && pwd)
APIC=$(realpath "${APIC:-build/apic}")
TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT

# The frame: a role with the statement, or the first resource's policy, and the resources that are named.
awk -v out="$TEMP" '
function frame(file, statement, names,   n, i, list, first, policy) {
    n = split(names, list, " ")
    first = list[1]
    print "Parameters:\n  Anything: {Type: String}\nResources:" >file
    policy = "{Version: \"2012-10-17\", Statement: [" statement "]}"
    if (statement !~ /Principal:/) {
        print "  Role:\n    Type: AWS::IAM::Role\n    Properties:" >file
        print "      AssumeRolePolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: \"sts:AssumeRole\"}]}" >file
        print "      Policies: [{PolicyName: p, PolicyDocument: " policy "}]" >file
    } else if (first == "Bucket") {
        print "  Policy: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Bucket, PolicyDocument: " policy "}}" >file
    } else if (first == "Queue") {
        print "  Policy: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: " policy "}}" >file
    } else {
        print "  Policy: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref Topic], PolicyDocument: " policy "}}" >file
    }
    if (statement ~ /Ref Topic/ && names !~ /Topic/)
        list[++n] = "Topic"
    for (i = 1; i <= n; i++)
        print "  " list[i] ": " resources[list[i]] >file
    close(file)
}
BEGIN {
    keep = "DeletionPolicy: Retain, UpdateReplacePolicy: Retain, "
    trust = "{Version: \"2012-10-17\", Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: \"sts:AssumeRole\"}]}"
    stream = "StreamSpecification: {StreamViewType: NEW_IMAGE}, "
    table = "KeySchema: [{AttributeName: a, KeyType: HASH}], BillingMode: PAY_PER_REQUEST, "
    resources["Queue"] = "{Type: AWS::SQS::Queue}"
    resources["Topic"] = "{Type: AWS::SNS::Topic}"
    resources["Bucket"] = "{Type: AWS::S3::Bucket, DeletionPolicy: Retain, UpdateReplacePolicy: Retain}"
    resources["Table"] = "{Type: AWS::DynamoDB::Table, " keep "Properties: {" table stream "AttributeDefinitions: [{AttributeName: a, AttributeType: S}]}}"
    resources["Indexed"] = "{Type: AWS::DynamoDB::Table, " keep "Properties: {" table "AttributeDefinitions: [{AttributeName: a, AttributeType: S}, {AttributeName: b, AttributeType: S}], GlobalSecondaryIndexes: [{IndexName: B, KeySchema: [{AttributeName: b, KeyType: HASH}], Projection: {ProjectionType: ALL}}]}}"
    resources["Function"] = "{Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: h.h, Role: !Ref Anything, Code: {S3Bucket: b, S3Key: k}}}"
    resources["Key"] = "{Type: AWS::KMS::Key, " keep "Properties: {KeyPolicy: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Principal: {AWS: !Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:root\"}, Action: \"kms:*\", Resource: \"*\"}]}}}"
    resources["Secret"] = "{Type: AWS::SecretsManager::Secret}"
    resources["Stream"] = "{Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}"
    resources["Bus"] = "{Type: AWS::Events::EventBus, Properties: {Name: b}}"
    resources["Machine"] = "{Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !Ref Anything, DefinitionString: \"{}\"}}"
    resources["Role2"] = "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: " trust "}}"
}
/^#/ || /^$/ { next }
/^[a-z]/ {
    label = $1
    rule = $2 == "with" || NF < 2 ? "-" : $2
    names = $0
    if (!sub(/^.* with /, "", names))
        names = ""
    next
}
/^  [{]/ {
    name = sprintf("%03d", ++count)
    frame(out "/" name ".yaml", $0, names)
    print name ".yaml", label, rule, why >(out "/labels")
    next
}
{ why = $0; sub(/^ +/, "", why) }
' "$here/iam-labels/cases.txt"

# The stacks: a label is a comment on a line of the template, and speaks of what is indented below.
for file in "$here"/iam-labels/stacks/*.yaml; do
    cp "$file" "$TEMP/"
    awk -v file="${file##*/}" '
    function close_label(last) {
        if (label != "")
            print file ":" first "-" last, label, rule, why
        label = ""
    }
    /^ *(#|$)/ { next }
    {
        match($0, /^ */)
        if (label != "" && RLENGTH <= indent)
            close_label(NR - 1)
    }
    / # (justified|excessive|undecidable)/ {
        close_label(NR - 1)
        first = NR; indent = RLENGTH
        text = $0
        sub(/^.* # /, "", text)
        colon = index(text, ": ")
        why = substr(text, colon + 2)
        split(substr(text, 1, colon - 1), words, " ")
        label = words[1]
        rule = words[2] == "" ? "-" : words[2]
        words[2] = ""
    }
    END { close_label(NR) }' "$file" >>"$TEMP/labels"
done

(cd "$TEMP" && "$APIC" check --quiet --format json . >report.json 2>err.txt)
status=$?
[ $status -le 1 ] || { echo "iam-labels: apic check ended with $status"; exit 1; }
permissions=" $(sed -n 's/^RULE([A-Z_]*, "A10[0-9]*", "\([a-z-]*\)", .*"permissions".*/\1/p' "$here/../compiler/base/rules.def" | tr '\n' ' ')"
# "FILE LINE RULE" of each diagnostic about permissions
sed -n 's/^{"code":"[^"]*","rule":"\([a-z-]*\)","level":"[a-z]*","path":"\([^"]*\)","line":\([0-9]*\),.*/\2 \3 \1/p' \
    "$TEMP/report.json" |
    while read -r file line what; do
        case $permissions in *" $what "*) echo "$file $line $what" ;; esac
    done >"$TEMP/found"
# "NAME LABEL RULE SAID WHY": what was said of each labelled place; what was said of no such place comes last
awk '
FILENAME == ARGV[1] { n++; file[n] = $1; line[n] = $2; what[n] = $3; next }
{
    name = $1; first = 0; last = 1e9
    if (split($1, place, /[:-]/) == 3) { name = place[1]; first = place[2]; last = place[3] }
    said = ""
    for (i = 1; i <= n; i++)
        if (file[i] == name && line[i] + 0 >= first + 0 && line[i] + 0 <= last + 0) {
            said = said "," what[i]
            seen[i] = 1
        }
    why = $0
    sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", why)
    print $1, $2, $3, said == "" ? "-" : substr(said, 2), why
}
END {
    for (i = 1; i <= n; i++)
        if (!seen[i])
            print file[i] ":" line[i], "unlabelled", "-", what[i], "no label stands here"
}' "$TEMP/found" "$TEMP/labels" >"$TEMP/answers"

excessive=0 found=0 justified=0 alarms=0
while read -r name label rule said why; do
    case $label in
    excessive)
        excessive=$((excessive + 1))
        case ",$said," in
        *",$rule,"*) found=$((found + 1)) ;;
        *) echo "missed: $name: $why: expected $rule, found: $said" ;;
        esac ;;
    justified)
        justified=$((justified + 1))
        [ "$said" != - ] && alarms=$((alarms + 1)) && echo "false alarm: $name: $said: $why" ;;
    unlabelled) alarms=$((alarms + 1)) && echo "false alarm: $name: $said: $why" ;;
    undecidable) [ "$said" = - ] || echo "undecidable offline, but reported: $name: $said: $why" ;;
    esac
done <"$TEMP/answers"
echo "iam-labels: $found of $excessive excessive statements reported, $alarms of $justified justified ones"
[ $excessive -gt 20 ] && [ $justified -gt 20 ] &&
    [ $((found * 100)) -ge $((excessive * 95)) ] && [ $((alarms * 100)) -le $((justified * 5)) ]
