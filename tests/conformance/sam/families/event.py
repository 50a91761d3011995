"""Every event of a function: each property alone, with intrinsic functions, and mistakes."""

from book import STRINGS

# What each event needs, one property a line.
NEEDS = {
    "Schedule": "Schedule: rate(5 minutes)",
    "ScheduleV2": "ScheduleExpression: rate(5 minutes)",
    "CloudWatchEvent": "Pattern: { source: [a] }",
    "EventBridgeRule": "Pattern: { source: [a] }",
    "S3": "Bucket: !Ref Bucket\nEvents: s3:ObjectCreated:*",
    "SNS": "Topic: !Ref Topic",
    "SQS": "Queue: !GetAtt Queue.Arn",
    "Kinesis": "Stream: !GetAtt Stream.Arn\nStartingPosition: LATEST",
    "DynamoDB": "Stream: !GetAtt Table.StreamArn\nStartingPosition: LATEST",
    "MSK": (
        "Stream: arn:aws:kafka:us-east-1:123456789012:cluster/c\nStartingPosition:"
        " LATEST\nTopics: [t]"
    ),
    "MQ": (
        "Broker: arn:aws:mq:us-east-1:123456789012:broker/b\nQueues: [q]\n"
        "SourceAccessConfigurations: [{ Type: BASIC_AUTH, URI: secret }]"
    ),
    "SelfManagedKafka": (
        "KafkaBootstrapServers: ['a:9092']\nTopics: [t]\n"
        "SourceAccessConfigurations: [{ Type: SASL_SCRAM_512_AUTH, URI: secret }]"
    ),
    "DocumentDB": (
        "Cluster: arn:aws:rds:us-east-1:123456789012:cluster:c\nDatabaseName: d\n"
        "SourceAccessConfigurations: [{ Type: BASIC_AUTH, URI: secret }]"
    ),
    "Api": "Path: /path\nMethod: get",
    "HttpApi": "Path: /path\nMethod: get",
    "AlexaSkill": "SkillId: s",
    "IoTRule": "Sql: SELECT * FROM 'a'",
    "CloudWatchLogs": "LogGroupName: !Ref LogGroup\nFilterPattern: ERROR",
    "Cognito": "UserPool: !Ref Pool\nTrigger: PreSignUp",
}
DLQ = [
    "{ Type: SQS }",
    "{ Type: SQS, QueueLogicalId: MyQueue }",
    "{ Arn: !GetAtt Queue.Arn }",
    "{ Arn: !Ref Text }",
]
STREAM = {
    "BatchSize": ["10", "!Ref Number"],
    "Enabled": ["true", "false", "!Ref Flag", "!If [IsOn, true, false]"],
    "MaximumBatchingWindowInSeconds": ["5", "!Ref Number"],
    "MaximumRetryAttempts": ["0", "3"],
    "BisectBatchOnFunctionError": ["true", "!Ref Flag"],
    "MaximumRecordAgeInSeconds": ["-1", "600"],
    "ParallelizationFactor": ["4"],
    "TumblingWindowInSeconds": ["30"],
    "FunctionResponseTypes": ["[ReportBatchItemFailures]", "!Ref Words"],
    "StartingPositionTimestamp": ["1.5", "1699999999"],
    "FilterCriteria": [
        "{ Filters: [{ Pattern: '{\"a\":[1]}' }] }",
        "{}",
        "!If [IsOn, { Filters: [] }, !Ref AWS::NoValue]",
        "{ Filters: [{ Pattern: !Sub '${Text}' }] }",
    ],
    "KmsKeyArn": ["!GetAtt Key.Arn"],
    "MetricsConfig": ["{ Metrics: [EventCount] }"],
    "ScalingConfig": ["{ MaximumConcurrency: 5 }"],
    "ProvisionedPollerConfig": ["{ MinimumPollers: 1, MaximumPollers: 3 }"],
    "LoggingConfig": ["{ SystemLogLevel: INFO }"],
    "DestinationConfig": [
        "{ OnFailure: { Destination: !GetAtt Queue.Arn } }",
        "{ OnFailure: { Type: SQS, Destination: !GetAtt Queue.Arn } }",
        "{ OnFailure: { Type: SNS, Destination: !Ref Topic } }",
        "{ OnFailure: { Type: S3, Destination: !GetAtt Bucket.Arn } }",
        "{ OnFailure: { Type: Kafka, Destination: 'kafka://t' } }",
        "{ OnFailure: { Type: SQS, Destination: !If [IsOn, a, b] } }",
    ],
}
STREAM_MISTAKES = {
    "BatchSize": ["many", "[1]"],
    "Enabled": ["maybe", "[true]"],
    "FilterCriteria": ["text", "{ Other: a }", "{ Filters: [], Other: a }"],
    "DestinationConfig": [
        "text",
        "{}",
        "{ OnFailure: text }",
        "{ OnFailure: { Type: Lambda, Destination: a } }",
        "{ OnSuccess: { Destination: a } }",
        "{ OnFailure: { Type: !Ref Text, Destination: a } }",
    ],
    "ConsumerGroupId": ["group"],
    "Topics": ["text"],
    "FunctionResponseTypes": ["text"],
    "NoSuch": ["a"],
    "ScalingConfig": ["text"],
    "SchemaRegistryConfig": ["text"],
    "MaximumRetryAttempts": ["text"],
    "SourceAccessConfigurations": ["text"],
}
REGISTRY = (
    "{{ SchemaRegistryURI: {}, EventRecordFormat: JSON, SchemaValidationConfigs: [{{ Attribute: KEY"
    " }}]{} }}"
)

