#!/usr/bin/env bash
# The same export signed by one process and by Spark on two workers, and the labels compared byte by byte.
# usage: run.sh FOLDER [ROWS]      UDI names the tool, PYTHON an interpreter with pyspark
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
udi=$(command -v "${UDI:-udi}")
rows=${2:-2000000}
mkdir -p "$1" && cd "$1"

echo "An export of $rows units in lots of 1000" >&2
{
  echo "批号,产品标识,序列号"
  seq -f '%.0f' 0 $((rows - 1)) | awk '{ printf "L%04d,09501234567891,SN%08d\n", $1 / 1000, $1 }'
} > export.csv

echo "A key for this demonstration, not encrypted" >&2
"$udi" key new line-1 --prefix 9501234 --unencrypted > /dev/null

echo "One process" >&2
"$udi" sign export.csv --columns "$here/columns.toml" --key line-1 --first-index 5000000 > one.jsonl

echo "Spark, two workers" >&2
export PYSPARK_PYTHON=${PYTHON:-python3} PYSPARK_DRIVER_PYTHON=${PYTHON:-python3} SPARK_LOCAL_IP=127.0.0.1
"$PYSPARK_PYTHON" "$here/sign.py" export.csv spark --udi "$udi" --first-index 5000000 \
  --sign "columns=$here/columns.toml" key=line-1 "keys=$PWD/keys"

cat spark/part-* | cmp - one.jsonl
echo "$(wc -l < one.jsonl) labels, the same bytes from both"
