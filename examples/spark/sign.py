"""Signs a CSV export under Spark: each partition goes through `udi sign` as a filter.

The labels have the bytes that one process gives, whatever the number of partitions and workers: each partition is
handed the status indices of its own rows, and Ed25519 has one signature for one message.
"""

import argparse
import json
import subprocess
import sys
import threading

from pyspark.sql import SparkSession


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", help="CSV with a header, one record a line")
    parser.add_argument("out", help="folder to make; its parts in order are the labels")
    parser.add_argument("--udi", default="udi", help="the tool, at the same path on every worker")
    parser.add_argument("--sign", nargs="+", default=[], metavar="OPTION", help="options of `udi sign`, without --")
    parser.add_argument("--first-index", type=int, required=True, help="first of a range that nobody else uses")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--partitions", type=int, default=8)
    return parser.parse_args()


def signed(command, header, rows):
    """The labels of the rows of one partition, in their order."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        with process.stdin as out:
            out.write(header.encode() + b"\n")
            for row in rows:
                out.write(row.encode() + b"\n")

    # Written and read at the same time, or both pipes fill up and wait for each other.
    feeder = threading.Thread(target=feed)
    feeder.start()
    for line in process.stdout:
        yield line.decode().rstrip("\n")
    feeder.join()
    if process.wait() != 0:
        raise RuntimeError(f"udi sign ended with {process.returncode}; its words are in the worker's log")


def unit(label):
    """What a label is of."""
    label = json.loads(label)
    return label["di"], label["serial"]


def main():
    args = arguments()
    spark = SparkSession.builder.master(args.master).appName("udi sign").getOrCreate()
    lines = spark.sparkContext.textFile(args.export, args.partitions)
    header = lines.first()
    rows = lines.zipWithIndex().filter(lambda row: row[1] > 0).keys()

    # A partition's first index is the range's, plus the rows in the partitions before it.
    counts = rows.mapPartitions(lambda part: [sum(1 for _ in part)]).collect()
    firsts = [args.first_index + sum(counts[:number]) for number in range(len(counts))]
    command = [args.udi, "sign", *(f"--{option}" for option in args.sign)]

    def sign(number, part):
        last = firsts[number] + counts[number] - 1
        own = ["--first-index", str(firsts[number]), "--last-index", str(last)]
        return signed(command + own, header, part) if counts[number] else iter(())

    rows.mapPartitionsWithIndex(sign).saveAsTextFile(args.out)

    # Each filter looks for repeated serials among its own rows; across partitions Spark does.
    units = spark.sparkContext.textFile(args.out).map(unit)
    repeated = units.map(lambda key: (key, 1)).reduceByKey(int.__add__).filter(lambda row: row[1] > 1).take(10)
    spark.stop()
    if repeated:
        sys.exit(f"serials that came more than once: {repeated}")


if __name__ == "__main__":
    main()