GOOD = {
    "Schedule": {
        "Schedule": ["cron(0 1 * * ? *)"],
        "Name": ["n"],
        "RuleName": ["n"],
        "Description": ["d"],
        "Input": ["'{\"a\":1}'", '!Sub \'{"a":"${Text}"}\''],
        "Enabled": ["true", "false"],
        "State": ["DISABLED", "!Ref Text"],
        "DeadLetterConfig": DLQ,
        "RetryPolicy": ["{ MaximumRetryAttempts: 3 }"],
    },
    "ScheduleV2": {
        "Name": ["n"],
        "Description": ["d"],
        "Input": ["'{\"a\":1}'"],
        "State": ["DISABLED", "!Ref Text"],
        "DeadLetterConfig": DLQ,
        "FlexibleTimeWindow": ["{ Mode: FLEXIBLE, MaximumWindowInMinutes: 5 }"],
        "StartDate": ["'2026-01-01T00:00:00Z'"],
        "EndDate": ["'2027-01-01T00:00:00Z'"],
        "ScheduleExpressionTimezone": ["Europe/Paris"],
        "GroupName": ["g"],
        "KmsKeyArn": ["k"],
        "RetryPolicy": ["{ MaximumRetryAttempts: 3 }"],
        "RoleArn": ["!GetAtt Role.Arn", "r"],
        "PermissionsBoundary": ["b", "!Ref Text"],
        "OmitName": ["true", "false"],
    },
    "EventBridgeRule": {
        "EventBusName": ["bus", "!Ref Bus", "!GetAtt Bus.Arn"],
        "RuleName": ["r", "!Sub '${AWS::StackName}-r'"],
        "DeadLetterConfig": DLQ,
        "RetryPolicy": ["{ MaximumEventAgeInSeconds: 60 }"],
        "Input": ["i"],
        "InputPath": ["$.detail"],
        "Target": ["{ Id: t }", "{}"],
        "Enabled": ["true", "false"],
        "State": ["ENABLED"],
        "InputTransformer": ["{ InputPathsMap: { a: $.b }, InputTemplate: '\"<a>\"' }"],
        "Pattern": [
            (
                "{ source: [a, { prefix: b }], detail: { a: [{ numeric: ['>', 1] }], b: [true,"
                " null, 1.5] } }"
            ),
            "!If [IsOn, { a: [b] }, { c: [d] }]",
        ],
    },
    "S3": {
        "Events": ["[s3:ObjectCreated:*, s3:ObjectRemoved:*]", "[s3:ObjectCreated:Put]"],
        "Filter": ["{ S3Key: { Rules: [{ Name: prefix, Value: a }] } }", "{ S3Key: text }"],
    },
    "SNS": {
        "Topic": [
            "arn:aws:sns:us-east-1:123456789012:t",
            "!ImportValue t",
            "!Sub 'arn:${AWS::Partition}:sns:x'",
        ],
        "Region": ["eu-west-1", "!Ref Text"],
        "FilterPolicy": ["{ a: [b, { prefix: c }] }"],
        "FilterPolicyScope": ["MessageBody"],
        "SqsSubscription": [
            "true",
            "false",
            "{ QueueArn: !GetAtt Queue.Arn, QueueUrl: !Ref Queue }",
            (
                "{ QueueArn: a, QueueUrl: u, QueuePolicyLogicalId: MyPolicy, BatchSize: 3, Enabled:"
                " false }"
            ),
        ],
        "RedrivePolicy": ["{ deadLetterTargetArn: !GetAtt Queue.Arn }"],
    },
    "SQS": {
        **STREAM,
        "Queue": ["arn:aws:sqs:us-east-1:123456789012:q", "!ImportValue q", "!If [IsOn, a, b]"],
    },
    "Kinesis": {**STREAM, "StartingPosition": ["TRIM_HORIZON", "AT_TIMESTAMP", "!Ref Text"]},
    "DynamoDB": {**STREAM, "StartingPosition": ["TRIM_HORIZON"]},
    "MSK": {
        **STREAM,
        "ConsumerGroupId": ["g", "!Ref Text"],
        "SourceAccessConfigurations": [
            "[{ Type: CLIENT_CERTIFICATE_TLS_AUTH, URI: s }]",
            "[{ Type: SASL_SCRAM_512_AUTH, URI: s }]",
            (
                "[{ Type: CLIENT_CERTIFICATE_TLS_AUTH, URI: a }, { Type:"
                " CLIENT_CERTIFICATE_TLS_AUTH, URI: !Ref Text }]"
            ),
        ],
        "SchemaRegistryConfig": [
            REGISTRY.format("r", ""),
            REGISTRY.format("'arn:aws:glue:us-east-1:123456789012:registry/my'", ""),
            REGISTRY.format(
                "!Sub 'arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:registry/my'", ""
            ),
            REGISTRY.format("!Ref Text", ""),
            REGISTRY.format("!GetAtt Queue.Arn", ""),
            REGISTRY.format(
                "r",
                ", AccessConfigs: [{ Type: BASIC_AUTH, URI: s }, { Type:"
                " SERVER_ROOT_CA_CERTIFICATE, URI: t }]",
            ),
        ],
    },
    "MQ": {
        **STREAM,
        "DynamicPolicyName": ["true", "false"],
        "SecretsManagerKmsKeyId": ["key"],
        "SourceAccessConfigurations": [
            "[{ Type: BASIC_AUTH, URI: !Ref Text }, { Type: VIRTUAL_HOST, URI: / }]"
        ],
    },
    "SelfManagedKafka": {
        **STREAM,
        "ConsumerGroupId": ["g"],
        "SecretsManagerKmsKeyId": ["key"],
        "KafkaBootstrapServers": ["[a, !Ref Text]"],
        "SourceAccessConfigurations": [
            "[{ Type: BASIC_AUTH, URI: s }]",
            "[{ Type: SASL_SCRAM_256_AUTH, URI: !Ref Text }]",
            (
                "[{ Type: CLIENT_CERTIFICATE_TLS_AUTH, URI: s }, { Type:"
                " SERVER_ROOT_CA_CERTIFICATE, URI: c }]"
            ),
            (
                "[{ Type: VPC_SUBNET, URI: 'subnet:s' }, { Type: VPC_SECURITY_GROUP, URI:"
                " 'security_group:g' }]"
            ),
            (
                "[{ Type: VPC_SUBNET, URI: s }, { Type: VPC_SUBNET, URI: t }, { Type:"
                " VPC_SECURITY_GROUP, URI: g }, { Type: BASIC_AUTH, URI: s }]"
            ),
            "[{ Type: SERVER_ROOT_CA_CERTIFICATE, URI: !GetAtt Queue.Arn }]",
        ],
        "SchemaRegistryConfig": [
            REGISTRY.format("r", ""),
            REGISTRY.format("'arn:aws:glue:us-east-1:123456789012:registry/my'", ""),
            REGISTRY.format("r", ", AccessConfigs: [{ Type: BASIC_AUTH, URI: s }]"),
        ],
    },
    "DocumentDB": {
        **STREAM,
        "CollectionName": ["c"],
        "FullDocument": ["UpdateLookup"],
        "SecretsManagerKmsKeyId": ["key"],
        "Cluster": ["!Ref Text"],
        "StartingPosition": ["LATEST"],
    },
    "AlexaSkill": {"SkillId": ["!Ref Text"]},
    "IoTRule": {"AwsIotSqlVersion": ["beta"], "Sql": ["!Sub 'SELECT ${Text}'"]},
    "CloudWatchLogs": {
        "LogGroupName": ["g", "!Sub '/a/${Text}'"],
        "FilterPattern": ["''", "'{ $.a = 1 }'"],
    },
    "Cognito": {"Trigger": ["[PreSignUp, PostConfirmation]", "CustomMessage", "[]"]},
    "HttpApi": {
        "Path": ["/", "'/{id}'", "'/{a}/{b+}'", "'/x/'", "$default"],
        "Method": ["ANY", "any", "POST", "x-amazon-apigateway-any-method"],
        "TimeoutInMillis": ["5000", "!Ref Number"],
        "PayloadFormatVersion": ["'1.0'", "!Ref Text"],
        "RouteSettings": ["{ ThrottlingBurstLimit: 5 }"],
        "Stage": ["s"],
    },
    "Api": {
        "Path": ["/", "'/{id}'", "'/{proxy+}'", "/x/", "/a//b", "x"],
        "Method": ["ANY", "any", "POST", "Head", "options"],
        "TimeoutInMillis": ["5000"],
        "ResponseTransferMode": ["RESPONSE_STREAM", "BUFFERED"],
        "Stage": ["s"],
        "RequestParameters": [
            "[method.request.querystring.a]",
            "[method.request.header.A: { Required: true, Caching: true }]",
            (
                "[method.request.path.id: { Required: true }, method.request.querystring.b: {"
                " Caching: true }]"
            ),
            "[]",
        ],
    },
}
GOOD["CloudWatchEvent"] = GOOD["EventBridgeRule"]

