"""Repositories: python-tuf's client reads ours, and our client reads one that python-tuf wrote."""

import hashlib
import json
import subprocess
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError, RepositoryError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from paths import DEMO, TOOL

TOP = ["root", "timestamp", "snapshot", "targets"]


class Folder(FetcherInterface):
    """Fetches from a folder instead of a server."""

    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        path = self.folder / url.removeprefix("folder://")
        if not path.is_file():
            raise DownloadHTTPError(f"no {path}", 404)
        return iter([path.read_bytes()])


def newest(repository, role):
    """The newest metadata of a role, by the version in its file's name."""
    files = (repository / "metadata").glob(f"*.{role}.json")
    return Metadata.from_file(str(max(files, key=lambda path: int(path.name.split(".")[0]))))


def roles_of(repository):
    """Every targets role, by name."""
    found, waiting = {}, ["targets"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = newest(repository, name).signed
            if found[name].delegations:
                waiting += found[name].delegations.roles
    return found


def update(folder, root, into):
    updater = Updater(
        metadata_dir=str(into / "metadata"),
        metadata_base_url="folder://metadata/",
        target_dir=str(into / "targets"),
        target_base_url="folder://targets/",
        fetcher=Folder(folder),
        config=UpdaterConfig(),
        bootstrap=root,
    )
    updater.refresh()
    return updater


def verify(repository, root, scans):
    """Our client over a repository: a verdict a scan, and how the tool ended."""
    lines = "".join(json.dumps(scan)[1:-1].replace("\\u00", "\\x") + "\n" for scan in scans)
    command = [TOOL, "verify", "--repository", repository, "--root", root]
    ended = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=False)
    return [json.loads(line) for line in ended.stdout.splitlines()], ended


class Written:
    """A repository that python-tuf writes: consistent snapshots, a role for all records, two keys of three."""

    def __init__(self, folder, targets):
        self.folder = folder
        self.signers = {role: [CryptoSigner.generate_ed25519()] for role in TOP}
        self.signers["records"] = [CryptoSigner.generate_ed25519() for _ in range(3)]
        for part in ["metadata", "targets"]:
            (folder / part).mkdir(parents=True)
        self.now = datetime.now(timezone.utc).replace(microsecond=0)
        self.files = {}
        root = self.dated(Root(consistent_snapshot=True))
        for role in TOP:
            root.add_key(self.signers[role][0].public_key, role)
        self.root = self.write("root", root)
        delegated, top = self.dated(Targets()), self.dated(Targets())
        for path, (content, custom) in targets.items():
            role = delegated if path.startswith(("status/", "records/")) else top
            role.targets[path] = self.target(path, content, custom)
        keys = {signer.public_key.keyid: signer.public_key for signer in self.signers["records"]}
        role = DelegatedRole("records", list(keys), 2, False, ["status/*", "records/*"])
        top.delegations = Delegations(keys, {"records": role})
        self.write("records", delegated)
        self.write("targets", top)
        meta = {f"{role}.json": self.meta(role) for role in ["records", "targets"]}
        self.write("snapshot", self.dated(Snapshot(meta=meta)))
        self.write("timestamp", self.dated(Timestamp(snapshot_meta=self.meta("snapshot"))))

    def dated(self, signed):
        signed.expires = self.now + timedelta(days=30)
        signed.unrecognized_fields["issued"] = self.now.isoformat().replace("+00:00", "Z")
        return signed

    def target(self, path, content, custom):
        info = TargetFile.from_data(path, content)
        if custom:
            info.unrecognized_fields["custom"] = custom
        where = self.folder / "targets" / path
        where.parent.mkdir(parents=True, exist_ok=True)
        (where.parent / f"{info.hashes['sha256']}.{where.name}").write_bytes(content)
        return info

    def meta(self, role):
        content = self.files[role]
        return MetaFile(1, len(content), {"sha256": hashlib.sha256(content).hexdigest()})

    def write(self, role, signed):
        metadata = Metadata(signed)
        for signer in self.signers[role][-2:]:
            metadata.sign(signer, append=True)
        self.files[role] = metadata.to_bytes()
        name = "timestamp.json" if role == "timestamp" else f"1.{role}.json"
        (self.folder / "metadata" / name).write_bytes(self.files[role])
        return self.files[role]


def demo_targets():
    """The demo's targets, by path: their bytes, and what the metadata says beside them."""
    repository = DEMO / "repository"
    found = {}
    for role in roles_of(repository).values():
        for path, info in role.targets.items():
            if not path.endswith(".delta"):
                place = (repository / "targets" / path).parent
                content = (place / f"{info.hashes['sha256']}.{Path(path).name}").read_bytes()
                found[path] = (content, info.unrecognized_fields.get("custom") or info.custom)
    return found


class Tuf(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.labels = json.loads((DEMO / "labels.json").read_text(encoding="utf-8"))

    def test_python_tuf_reads_every_target_of_our_repository(self):
        (self.folder / "targets").mkdir()
        updater = update(DEMO / "repository", (DEMO / "root.json").read_bytes(), self.folder)
        targets = demo_targets()
        self.assertIn("keys.json", targets)
        self.assertTrue([path for path in targets if path.startswith("status/")])
        for path, (content, _) in targets.items():
            info = updater.get_targetinfo(path)
            self.assertIsNotNone(info, path)
            fetched = updater.download_target(info, str(self.folder / "targets" / "one"))
            self.assertEqual(Path(fetched).read_bytes(), content, path)

    def test_our_client_reads_a_repository_that_python_tuf_wrote(self):
        repository = self.folder / "repository"
        written = Written(repository, demo_targets())
        root = self.folder / "root.json"
        root.write_bytes(written.root)
        update(repository, written.root, self.folder / "client")
        verdicts, ended = verify(repository, root, [label["scan"] for label in self.labels])
        self.assertEqual(ended.returncode, 0, ended.stderr)
        found = {label["name"]: verdict["headline"] for label, verdict in zip(self.labels, verdicts, strict=True)}
        self.assertEqual(found, {label["name"]: label["headline"] for label in self.labels})

    def test_both_refuse_it_when_it_is_spoilt(self):
        for role in ["timestamp", "1.snapshot", "1.targets"]:
            repository = self.folder / role / "repository"
            written = Written(repository, demo_targets())
            file = repository / "metadata" / f"{role}.json"
            expires = json.loads(file.read_bytes())["signed"]["expires"].encode()
            file.write_bytes(file.read_bytes().replace(expires, b"2099" + expires[4:]))
            root = self.folder / role / "root.json"
            root.write_bytes(written.root)
            with self.assertRaises(RepositoryError):
                update(repository, written.root, self.folder / role / "client")
            _, ended = verify(repository, root, [self.labels[0]["scan"]])
            self.assertNotEqual(ended.returncode, 0, role)


if __name__ == "__main__":
    unittest.main()
