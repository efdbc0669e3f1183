#!/usr/bin/env bash
# From an ERP export to labels, a published recall and the verdicts a phone would give.
# usage: run.sh FOLDER [ROWS]      UDI names the tool, `udi` by default
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
udi=${UDI:-udi}
rows=${2:-100000}
mkdir -p "$1" && cd "$1"

echo "An export of $rows units in lots of 1000, columns in Chinese" >&2
{
  echo "批号,产品标识,序列号,有效期"
  expiry=$(date -u -d '+2 years' +%Y-%m-%d)
  seq -f '%.0f' 0 $((rows - 1)) | awk -v e="$expiry" '{ printf "L%04d,09501234567891,SN%08d,%s\n", $1 / 1000, $1, e }'
} > export.csv

echo "A key that signs for the company prefix 9501234 alone" >&2
"$udi" key new line-1 --prefix 9501234 > /dev/null

echo "Signing" >&2
"$udi" sign export.csv --columns "$here/columns.toml" --key line-1 --indices indices.json --out labels.jsonl

echo "Drawing the first and the last label" >&2
sed -n '1p;$p' labels.jsonl | "$udi" label --out labels

echo "Recalling the first lot" >&2
"$udi" recall new --id FSN-1 --authority "Acme Medical" --reason "Tip may detach." \
  --di 09501234567891 --lot L0000 > /dev/null

echo "Publishing" >&2
entry=$("$udi" key export-public line-1)
cat > keys.json <<JSON
{"version": 1, "issuers": [{"id": "acme", "name": "Acme Medical",
  "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [$entry]}]}
JSON
"$udi" publish repository --registry keys.json --rules rules.json

echo "What a phone says of both labels: the first is recalled, the last is not" >&2
"$udi" verify --repository repository labels/000001.png labels/000002.png