MISTAKES = {
    "Schedule": {
        "Schedule": ["[a]", "7"],
        "Input": ["{ a: b, c: d }"],
        "Enabled": ["text", "[true]"],
        "State": ["[a]"],
        "Name": ["[a]"],
        "DeadLetterConfig": [
            "text",
            "{}",
            "{ Type: SNS }",
            "{ Type: SQS, Arn: a }",
            "{ Type: SQS, QueueLogicalId: [a] }",
        ],
        "RetryPolicy": ["text"],
        "NoSuch": ["a"],
    },
    "ScheduleV2": {
        "ScheduleExpression": ["[a]"],
        "DeadLetterConfig": [
            "text",
            "{}",
            "{ Type: SNS }",
            "{ Type: SQS, Arn: a }",
            "{ Type: SQS, QueueLogicalId: [a] }",
        ],
        "OmitName": ["true\nName: n", "text"],
        "FlexibleTimeWindow": ["text"],
        "RoleArn": ["[a]"],
        "NoSuch": ["a"],
        "PermissionsBoundary": ["[a]"],
    },
    "EventBridgeRule": {
        "Pattern": ["text", "[a]"],
        "Target": ["text"],
        "Enabled": ["true\nState: ENABLED", "text"],
        "NoSuch": ["a"],
        "DeadLetterConfig": ["{}", "{ Type: SQS, QueueLogicalId: { a: b } }"],
        "InputTransformer": ["text"],
        "EventBusName": ["[a]"],
    },
    "S3": {
        "Bucket": [
            "name",
            "!Ref Nothing",
            "!GetAtt Bucket.Arn",
            "!ImportValue b",
            "{ Ref: [a] }",
            "!Sub '${Bucket}'",
        ],
        "Events": ["{ a: b, c: d }", "7", "[7]"],
        "Filter": ["text", "{ S3Key: [a] }"],
        "NoSuch": ["a"],
    },
    "SNS": {
        "Topic": ["[a]", "7"],
        "SqsSubscription": ["text", "[a]", "{ QueueArn: a }", "{ QueueUrl: a }", "{}"],
        "RedrivePolicy": ["text"],
        "NoSuch": ["a"],
        "Region": ["[a]"],
    },
    "SQS": STREAM_MISTAKES,
    "Kinesis": STREAM_MISTAKES,
    "DynamoDB": {"NoSuch": ["a"], "FilterCriteria": ["{ Other: [] }"]},
    "MSK": {
        **STREAM_MISTAKES,
        "SchemaRegistryConfig": [
            "text",
            "{ SchemaRegistryURI: r }",
            "{ SchemaRegistryURI: r, EventRecordFormat: XML, SchemaValidationConfigs: [] }",
            "{ SchemaRegistryURI: r, EventRecordFormat: JSON, SchemaValidationConfigs: text }",
            REGISTRY.format("r", ", AccessConfigs: text"),
            REGISTRY.format("r", ", AccessConfigs: [{ Type: a }]"),
            REGISTRY.format("r", ", AccessConfigs: [a]"),
            REGISTRY.format("[a]", ""),
        ],
    },
    "MQ": {
        "SourceAccessConfigurations": [
            "[]",
            "text",
            "[{ Type: OTHER, URI: a }]",
            "[{ Type: VIRTUAL_HOST, URI: a }]",
            "[{ Type: BASIC_AUTH }]",
            "[{ Type: BASIC_AUTH, URI: a }, { Type: BASIC_AUTH, URI: b }]",
            "[text]",
            "[{ URI: a }]",
            "[{ Type: [a] }]",
        ],
        "SecretsManagerKmsKeyId": ["[a]", "!Ref Text"],
        "ConsumerGroupId": ["g"],
        "NoSuch": ["a"],
        "DynamicPolicyName": ["text"],
    },
    "SelfManagedKafka": {
        "KafkaBootstrapServers": ["[]", "text"],
        "Topics": ["[]", "[a, b]", "text"],
        "NoSuch": ["a"],
        "SecretsManagerKmsKeyId": ["[a]", "!Ref Text"],
        "SourceAccessConfigurations": [
            "[]",
            "text",
            "[{ Type: OTHER, URI: a }]",
            "[{ Type: BASIC_AUTH }]",
            "[{ Type: BASIC_AUTH, URI: [a] }]",
            "[{ Type: BASIC_AUTH, URI: a }, { Type: SASL_SCRAM_256_AUTH, URI: b }]",
            "[{ Type: VPC_SUBNET, URI: a }]",
            "[{ Type: VPC_SECURITY_GROUP, URI: a }]",
            "[{ Type: VPC_SUBNET }]",
            "[{ Type: SERVER_ROOT_CA_CERTIFICATE }]",
            "[text]",
            "!Ref Words",
        ],
    },
    "DocumentDB": {
        "SourceAccessConfigurations": [
            "[]",
            "[{ Type: OTHER, URI: a }]",
            "[{ Type: BASIC_AUTH }]",
            "text",
        ],
        "SecretsManagerKmsKeyId": ["[a]"],
        "DatabaseName": [""],
        "ConsumerGroupId": ["g"],
    },
    "AlexaSkill": {"SkillId": ["[a]"], "NoSuch": ["a"]},
    "IoTRule": {"Sql": ["[a]"], "NoSuch": ["a"]},
    "CloudWatchLogs": {"LogGroupName": ["[a]"], "FilterPattern": ["[a]"], "NoSuch": ["a"]},
    "Cognito": {
        "UserPool": ["name", "!Ref Nothing", "!GetAtt Pool.Arn", "{ Ref: [a] }"],
        "Trigger": ["{ a: b, c: d }", "7", "[PreSignUp, PreSignUp]"],
        "NoSuch": ["a"],
    },
    "HttpApi": {
        "Path": ["[a]", "7", "path", "''", "!Ref Text"],
        "Method": ["[get]", "7", "!Ref Text", "''", "fetch"],
        "Auth": [
            "text",
            "[a]",
            "{}",
            "{ Authorizer: Nothing }",
            "{ Authorizer: NONE }",
            "{ Authorizer: AWS_IAM }",
            "{ Authorizer: [a] }",
        ],
        "ApiId": ["!Ref Nothing", "Nothing", "[a]", "!GetAtt Queue.Arn", "!Ref Queue"],
        "TimeoutInMillis": ["text"],
        "RouteSettings": ["text"],
        "PayloadFormatVersion": ["[a]"],
        "NoSuch": ["a"],
    },
    "Api": {
        "Path": ["[a]", "7", "''", "!Ref Text"],
        "Method": ["[get]", "7", "!Ref Text", "''", "fetch"],
        "Auth": [
            "text",
            "[a]",
            "{ Authorizer: Nothing }",
            "{ Authorizer: NONE }",
            "{ Authorizer: [a] }",
            "{ ApiKeyRequired: false }",
            "{ AuthorizationScopes: [a] }",
            "{ AuthorizationScopes: a, Authorizer: AWS_IAM }",
            "{ ResourcePolicy: text }",
        ],
        "RestApiId": ["!Ref Nothing", "Nothing", "[a]", "!Ref Queue", "{ Ref: [a] }"],
        "TimeoutInMillis": ["text"],
        "NoSuch": ["a"],
        "RequestModel": ["text", "{ Model: M }", "{ Model: M, Required: true }"],
        "RequestParameters": [
            "text",
            "[a]",
            "[7]",
            "[method.request.other.a]",
            "[a: { Required: true }]",
            "[method.request.path.a: text]",
            "[method.request.path.a: { Other: true }]",
        ],
        "ResponseTransferMode": ["[a]"],
        "Stage": ["[a]"],
    },
}
MISTAKES["CloudWatchEvent"] = {"NoSuch": ["a"]}


