#!/bin/bash
# apic check --fix narrows what policies allow, where it is certain what is needed.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1

# template RESOURCE ENVIRONMENT [MORE]: a function that sends to a queue, and comments
template() {
    cat <<END
Resources:
  Queue: {Type: AWS::SQS::Queue} # jobs
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              # what the function sends
              - {Effect: Allow, Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'], Resource: $1} # kept
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: code, S3Key: k}
      Environment: {Variables: $2}
${3:-}
END
}

# becomes WHAT RESOURCE: fixing in.yaml gives the same with that resource, and again nothing new
becomes() {
    "$APIC" check --quiet --fix in.yaml >out 2>err
    check "$1" cmp -s in.yaml want.yaml
    "$APIC" check --quiet --fix in.yaml >out 2>err
    check "$1, once" cmp -s in.yaml want.yaml
}
# stays WHAT: fixing changes nothing
stays() {
    cp in.yaml want.yaml
    becomes "$1"
}

for star in "'*'" '"*"'; do
    template "$star" '{QUEUE: !Ref Queue, RETRIES: 3}' >in.yaml
    template '!GetAtt Queue.Arn' '{QUEUE: !Ref Queue, RETRIES: 3}' >want.yaml
    becomes "the only queue that the function knows: $star"
done
template "['*']" '{QUEUE: !Ref Queue}' >in.yaml
template '[!GetAtt Queue.Arn]' '{QUEUE: !Ref Queue}' >want.yaml
becomes "in a list"
template "'*'" '{QUEUE: !Ref Queue}' '  Other: {Type: AWS::SQS::Queue}' >in.yaml
stays "there are two queues"
template "'*'" '{QUEUE: !Ref Queue, URL: "https://sqs/other"}' >in.yaml
stays "a text may name another queue"
template "'*'" '{QUEUE: !Ref Queue, MORE: !ImportValue more}' >in.yaml
stays "an import may name another queue"
template "'*'" '{A: 1}' >in.yaml
stays "the function knows no queue"
template "&all '*'" '{QUEUE: !Ref Queue}' >in.yaml
stays "an anchor is used elsewhere"
template "'*'" '{QUEUE: !Ref Queue}' | sed 's/sqs:GetQueueUrl/sqs:ListQueues/' >in.yaml
stays "one of the actions takes nothing but '*'"
template "'*'" '{QUEUE: !Ref Queue}' | sed 's/sqs:GetQueueUrl/sns:Publish/' >in.yaml
stays "one of the actions is of another service"
template "'*'" '{QUEUE: !Ref Queue}' | sed 's/(.*jobs/&/; s/Queue: {Type: AWS::SQS::Queue}/Queue: {Type: AWS::SQS::Queue, Condition: C}/
    1i Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}' >in.yaml
stays "the queue isn't in every deployment"

# ---- versions and patterns of one action
template '!GetAtt Queue.Arn' '{QUEUE: !Ref Queue}' >want.yaml
sed "s/Version: '2012-10-17'/Version: '2008-10-17'/" want.yaml >in.yaml
becomes "a version without variables"
template '!GetAtt Queue.Arn' '{QUEUE: !Ref Queue}' | sed "s/'sqs:GetQueueUrl'/'sqs:GetQueueUr?'/" >in.yaml
becomes "a pattern that means one action"
template "!Sub 'arn:aws:sqs:*:*:\${!aws:username}'" '{QUEUE: !Ref Queue}' |
    sed "s/Version: '2012-10-17'/Version: '2008-10-17'/" >in.yaml
"$APIC" check --quiet --fix in.yaml >out 2>err
check "a version with variables stays" grep -q "2008-10-17" in.yaml

# ---- proposals
poll='  Source: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn}}'
template '!GetAtt Queue.Arn' '{A: 1}' "$poll" | sed "s/Action: \[.*'\], Res/Action: 'sqs:*', Res/" >in.yaml
"$APIC" check --quiet --format json in.yaml >out 2>err
check "a service as a whole: what the poller needs is proposed" grep -q \
    '"\[sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes\]","safe":false' out
stays "and not written"
template '!GetAtt Queue.Arn' '{A: 1}' "$poll" | sed "s/Action: \[.*'\], Res/Action: ['sqs:*', 'sqs:SendMessage'], Res/" >in.yaml
"$APIC" check --quiet --format json in.yaml >out 2>err
check "one of several actions has no proposal" sh -c '! grep -q "\"safe\":false" out'

# ---- what is in a bucket, the indexes of a table
bucket() { # RESOURCE ACTIONS [MORE]
    template "$1" '{BUCKET: !Ref Bucket}' "$(printf '  Bucket: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, UpdateReplacePolicy: Retain}\n%s' "${3:-}")" |
        sed "s/Action: \[[^]]*\]/Action: [$2]/"
}
bucket "'*'" 's3:GetObject, s3:PutObject' >in.yaml
bucket '!Sub "${Bucket.Arn}/*"' 's3:GetObject, s3:PutObject' >want.yaml
becomes "objects of the only bucket"
bucket "'*'" 's3:GetObject, s3:ListBucket' >in.yaml
bucket '[!GetAtt Bucket.Arn, !Sub "${Bucket.Arn}/*"]' 's3:GetObject, s3:ListBucket' >want.yaml
becomes "the bucket and its objects"
bucket "['*']" 's3:GetObject, s3:ListBucket' >in.yaml
stays "one of a list"
bucket "'*'" 's3:GetObject, s3:ListAllMyBuckets' >in.yaml
stays "one of the actions takes nothing but '*', of buckets"
bucket "'*'" 's3:GetObject' '  Source: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn}}' >in.yaml
stays "a message may name another bucket"
bucket "'*'" 's3:GetObject' '  Other: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, UpdateReplacePolicy: Retain}' >in.yaml
stays "there are two buckets"
indexed() { # RESOURCE ACTIONS
    template "$1" '{TABLE: !Ref Table}' "  Table: {Type: AWS::DynamoDB::Table, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: {BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}, {AttributeName: b, AttributeType: S}], GlobalSecondaryIndexes: [{IndexName: i, KeySchema: [{AttributeName: b, KeyType: HASH}], Projection: {ProjectionType: ALL}}]}}" |
        sed "s/Action: \[[^]]*\]/Action: [$2]/"
}
indexed "'*'" 'dynamodb:Query' >in.yaml
indexed '[!GetAtt Table.Arn, !Sub "${Table.Arn}/index/*"]' 'dynamodb:Query' >want.yaml
becomes "a table and its indexes"
indexed "'*'" 'dynamodb:PutItem' >in.yaml
indexed '!GetAtt Table.Arn' 'dynamodb:PutItem' >want.yaml
becomes "a table, not its indexes"

# ---- JSON
json() {
    cat <<END
{
  "Resources": {
    "Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain",
      "Properties": {"BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}]}},
    "Role": {"Type": "AWS::IAM::Role", "Properties": {
      "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
      "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement":
        [{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"],   "Resource": $1}]}}]}},
    "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "h.h",
      "Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Code": {"S3Bucket": "code", "S3Key": "k"},
      "Environment": {"Variables": {"TABLE": {"Ref": "Table"}}}}}
  }
}
END
}
json '"*"' >in.json
json '{"Fn::GetAtt": ["Table", "Arn"]}' >want.json
"$APIC" check --quiet --fix in.json >out 2>err
check "JSON stays JSON" cmp -s in.json want.json
"$APIC" check --quiet --fix in.json >out 2>err
check "JSON, once" cmp -s in.json want.json
finish narrow
