"""AWS::Serverless::Function: its properties one by one, and the pairs that mean something."""

from book import STRINGS

# A value for each property that is more than a string: good ones first, then mistakes.
GOOD = {
    "FunctionName": ["name", "!Sub '${AWS::StackName}-f'"],
    "Handler": ["app.handler", "!Ref Text"],
    "Runtime": ["python3.13", "!Ref Text", "!If [IsOn, python3.13, python3.12]"],
    "Description": ["words", "!Sub '${Text} words'", "''"],
    "MemorySize": [
        "512",
        "'512'",
        "!Ref Number",
        "!If [IsOn, 1024, 128]",
        "!FindInMap [Map, one, number]",
    ],
    "Timeout": ["30", "!Ref Number", "!If [IsOn, 30, !Ref AWS::NoValue]"],
    "CodeUri": [
        "s3://bucket/folder/key.zip",
        "s3://bucket/key.zip?versionId=abc",
        "{ Bucket: b, Key: k }",
        "{ Bucket: b, Key: k, Version: '3' }",
        "{ Bucket: !Ref Bucket, Key: !Sub '${Text}.zip' }",
        "{ Bucket: !Ref Text, Key: !Ref Unset, Version: !Ref Number }",
    ],
    "VpcConfig": [
        "{ SubnetIds: [subnet-1], SecurityGroupIds: [sg-1] }",
        "{ SubnetIds: !Ref Words, SecurityGroupIds: [!GetAtt Group.GroupId] }",
        "{ SubnetIds: [subnet-1], SecurityGroupIds: [sg-1], Ipv6AllowedForDualStack: true }",
        "!If [IsOn, { SubnetIds: [subnet-1], SecurityGroupIds: [sg-1] }, !Ref AWS::NoValue]",
        "{}",
    ],
    "Role": [
        "arn:aws:iam::123456789012:role/r",
        "!GetAtt Role.Arn",
        "!Ref Text",
        "!ImportValue role",
        "!If [IsOn, !GetAtt Role.Arn, !Ref AWS::NoValue]",
        "!If [IsOn, !Ref AWS::NoValue, !GetAtt Role.Arn]",
        "!If [IsOn, !Ref AWS::NoValue, !Ref AWS::NoValue]",
        "!If [IsOn, !GetAtt Role.Arn, 'arn:aws:iam::123456789012:role/r']",
    ],
    "AssumeRolePolicyDocument": [
        "{ Version: '2012-10-17', Statement: [{ Effect: Allow, Principal: { Service:"
        " [lambda.amazonaws.com, edgelambda.amazonaws.com] }, Action: 'sts:AssumeRole' }] }"
    ],
    "RolePath": ["/service/", "!Ref Text"],
    "PermissionsBoundary": [
        "arn:aws:iam::123456789012:policy/b",
        "!Ref Text",
        "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/b'",
    ],
    "Environment": [
        "{ Variables: { A: b } }",
        "{ Variables: { A: !Ref Text, B: !GetAtt Queue.Arn, C: 1, D: true } }",
        "{ Variables: !If [IsOn, { A: b }, { C: d }] }",
        "{ Variables: {} }",
    ],
    "Tags": [
        "{ Team: core }",
        "{ Team: !Ref Text, Cost: 7, On: true }",
        "{ Z: 1, A: 2, M: 3 }",
        "{}",
        "{ 'lambda:createdBy': me }",
        "!If [IsOn, { A: b }, { C: d }]",
        "{ A: '' }",
    ],
    "PropagateTags": ["true", "false"],
    "Tracing": [
        "Active",
        "PassThrough",
        "Disabled",
        "!Ref Text",
        "!If [IsOn, Active, Disabled]",
        "''",
    ],
    "KmsKeyArn": ["!GetAtt Key.Arn", "arn:aws:kms:us-east-1:123456789012:key/k"],
    "DeadLetterQueue": [
        "{ Type: SQS, TargetArn: !GetAtt Queue.Arn }",
        "{ Type: SNS, TargetArn: !Ref Topic }",
        "{ Type: SNS, TargetArn: 'arn:aws:sns:us-east-1:123456789012:t' }",
        "{ Type: SQS, TargetArn: !If [IsOn, !GetAtt Queue.Arn, !Ref Text] }",
    ],
    "ReservedConcurrentExecutions": ["10", "0", "!Ref Number"],
    "Layers": [
        "[]",
        "[!Ref Text, 'arn:aws:lambda:us-east-1:123456789012:layer:l:1']",
        "[!If [IsOn, a, !Ref AWS::NoValue]]",
        "!If [IsOn, [a], [b]]",
    ],
    "EphemeralStorage": ["{ Size: 1024 }", "{ Size: !Ref Number }"],
    "AutoPublishAlias": ["live", "!Ref Text", "my-alias_2", "''"],
    "FileSystemConfigs": [
        "[{ Arn: 'arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/a', LocalMountPath:"
        " /mnt/a }]"
    ],
    "CodeSigningConfigArn": [
        "arn:aws:lambda:us-east-1:123456789012:code-signing-config:c",
        "!Ref Text",
    ],
    "Architectures": ["[arm64]", "[x86_64]", "[!Ref Text]"],
    "RuntimeManagementConfig": [
        "{ UpdateRuntimeOn: Auto }",
        "{ UpdateRuntimeOn: Manual, RuntimeVersionArn: a }",
    ],
    "LoggingConfig": ["{ LogFormat: JSON, LogGroup: !Ref LogGroup }", "{ LogFormat: Text }"],
    "RecursiveLoop": ["Allow", "!Ref Text"],
    "SourceKMSKeyArn": ["!GetAtt Key.Arn", "k"],
    "TenancyConfig": ["{ TenantIsolationMode: PER_TENANT }"],
    "DurableConfig": ["{ ExecutionTimeout: 300, RetentionPeriodInDays: 7 }"],
    "PublishToLatestPublished": ["true", "!Ref Flag"],
    "PackageType": ["Zip"],
    "VersionDescription": ["one"],
    "Policies": [
        "AWSLambdaExecute",
        "[]",
        "''",
        "[AWSLambdaExecute, AmazonS3ReadOnlyAccess]",
        "!Ref Text",
        "[!Ref Text]",
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "[AWSLambdaBasicExecutionRole]",
        "[service-role/AWSLambdaBasicExecutionRole]",
        "[NoSuchManagedPolicy]",
        "[!Sub 'arn:${AWS::Partition}:iam::aws:policy/X']",
        "[!ImportValue policy]",
        "[!GetAtt Queue.Arn]",
        "[!If [IsOn, AWSLambdaExecute, AmazonS3ReadOnlyAccess]]",
        "[!If [IsOn, AWSLambdaExecute, !Ref AWS::NoValue]]",
        "[!If [IsOn, !Ref AWS::NoValue, AWSLambdaExecute]]",
        "[!If [IsOn, !Ref Text, AWSLambdaExecute]]",
        "[AWSLambdaExecute, AWSLambdaExecute]",
        "{ Statement: [{ Effect: Allow, Action: 's3:*', Resource: '*' }] }",
        "{ Version: '2012-10-17', Statement: { Effect: Allow, Action: 's3:*', Resource: '*' } }",
        (
            "[{ Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:*', Resource:"
            " !GetAtt Bucket.Arn }] }, { Statement: [{ Effect: Deny, Action: 's3:*', Resource: '*'"
            " }] }]"
        ),
        (
            "[!If [IsOn, { Statement: [] }, { Statement: [{ Effect: Deny, Action: '*', Resource:"
            " '*' }] }]]"
        ),
        "[!If [IsOn, { Statement: [] }, !Ref AWS::NoValue]]",
        "[AWSLambdaExecute, { Statement: [] }, AmazonS3ReadOnlyAccess, !Ref Text]",
        "[!Ref AWS::NoValue]",
        "AWSXRayDaemonWriteAccess",
        "CloudWatchLambdaInsightsExecutionRolePolicy",
    ],
}