def _props(needs: str, property_: str, value: str) -> str:
    lines = [line for line in needs.splitlines() if not line.startswith(property_ + ":")]
    return "\n".join([*lines, f"{property_}: {value}"])


def cases(book) -> None:
    for type_, needs in NEEDS.items():
        book.event("good", type_, type_, needs)
        book.event("good", f"{type_}-alias", type_, needs, props="AutoPublishAlias: live")
        book.event("good", f"{type_}-condition", type_, needs, attributes="Condition: IsOn")
        book.event("good", f"{type_}-role", type_, needs, props="Role: !GetAtt Role.Arn")
        book.event(
            "good", f"{type_}-tags", type_, needs, props="Tags: { A: b }\nPropagateTags: true"
        )
        book.event("any", f"{type_}-no-properties", type_, "")
        book.event("any", f"{type_}-properties-text", type_, "", event="Properties: text")
        book.event("any", f"{type_}-event-attribute", type_, needs, event="Condition: IsOn")
        for line in needs.splitlines():
            rest = "\n".join(other for other in needs.splitlines() if other != line)
            book.event("any", f"{type_}-without-{line.split(':')[0]}", type_, rest)
        for property_, values in GOOD.get(type_, {}).items():
            for index, value in enumerate(values):
                book.event(
                    "any", f"{type_}-{property_}-{index}", type_, _props(needs, property_, value)
                )
        for property_, values in MISTAKES.get(type_, {}).items():
            for index, value in enumerate(values):
                book.event(
                    "any",
                    f"{type_}-mistake-{property_}-{index}",
                    type_,
                    _props(needs, property_, value),
                )
    _intrinsics(book)
    _together(book)


