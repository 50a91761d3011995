"""What aws-sam-translator makes of a template, for a region; cached under build/.

The translator asks the network twice, and neither answer is taken from there:
  - managed policies: it carries a map of them by partition and looks there first; the call to
    IAM that would follow for an unknown name is answered with an empty map, so that such a name
    is used as it stands;
  - applications of the Serverless Application Repository: the URL that the repository would
    sign is replaced with APPLICATION_URL.
"""

import hashlib
import importlib.metadata
import json
import logging
import os
from pathlib import Path
from typing import Any

import environment

APPLICATION_URL = "https://serverless-application-repository.invalid/{id}/{version}"
REGIONS = ("us-east-1", "ap-southeast-1", "cn-north-1", "us-gov-west-1")
CACHE = environment.WORK / "reference"

_SOURCE = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
_VERSION = importlib.metadata.version("aws-sam-translator")


class _Session:
    """What the translator asks of boto3: the region, and which services are in which."""

    region = ""

    @property
    def region_name(self) -> str:
        return self.region

    @staticmethod
    def get_available_regions(_service: str, partition_name: str) -> list[str]:
        return [] if partition_name.startswith("aws-iso") else [_Session.region]


class _NoPolicies:
    @staticmethod
    def load() -> dict[str, str]:
        return {}


_loaded: dict[str, Any] = {}


def _translator() -> dict[str, Any]:
    """Imports the translator once in a process; replaces boto3's session and the repository."""
    if _loaded:
        return _loaded
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    import boto3
    import boto3.session
    import samtranslator.sdk.parameter as parameter
    from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
    from samtranslator.plugins.application import serverless_app_plugin
    from samtranslator.translator import arn_generator, transform

    logging.disable(logging.CRITICAL)
    boto3.Session = boto3.session.Session = _Session
    boto3.DEFAULT_SESSION = None

    def request(self, application, version, key, _logical_id):
        self._applications[key] = APPLICATION_URL.format(id=application, version=version)

    serverless_app_plugin.ServerlessAppPlugin._handle_create_cfn_template_request = request
    _loaded.update(
        arn=arn_generator, transform=transform.transform, parameter=parameter,
        document=InvalidDocumentException, message=ExceptionWithMessage,
    )
    return _loaded


def transform(template: dict[str, Any], region: str, parameters: dict[str, str]) -> dict[str, Any]:
    """{"template": ..}, {"errors": [message, ..]}, or {"crash": text} where the translator itself
    fails (CloudFormation then says that the transform failed internally). Changes `template`."""
    use = _translator()
    _Session.region = region
    use["arn"]._get_region_from_session.cache_clear()
    use["arn"]._region_to_partition.cache_clear()
    try:
        made = use["transform"](template, dict(parameters), _NoPolicies())
    except use["document"] as failure:
        return {"errors": sorted({cause.message for cause in failure.causes})}
    except use["message"] as failure:
        return {"errors": [failure.message]}
    except Exception as failure:  # whatever it is, it is the translator's
        return {"crash": f"{type(failure).__name__}: {failure}"}
    return {"template": made}


def outcome(text: str, parse: Any, region: str, parameters: dict[str, str], keep: bool = True
            ) -> dict[str, Any]:
    """`transform` of the document that `parse` reads from `text`, kept under build/ on request."""
    if not keep:
        return transform(parse(text), region, parameters)
    key = json.dumps([_VERSION, _SOURCE, region, sorted(parameters.items()), text])
    kept = CACHE / (hashlib.sha256(key.encode()).hexdigest() + ".json")
    try:
        return json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pass
    made = transform(parse(text), region, parameters)
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(made), encoding="utf-8")
    partial.rename(kept)
    return made
