#!/bin/bash
# The labelled statements of tests/iam-labels/cases.txt: how many that allow too much are reported (recall),
# and how many that don't are reported too (false alarms).
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
    print name, label, rule, why >(out "/labels")
    next
}
{ why = $0; sub(/^ +/, "", why) }
' "$here/iam-labels/cases.txt"

(cd "$TEMP" && "$APIC" check --quiet --format json . >report.json 2>err.txt)
permissions=" $(sed -n 's/^RULE([A-Z_]*, "A10[0-9]*", "\([a-z-]*\)", .*"permissions".*/\1/p' "$here/../compiler/base/rules.def" | tr '\n' ' ')"
# "FILE RULE" of each diagnostic
sed -n 's/.*"rule":"\([a-z-]*\)".*"path":"\([^"]*\)".*/\2 \1/p' "$TEMP/report.json" >"$TEMP/found"
excessive=0 found=0 justified=0 alarms=0
while read -r name label rule why; do
    said=""
    while read -r file what; do
        [ "$file" = "$name.yaml" ] && case $permissions in *" $what "*) said="$said $what" ;; esac
    done <"$TEMP/found"
    case $label in
    excessive)
        excessive=$((excessive + 1))
        case " $said " in
        *" $rule "*) found=$((found + 1)) ;;
        *) echo "missed: $why: expected $rule, found:$said" && sed -n '/Statement/p' "$TEMP/$name.yaml" | tail -1 ;;
        esac ;;
    justified)
        justified=$((justified + 1))
        [ -n "$said" ] && alarms=$((alarms + 1)) && echo "false alarm:$said: $why" && sed -n '/Statement/p' "$TEMP/$name.yaml" ;;
    undecidable) echo "undecidable offline: $why${said:+ (reported:$said)}" ;;
    esac
done <"$TEMP/labels"
echo "iam-labels: $found of $excessive excessive statements reported, $alarms of $justified justified ones"
[ $excessive -gt 20 ] && [ $justified -gt 20 ] &&
    [ $((found * 100)) -ge $((excessive * 95)) ] && [ $((alarms * 100)) -le $((justified * 5)) ]