POSITIONS = {
    "Schedule": ["Schedule", "Input", "Name"],
    "ScheduleV2": ["ScheduleExpression", "Input", "RoleArn"],
    "EventBridgeRule": ["EventBusName", "Input"],
    "SNS": ["Topic"],
    "SQS": ["Queue", "BatchSize"],
    "Kinesis": ["Stream"],
    "DynamoDB": ["Stream"],
    "MSK": ["Stream"],
    "MQ": ["Broker"],
    "DocumentDB": ["Cluster", "DatabaseName"],
    "IoTRule": ["Sql"],
    "CloudWatchLogs": ["LogGroupName", "FilterPattern"],
    "AlexaSkill": ["SkillId"],
    "S3": ["Bucket"],
    "Cognito": ["UserPool"],
    "Api": ["RestApiId"],
    "HttpApi": ["ApiId"],
}


def _intrinsics(book) -> None:
    for type_, properties in POSITIONS.items():
        for property_ in properties:
            for form, value in STRINGS.items():
                book.event(
                    "any",
                    f"{type_}-{property_}-{form}",
                    type_,
                    _props(NEEDS[type_], property_, value),
                )


def _together(book) -> None:
    both = (
        "Events:\n  One: {{ Type: {0}, Properties: {{ {1} }} }}\n  Two: {{ Type: {0}, Properties:"
        " {{ {1} }} }}\n"
    )
    for type_, needs in NEEDS.items():
        book.function("any", f"{type_}-twice", both.format(type_, ", ".join(needs.splitlines())))
    book.function(
        "good",
        "streams-share-role",
        "Policies: [AWSLambdaExecute]\nEvents:\n  A: { Type: Kinesis, Properties: { Stream: a,"
        " StartingPosition: LATEST, DestinationConfig: { OnFailure: { Type: SQS, Destination: q } }"
        " } }\n  B: { Type: Kinesis, Properties: { Stream: b, StartingPosition: LATEST,"
        " DestinationConfig: { OnFailure: { Type: SQS, Destination: q } } } }\n  C: { Type: SQS,"
        " Properties: { Queue: c, DestinationConfig: { OnFailure: { Type: SNS, Destination: t } }"
        " } }\n",
    )
    book.function(
        "good",
        "mq-twice-dynamic",
        "Events:\n"
        + "".join(
            f"  {name}: {{ Type: MQ, Properties: {{ Broker: {name}, Queues: [q], DynamicPolicyName:"
            f" {flag}, SourceAccessConfigurations: [{{ Type: BASIC_AUTH, URI: s }}] }} }}\n"
            for name, flag in (("a", "true"), ("b", "false"), ("c", "true"))
        ),
    )
    book.function(
        "good",
        "bucket-twice",
        "Events:\n  A: { Type: S3, Properties: { Bucket: !Ref Bucket, Events: s3:ObjectCreated:* }"
        " }\n  B: { Type: S3, Properties: { Bucket: !Ref Bucket, Events: [s3:ObjectCreated:*,"
        " s3:ObjectRemoved:*] } }\n",
    )
    bucket = {
        "depends": "Bucket: { Type: AWS::S3::Bucket, DependsOn: Queue }",
        "depends-list": "Bucket: { Type: AWS::S3::Bucket, DependsOn: [Queue, Topic] }",
        "depends-map": "Bucket: { Type: AWS::S3::Bucket, DependsOn: [{ a: b }] }",
        "notifications": (
            "Bucket: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: {"
            " LambdaConfigurations: [{ Function: f, Event: e }], TopicConfigurations: [{ Topic: t,"
            " Event: e }] } } }"
        ),
        "notifications-text": (
            "Bucket: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: text } }"
        ),
        "configurations-text": (
            "Bucket: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: {"
            " LambdaConfigurations: text } } }"
        ),
        "configurations-null": (
            "Bucket: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: {"
            " LambdaConfigurations: } } }"
        ),
        "notifications-null": (
            "Bucket: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: } }"
        ),
        "properties-null": "Bucket: { Type: AWS::S3::Bucket, Properties: }",
        "properties-text": "Bucket: { Type: AWS::S3::Bucket, Properties: text }",
        "tags": "Bucket: { Type: AWS::S3::Bucket, Properties: { Tags: [{ Key: a, Value: b }] } }",
        "tags-text": "Bucket: { Type: AWS::S3::Bucket, Properties: { Tags: text } }",
        "retained": (
            "Bucket: { Type: AWS::S3::Bucket, DeletionPolicy: Retain, UpdateReplacePolicy: Retain,"
            " Condition: IsOn, Metadata: { a: b } }"
        ),
        "other-type": "Bucket: { Type: AWS::SNS::Topic }",
    }
    for name, more in bucket.items():
        for on, attributes in (("", ""), ("-condition", "Condition: IsOn")):
            book.event(
                "any", f"S3-bucket-{name}{on}", "S3", NEEDS["S3"], more=more, attributes=attributes
            )
    pool = {
        "triggers": (
            "Pool: { Type: AWS::Cognito::UserPool, Properties: { LambdaConfig: { PostConfirmation:"
            " a } } }"
        ),
        "trigger-taken": (
            "Pool: { Type: AWS::Cognito::UserPool, Properties: { LambdaConfig: { PreSignUp: a } } }"
        ),
        "triggers-text": (
            "Pool: { Type: AWS::Cognito::UserPool, Properties: { LambdaConfig: text } }"
        ),
        "triggers-null": "Pool: { Type: AWS::Cognito::UserPool, Properties: { LambdaConfig: } }",
        "properties-null": "Pool: { Type: AWS::Cognito::UserPool, Properties: }",
        "attributes": (
            "Pool: { Type: AWS::Cognito::UserPool, DeletionPolicy: Retain, DependsOn: Queue,"
            " Condition: IsOn }"
        ),
    }
    for name, more in pool.items():
        book.event("any", f"Cognito-pool-{name}", "Cognito", NEEDS["Cognito"], more=more)
    topics = {
        "fifo": (
            "Topic: { Type: AWS::SNS::Topic, Properties: { FifoTopic: true, TopicName: t.fifo } }"
        ),
        "fifo-ref": "Topic: { Type: AWS::SNS::Topic, Properties: { FifoTopic: !Ref Flag } }",
        "fifo-if": (
            "Topic: { Type: AWS::SNS::Topic, Properties: { FifoTopic: !If [IsOn, true, false] } }"
        ),
        "fifo-false": "Topic: { Type: AWS::SNS::Topic, Properties: { FifoTopic: false } }",
    }
    for name, more in topics.items():
        book.event(
            "any", f"SNS-topic-{name}", "SNS", "Topic: !Ref Topic\nSqsSubscription: true", more=more
        )
    book.function(
        "any",
        "SNS-two-queues-one-policy",
        "Events:\n"
        + "".join(
            f"  {name}: {{ Type: SNS, Properties: {{ Topic: !Ref Topic, SqsSubscription: {{"
            " QueueArn: !GetAtt Queue.Arn, QueueUrl: !Ref Queue, QueuePolicyLogicalId: Policy }"
            " } }\n"
            for name in "AB"
        ),
    )
