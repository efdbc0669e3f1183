"""Signed records: pycose reads what the core wrote, and writes what the core reads."""

import json
import unittest

import cbor2
from pycose.algorithms import CoseAlgorithm, EdDSA
from pycose.headers import KID, Algorithm
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519 as Ed25519Curve
from pycose.messages import Sign1Message

from paths import VECTORS

CONTEXT = b"udi-unit/1"


@CoseAlgorithm.register_attribute()
class Ed25519(EdDSA):
    """RFC 9864's Ed25519, -19, which pycose 1.1 does not know yet: EdDSA under another number."""

    identifier = -19
    fullname = "Ed25519"


def records():
    return json.loads((VECTORS / "seal/records.json").read_text(encoding="utf-8"))


def key(record, private):
    secret = bytes.fromhex(record["secretSeed"]) if private else b""
    return OKPKey(crv=Ed25519Curve, x=bytes.fromhex(record["public"]), d=secret)


def read(message, record):
    message = Sign1Message.decode(message)
    message.external_aad = CONTEXT
    message.key = key(record, private=False)
    return message


class Cose(unittest.TestCase):
    def test_pycose_verifies_every_message_and_finds_its_fields(self):
        for record in records():
            message = read(bytes.fromhex(record["cose"]), record)
            self.assertTrue(message.verify_signature(), record["label"])
            self.assertEqual(message.phdr[KID], bytes.fromhex(record["keyHint"]))
            fields = {str(number): value for number, value in cbor2.loads(message.payload).items()}
            self.assertEqual(fields, record["fields"])
            self.assertEqual(cbor2.dumps(cbor2.loads(message.payload), canonical=True), message.payload)

    def test_pycose_refuses_a_payload_with_any_bit_changed(self):
        record = records()[0]
        payload = bytes.fromhex(record["payload"])
        for bit in range(len(payload) * 8):
            message = read(bytes.fromhex(record["cose"]), record)
            changed = bytearray(payload)
            changed[bit // 8] ^= 1 << bit % 8
            message.payload = bytes(changed)
            self.assertFalse(message.verify_signature(), bit)

    def test_pycose_makes_the_same_bytes(self):
        for record in records():
            fields = {int(number): value for number, value in record["fields"].items()}
            payload = cbor2.dumps(dict(sorted(fields.items())), canonical=True)
            header = {Algorithm: Ed25519, KID: bytes.fromhex(record["keyHint"])}
            message = Sign1Message(phdr=header, uhdr={}, payload=payload, external_aad=CONTEXT)
            message.key = key(record, private=True)
            self.assertEqual(message.encode().hex(), record["cose"], record["label"])


if __name__ == "__main__":
    unittest.main()
