"""biip and python-stdnum as referees: a JSON line in for each scan, a JSON line out."""

import json
import sys

import biip
import stdnum.ean
import stdnum.exceptions
import stdnum.gs1_128


def by_biip(scan):
    """What biip reads, or why it refuses."""
    try:
        result = biip.parse(scan)
    except Exception as error:  # Whatever it raises is its answer.
        return {"valid": False, "error": type(error).__name__}
    message = result.gs1_message
    if message is None:
        return {"valid": False, "error": result.gs1_message_error or "no GS1 message"}
    fields = {}
    for string in message.element_strings:
        fields.setdefault(string.ai.ai, string.value)
    return {"valid": True, "fields": fields}


def by_stdnum_ean(scan):
    """Whether python-stdnum takes digits for an EAN."""
    return {"valid": stdnum.ean.is_valid(scan)}


def by_stdnum_gs1(scan):
    """Whether python-stdnum takes an element string; it knows no symbology identifiers."""
    try:
        stdnum.gs1_128.validate(scan[3:], separator="\x1d")
        return {"valid": True}
    except stdnum.exceptions.ValidationError as error:
        return {"valid": False, "error": type(error).__name__}
    except Exception as error:
        return {"valid": False, "error": type(error).__name__}


for line in sys.stdin:
    item = json.loads(line)
    answers = {}
    if item["form"] == "element_string":
        answers["biip"] = by_biip(item["scan"])
        answers["python-stdnum"] = by_stdnum_gs1(item["scan"])
    if item["form"] == "ean":
        answers["python-stdnum"] = by_stdnum_ean(item["scan"])
    print(json.dumps(answers))
