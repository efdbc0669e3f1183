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

echo "An identity that unlocks this machine's keys, and a key that signs for the company prefix 9501234 alone" >&2
recipient=$("$udi" key identity identity.txt | sed 's/.*"recipient":"\(age1[^"]*\)".*/\1/')
"$udi" key new line-1 --prefix 9501234 --recipient "$recipient" > /dev/null

echo "Signing" >&2
"$udi" sign export.csv --columns "$here/columns.toml" --key line-1 --identity identity.txt \
  --indices indices.json --out labels.jsonl

echo "Drawing the first and the last label: for the eye, for a sheet of A4, and for a label printer" >&2
sed -n '1p;$p' labels.jsonl > sample.jsonl
"$udi" label sample.jsonl --out labels > /dev/null
"$udi" label sample.jsonl --out sheets --format pdf --sheet a4 > /dev/null
"$udi" label sample.jsonl --out printer --format zpl --dpi 300 > /dev/null

echo "Publishing before there is any recall" >&2
entry=$("$udi" key export-public line-1)
cat > keys.json <<JSON
{"version": 1, "issuers": [{"id": "acme", "name": "Acme Medical",
  "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [$entry]}]}
JSON
"$udi" publish repository --registry keys.json --recipient "$recipient" --identity identity.txt > /dev/null

echo "Recalling the first lot, and looking first at what that hits" >&2
"$udi" recall new --id FSN-1 --authority "Acme Medical" --reason "Tip may detach." \
  --di 09501234567891 --lot L0000 --quantity 1000 > /dev/null
"$udi" recall preview --issued labels.jsonl > /dev/null
"$udi" publish repository --registry keys.json --rules rules.json --dry-run > /dev/null
"$udi" publish repository --registry keys.json --rules rules.json --identity identity.txt \
  > /dev/null 2> publish.log

echo "Rehearsing the recall of another lot: from the decision to a client's verdict" >&2
"$udi" recall drill --repository repository --registry keys.json --issued labels.jsonl \
  -- --identity identity.txt > drill.json

echo "A page about all this: $1/report.html" >&2
"$udi" report --issued labels.jsonl --rules rules.json --keys keys --registry keys.json --repository repository

echo "What a phone says of both labels: the first is recalled, the last is not" >&2
"$udi" verify --repository repository labels/000001.png labels/000002.png