MISTAKES = {
    "FunctionName": ["[name]", "7"],
    "Role": ["7", "[a]", "true", "{ a: b, c: d }"],
    "CodeUri": [
        "./local",
        "http://host/key",
        "{ Bucket: b }",
        "{ Key: k }",
        "s3://bucket",
        "7",
        "[a]",
        "!Ref Text",
        "!Sub 's3://${Text}/key'",
        "s3:///key",
        "''",
    ],
    "InlineCode": ["''"],
    "Environment": [
        "text",
        "[a]",
        "{ Variables: text }",
        "{ A: b }",
        "{ Variables: { A: { b: c } } }",
    ],
    "Tags": ["[{ Key: a, Value: b }]", "text", "{ A: [b] }", "{ A: { b: c } }"],
    "PropagateTags": ["text", "7", "!Ref Flag"],
    "Tracing": ["[Active]", "7"],
    "VpcConfig": ["text"],
    "DeadLetterQueue": [
        "text",
        "{ Type: SQS }",
        "{ TargetArn: a }",
        "{ Type: Kafka, TargetArn: a }",
        "{ Type: [SQS], TargetArn: a }",
        "{ Type: !Ref Text, TargetArn: a }",
        "{}",
    ],
    "Layers": ["text", "[7]", "{ a: b, c: d }"],
    "Policies": [
        "7",
        "[7]",
        "[[a]]",
        "[{ Effect: Allow }]",
        "{ Effect: Allow }",
        "[{}]",
        "[{ Statement: [] }, 7]",
        "[!If [IsOn, { Statement: [] }, AWSLambdaExecute]]",
        "[!If [IsOn]]",
    ],
    "AssumeRolePolicyDocument": ["text", "[a]"],
    "PermissionsBoundary": ["[a]", "7"],
    "AutoPublishAlias": [
        "[live]",
        "7",
        "!Sub '${Text}-x'",
        "'12'",
        "'a b'",
        "!GetAtt Queue.QueueName",
        "!If [IsOn, a, b]",
        "!ImportValue a",
    ],
    "DeploymentPreference": ["text", "[a]"],
    "EventInvokeConfig": ["text", "[a]"],
    "SnapStart": ["text", "[a]"],
    "FunctionUrlConfig": ["text", "[a]", "{}", "{ AuthType: SOME }", "{ AuthType: [NONE] }"],
    "Events": [
        "text",
        "[a]",
        "{ E: text }",
        "{ E: {} }",
        "{ E: { Type: NoSuch } }",
        "{ E: { Type: Api } }",
        "{ E: { Type: [Api] } }",
        "{ E: { Properties: {} } }",
        "{ E: { Type: Schedule, Properties: text } }",
        "{ E: { Type: SQS } }",
        "{ E: }",
    ],
    "PackageType": ["Tar", "!Ref Text", "[Zip]"],
    "CapacityProviderConfig": ["text", "{}", "{ Arn: a, Nothing: b }"],
    "DurableConfig": ["text"],
    "FunctionScalingConfig": ["text", "{ MinExecutionEnvironments: 1 }"],
    "VersionDeletionPolicy": ["Retain", "Snapshot"],
    "NoSuchProperty": ["a"],
    "AutoPublishCodeSha256": ["[a]"],
}

# Pairs: what one property changes about another.
PAIRS = {
    "image": "PackageType: Image\nImageUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/i:1",
    "image-config": (
        "PackageType: Image\nImageUri: i\nImageConfig: { Command: [a.b], EntryPoint: [c],"
        " WorkingDirectory: /d }"
    ),
    "image-kms": "PackageType: Image\nImageUri: i\nSourceKMSKeyArn: k",
    "image-intrinsic": (
        "PackageType: Image\nImageUri: !Sub"
        " '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/i'"
    ),
    "inline-and-uri": "InlineCode: 'exports.handler = 1'\nCodeUri: s3://code/a.zip",
    "inline-sub": "InlineCode: !Sub 'exports.handler = ${Text}'",
    "kms-inline": "InlineCode: x\nSourceKMSKeyArn: k",
    "tags-propagated": (
        "Tags: { A: b }\nPropagateTags: true\nEvents: { E: { Type: Schedule, Properties: {"
        " Schedule: rate(1 hour) } } }"
    ),
    "tags-propagated-alias": (
        "Tags: { A: b }\nPropagateTags: true\nAutoPublishAlias: live\nFunctionUrlConfig: {"
        " AuthType: NONE }"
    ),
    "tracing-and-policies": (
        "Tracing: Active\nPolicies: [AWSXRayDaemonWriteAccess, AWSLambdaBasicExecutionRole]"
    ),
    "vpc-and-tracing": (
        "Tracing: Active\nVpcConfig: { SubnetIds: [s], SecurityGroupIds: [g] }\nDeadLetterQueue: {"
        " Type: SNS, TargetArn: t }"
    ),
    "role-and-policies": "Role: !GetAtt Role.Arn\nPolicies: [AWSLambdaExecute]\nTracing: Active",
    "role-if-and-policies": (
        "Role: !If [IsOn, !Ref AWS::NoValue, !GetAtt Role.Arn]\nPolicies: [AWSLambdaExecute]"
    ),
    "role-if-policies-vpc": (
        "Role: !If [IsOn, !GetAtt Role.Arn, !Ref AWS::NoValue]\nVpcConfig: { SubnetIds: [s],"
        " SecurityGroupIds: [g] }"
    ),
    "boundary-path-tags": "PermissionsBoundary: b\nRolePath: /p/\nTags: { A: b }",
    "durable-policies": (
        "DurableConfig: { ExecutionTimeout: 60 }\nPolicies: [AWSLambdaExecute]\nTracing: Active"
    ),
    "alias-provisioned": (
        "AutoPublishAlias: live\nProvisionedConcurrencyConfig: {"
        " ProvisionedConcurrentExecutions: 2 }"
    ),
    "alias-provisioned-if": (
        "AutoPublishAlias: live\nProvisionedConcurrencyConfig: !If [IsOn, {"
        " ProvisionedConcurrentExecutions: 2 }, !Ref AWS::NoValue]"
    ),
    "alias-sha": (
        "AutoPublishAlias: live\nAutoPublishCodeSha256:"
        " 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    ),
    "alias-sha-ref": "AutoPublishAlias: live\nAutoPublishCodeSha256: !Ref Text",
    "alias-sha-description": (
        "AutoPublishAlias: live\nAutoPublishCodeSha256: !Ref Text\nDescription: words"
    ),
    "alias-sha-description-sub": (
        "AutoPublishAlias: live\nAutoPublishCodeSha256: abc\nDescription: !Sub '${AWS::StackName}"
        " words'"
    ),
    "alias-sha-description-ref": (
        "AutoPublishAlias: live\nAutoPublishCodeSha256: abc\nDescription: !Ref Text"
    ),
    "alias-environment": (
        "AutoPublishAlias: live\nEnvironment: { Variables: { A: !Ref Text, B: !GetAtt Queue.Arn } }"
    ),
    "alias-memory": "AutoPublishAlias: live\nMemorySize: 512",
    "alias-snapstart": "AutoPublishAlias: live\nSnapStart: { ApplyOn: PublishedVersions }",
    "alias-snapstart-none": "AutoPublishAlias: live\nSnapStart: { ApplyOn: None }",
    "alias-snapstart-ref": "AutoPublishAlias: live\nSnapStart: { ApplyOn: !Ref Text }",
    "alias-all": (
        "AutoPublishAlias: live\nAutoPublishAliasAllProperties: true\nTimeout: 9\nEnvironment: {"
        " Variables: { A: b } }\nTags: { A: b }"
    ),
    "alias-all-false": "AutoPublishAlias: live\nAutoPublishAliasAllProperties: false\nTimeout: 9",
    "alias-all-number-types": (
        "AutoPublishAlias: live\nAutoPublishAliasAllProperties: true\nMemorySize: '512'\nTimeout:"
        " 9\nEnvironment: { Variables: { A: 1, B: true, C: 1.5, D: 'é' } }"
    ),
    "alias-version-description": "AutoPublishAlias: live\nVersionDescription: !Ref Text",
    "alias-deletion-policy": "AutoPublishAlias: live\nVersionDeletionPolicy: Delete",
    "alias-retain-policy": "AutoPublishAlias: live\nVersionDeletionPolicy: Retain",
    "alias-code-object": (
        "AutoPublishAlias: live\nCodeUri: { Bucket: !Ref Text, Key: !Sub '${Text}.zip', Version:"
        " !Ref Number }"
    ),
    "alias-code-import": (
        "AutoPublishAlias: live\nCodeUri: { Bucket: !ImportValue b, Key: !Select [0, !Ref Words] }"
    ),
    "alias-inline": (
        "AutoPublishAlias: live\nInlineCode: |\n  exports.handler = async () => {\n    return"
        " 1;\n  };"
    ),
    "alias-image": "AutoPublishAlias: live\nPackageType: Image\nImageUri: i:1",
    "alias-kms": "AutoPublishAlias: live\nSourceKMSKeyArn: k",
    "alias-unicode": "AutoPublishAlias: live\nInlineCode: 'exports.handler = \"naïve ☃\"'",
    "snapstart": "SnapStart: { ApplyOn: PublishedVersions }",
    "snapstart-if": "SnapStart: !If [IsOn, { ApplyOn: PublishedVersions }, !Ref AWS::NoValue]",
    "capacity": "CapacityProviderConfig: { Arn: !Ref Text }",
    "capacity-all": (
        "CapacityProviderConfig: { Arn: a, PerExecutionEnvironmentMaxConcurrency: 10,"
        " ExecutionEnvironmentMemoryGiBPerVCpu: 2.5 }"
    ),
    "capacity-alias": (
        "CapacityProviderConfig: { Arn: a }\nAutoPublishAlias: live\nFunctionScalingConfig: {"
        " MinExecutionEnvironments: 1, MaxExecutionEnvironments: 3 }\nPublishToLatestPublished:"
        " true"
    ),
    "capacity-alias-retain": (
        "CapacityProviderConfig: { Arn: a }\nAutoPublishAlias: live\nVersionDeletionPolicy: Retain"
    ),
    "capacity-ref": "CapacityProviderConfig: { Arn: !GetAtt Provider.Arn }",
    "url-iam": "FunctionUrlConfig: { AuthType: AWS_IAM }",
    "url-none": "FunctionUrlConfig: { AuthType: NONE }",
    "url-ref": "FunctionUrlConfig: { AuthType: !Ref Text }",
    "url-if": "FunctionUrlConfig: { AuthType: !If [IsOn, NONE, AWS_IAM] }",
    "url-stream": "FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }",
    "url-cors": (
        "FunctionUrlConfig: { AuthType: NONE, Cors: { AllowOrigins: ['*'], AllowMethods: [GET],"
        " AllowHeaders: [a], ExposeHeaders: [b], AllowCredentials: true, MaxAge: 5 } }"
    ),
    "url-cors-if": (
        "FunctionUrlConfig: { AuthType: NONE, Cors: !If [IsOn, { AllowOrigins: ['*'] }, !Ref"
        " AWS::NoValue] }"
    ),
    "url-cors-ref": (
        "FunctionUrlConfig: { AuthType: NONE, Cors: { AllowOrigins: !Ref Words, MaxAge: !Ref"
        " Number } }"
    ),
    "url-alias": "FunctionUrlConfig: { AuthType: NONE }\nAutoPublishAlias: live",
    "url-tags": "FunctionUrlConfig: { AuthType: NONE }\nTags: { A: b }\nPropagateTags: true",
    "tenancy-api": (
        "TenancyConfig: { TenantIsolationMode: PER_TENANT }\nEvents: { E: { Type: Api, Properties:"
        " { Path: /, Method: get } } }"
    ),
    "tenancy-http": (
        "TenancyConfig: { TenantIsolationMode: PER_TENANT }\nEvents: { E: { Type: HttpApi,"
        " Properties: { Path: /, Method: get } } }"
    ),
    "tracing-and-dlq-sqs": (
        "Tracing: PassThrough\nDeadLetterQueue: { Type: SQS, TargetArn: !GetAtt Queue.Arn"
        " }\nPolicies: [{ Statement: [] }]"
    ),
    "loops-to-itself": "Environment: { Variables: { ME: !Sub '${Thing.Arn}' } }",
    "own-role": "Environment: { Variables: { ROLE: !GetAtt ThingRole.Arn } }",
    "own-alias": (
        "AutoPublishAlias: live\nEnvironment: { Variables: { A: !Ref Thing.Alias, V: !Ref"
        " Thing.Version } }"
    ),
}

WRONG_PAIRS = {
    "no-code": ("CodeUri:",),
    "no-handler": ("Handler:",),
    "no-runtime": ("Runtime:",),
    "image-no-uri": ("PackageType: Image",),
    "image-and-handler": ("PackageType: Image\nImageUri: i\nHandler: a",),
    "image-and-layers": ("PackageType: Image\nImageUri: i\nLayers: [a]",),
    "image-uri-map": ("PackageType: Image\nImageUri: { a: b }",),
    "image-uri-list": ("PackageType: Image\nImageUri: [b]",),
    "zip-image-config": ("PackageType: Zip\nImageConfig: { Command: [a] }",),
    "zip-image-uri": ("PackageType: Zip\nImageUri: i",),
    "provisioned-no-alias": (
        "ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 }",
    ),
    "deletion-policy-no-alias": ("VersionDeletionPolicy: Delete",),
    "alias-sha-join": ("AutoPublishAlias: live\nAutoPublishCodeSha256: !Join ['', [a, b]]",),
    "alias-sha-getatt": ("AutoPublishAlias: live\nAutoPublishCodeSha256: !GetAtt Queue.Arn",),
    "scaling-no-capacity": ("FunctionScalingConfig: { MinExecutionEnvironments: 1 }",),
    "capacity-and-vpc": (
        "CapacityProviderConfig: { Arn: a }\nVpcConfig: { SubnetIds: [s], SecurityGroupIds: [g] }",
    ),
    "capacity-and-provisioned": (
        (
            "CapacityProviderConfig: { Arn: a }\nAutoPublishAlias:"
            " live\nProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 }"
        ),
    ),
    "capacity-three-rules": (
        (
            "CapacityProviderConfig: { Arn: a }\nVpcConfig: { SubnetIds: [s]"
            " }\nProvisionedConcurrencyConfig: { a: b }\nVersionDeletionPolicy: Delete"
        ),
    ),
    "capacity-wrong-type": (
        "CapacityProviderConfig: { Arn: a, PerExecutionEnvironmentMaxConcurrency: many }",
    ),
    "tenancy-provisioned": (
        (
            "TenancyConfig: { TenantIsolationMode: PER_TENANT }\nAutoPublishAlias:"
            " live\nProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 }"
        ),
    ),
    "tenancy-url": (
        "TenancyConfig: { TenantIsolationMode: PER_TENANT }\nFunctionUrlConfig: { AuthType: NONE }",
    ),
    "tenancy-snapstart": (
        (
            "TenancyConfig: { TenantIsolationMode: PER_TENANT }\nSnapStart: { ApplyOn:"
            " PublishedVersions }"
        ),
    ),
    "tenancy-sqs": (
        (
            "TenancyConfig: { TenantIsolationMode: PER_TENANT }\nEvents: { E: { Type: SQS,"
            " Properties: { Queue: q } } }"
        ),
    ),
    "url-cors-text": ("FunctionUrlConfig: { AuthType: NONE, Cors: text }",),
    "url-cors-unknown": ("FunctionUrlConfig: { AuthType: NONE, Cors: { AllowNothing: [a] } }",),
    "url-cors-origins-text": (
        "FunctionUrlConfig: { AuthType: NONE, Cors: { AllowOrigins: '*' } }",
    ),
    "url-cors-age-text": ("FunctionUrlConfig: { AuthType: NONE, Cors: { MaxAge: soon } }",),
    "url-cors-credentials-text": (
        "FunctionUrlConfig: { AuthType: NONE, Cors: { AllowCredentials: 'yes' } }",
    ),
    "role-if-two": ("Role: { 'Fn::If': [IsOn, a] }",),
    "role-if-text": ("Role: { 'Fn::If': IsOn }",),
    "role-if-condition-map": ("Role: { 'Fn::If': [{ a: b }, !Ref AWS::NoValue, x] }",),
    "preference-no-alias": ("DeploymentPreference: { Type: AllAtOnce }",),
}

ATTRIBUTES = {
    "condition": "Condition: IsOn",
    "depends": "DependsOn: Queue",
    "depends-list": "DependsOn: [Queue, Topic]",
    "deletion-policy": "DeletionPolicy: Retain",
    "update-replace-policy": "UpdateReplacePolicy: Retain",
    "both-policies": "DeletionPolicy: Delete\nUpdateReplacePolicy: Snapshot",
    "metadata": "Metadata: { BuildMethod: esbuild, BuildProperties: { Minify: true } }",
    "all": (
        "Condition: IsOn\nDependsOn: Queue\nDeletionPolicy: Retain\nUpdateReplacePolicy:"
        " Retain\nMetadata: { a: b }"
    ),
}
ATTRIBUTE_BODIES = {
    "plain": "Tags: { A: b }",
    "alias-url": "AutoPublishAlias: live\nFunctionUrlConfig: { AuthType: NONE }",
    "events": (
        "Events:\n  A: { Type: Schedule, Properties: { Schedule: rate(1 day) } }\n"
        "  B: { Type: SQS, Properties: { Queue: !GetAtt Queue.Arn } }\n"
        "  C: { Type: SNS, Properties: { Topic: !Ref Topic } }\n"
        "  D: { Type: S3, Properties: { Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*' } }\n"
        "  E: { Type: Api, Properties: { Path: /e, Method: get } }\n"
        "  F: { Type: HttpApi, Properties: { Path: /f, Method: get } }\n"
        "  G: { Type: IoTRule, Properties: { Sql: SELECT 1 } }\n"
        "  H: { Type: CloudWatchLogs, Properties: { LogGroupName: l, FilterPattern: p } }\n"
        "  I: { Type: Cognito, Properties: { UserPool: !Ref Pool, Trigger: PreSignUp } }\n"
        "  J: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day) } }\n"
    ),
    "invoke-config": (
        "EventInvokeConfig: { MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Type: SQS"
        " } } }"
    ),
}


def cases(book) -> None:
    for property_, values in GOOD.items():
        for index, value in enumerate(values):
            book.function("any", f"{property_}-{index}", f"{property_}: {value}")
    for property_ in (
        "Handler",
        "Runtime",
        "Description",
        "MemorySize",
        "Timeout",
        "Role",
        "KmsKeyArn",
        "PermissionsBoundary",
        "FunctionName",
        "Tracing",
        "AutoPublishAlias",
        "Policies",
        "RolePath",
        "ReservedConcurrentExecutions",
        "Layers",
    ):
        for form, value in STRINGS.items():
            if property_ == "Layers":
                value = f"[{value}]"
            book.function("any", f"{property_}-{form}", f"{property_}: {value}")
    for form, value in STRINGS.items():
        book.function(
            "any", f"Environment-value-{form}", f"Environment: {{ Variables: {{ A: {value} }} }}"
        )
        book.function("any", f"Tags-value-{form}", f"Tags: {{ A: {value} }}")
        book.function(
            "any",
            f"CodeUri-key-{form}",
            f"CodeUri: {{ Bucket: b, Key: {value} }}\nAutoPublishAlias: live",
        )
        book.function(
            "any",
            f"Environment-alias-{form}",
            f"AutoPublishAlias: live\nEnvironment: {{ Variables: {{ A: {value} }} }}",
        )
    for property_, values in MISTAKES.items():
        for index, value in enumerate(values):
            if property_ in ("InlineCode",):
                book.function(
                    "any", f"mistake-{property_}-{index}", f"{property_}: {value}\nCodeUri:"
                )
            else:
                book.function("any", f"mistake-{property_}-{index}", f"{property_}: {value}")
    for name, props in PAIRS.items():
        base = "" if name.startswith(("image", "alias-image")) else None
        more = (
            "Provider: { Type: AWS::Lambda::CapacityProvider }" if "Provider.Arn" in props else ""
        )
        if "InlineCode" in props:
            base = "Runtime: nodejs22.x\nHandler: index.handler"
        extra = {} if base is None else {"base": base}
        book.function("good", f"pair-{name}", props, more=more, **extra)
    for name, (props,) in WRONG_PAIRS.items():
        base = {} if not name.startswith(("image", "no-")) else {"base": ""}
        if name.startswith("no-"):
            rest = {"Runtime": "nodejs22.x", "Handler": "a.b", "CodeUri": "s3://code/a.zip"}
            props = "\n".join(
                f"{key}: {value}" for key, value in rest.items() if f"{key}:" != props
            )
        book.function("any", f"pair-{name}", props, **base)
    for name, attributes in ATTRIBUTES.items():
        for body, props in ATTRIBUTE_BODIES.items():
            book.function("good", f"attribute-{name}-{body}", props, attributes=attributes)
    for name, attributes in {
        "condition-list": "Condition: [IsOn]",
        "depends-map": "DependsOn: { a: b }",
        "metadata-text": "Metadata: text",
        "deletion-list": "DeletionPolicy: [Retain]",
        "unknown": "NoSuchAttribute: a",
        "creation": "CreationPolicy: { a: b }",
        "update-policy": "UpdatePolicy: { a: b }",
    }.items():
        book.function("any", f"attribute-{name}", "Timeout: 5", attributes=attributes)
    book.template("any", "no-properties", "Thing: { Type: AWS::Serverless::Function }")
    book.template(
        "any", "properties-null", "Thing:\n  Type: AWS::Serverless::Function\n  Properties:\n"
    )
    book.template(
        "any", "properties-list", "Thing: { Type: AWS::Serverless::Function, Properties: [a] }"
    )
    book.template(
        "any", "properties-text", "Thing: { Type: AWS::Serverless::Function, Properties: a }"
    )
    base = "Runtime: nodejs22.x, Handler: a.b, CodeUri: s3://code/a.zip"
    book.template(
        "bad",
        "two-mistakes",
        f"One: {{ Type: AWS::Serverless::Function, Properties: {{ {base}, Tags: text }} }}\n"
        f"Two: {{ Type: AWS::Serverless::Function, Properties: {{ {base}, Nothing: x }} }}",
    )
    book.template(
        "bad",
        "name-taken",
        f"Thing: {{ Type: AWS::Serverless::Function, Properties: {{ {base} }} }}\n"
        "ThingRole: { Type: AWS::SNS::Topic }",
    )
    book.template(
        "any",
        "name-taken-same-type",
        f"Thing: {{ Type: AWS::Serverless::Function, Properties: {{ {base} }} }}\n"
        "ThingRole: { Type: AWS::IAM::Role }",
    )
    layers = (
        "Layer: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: s3://code/l.zip,"
        " PublishLambdaVersion: true } }\nPlain: { Type: AWS::Lambda::LayerVersion, Properties: {"
        " Content: { S3Bucket: b, S3Key: k } } }"
    )
    for name, value in {
        "sam": "[!Ref Layer]",
        "plain": "[!Ref Plain]",
        "both": "[!Ref Plain, !Ref Layer, !Ref Text]",
    }.items():
        book.function(
            "good",
            f"alias-all-layers-{name}",
            f"AutoPublishAlias: live\nAutoPublishAliasAllProperties: true\nLayers: {value}",
            more=layers,
        )
