"""Signs a CSV export under Spark: each partition goes through `udi sign` as a filter.

The labels have the bytes that one process gives, whatever the number of partitions and workers: each partition is
handed the status indices of its own rows, and Ed25519 has one signature for one message.

Rows and labels go through Python as bytes, labels in blocks of many: a call for each of them would take longer than
its signature.
"""

import argparse
import subprocess
import sys
import threading

from pyspark.sql import SparkSession

# Bytes of labels handed to Spark in one piece.
BLOCK = 1 << 18


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


def records(number, lines):
    """The lines of one partition without the header, which opens the first."""
    if number == 0:
        next(lines, None)
    return lines


def signed(command, header, rows):
    """The labels of the rows of one partition, in their order, many in a piece; the last newline is Spark's."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        try:
            with process.stdin as out:
                out.write(header + b"\n")
                out.writelines(row + b"\n" for row in rows)
        except BrokenPipeError:
            pass  # The filter has stopped; its exit code says so below.

    # Written and read at the same time, or both pipes fill up and wait for each other.
    feeder = threading.Thread(target=feed)
    feeder.start()
    rest = b""
    while block := process.stdout.read(BLOCK):
        whole, newline, tail = block.rpartition(b"\n")
        if newline:
            yield rest + whole
            rest = tail
        else:
            rest += tail
    feeder.join()
    if process.wait() != 0 or rest:
        raise RuntimeError(f"udi sign ended with {process.returncode}; its words are in the worker's log")


def main():
    args = arguments()
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": str(args.partitions)}
    spark = SparkSession.builder.master(args.master).appName("udi sign").config(map=settings).getOrCreate()
    lines = spark.sparkContext.textFile(args.export, args.partitions, use_unicode=False)
    header = lines.first()

    # A partition's first index is the range's, plus the rows in the partitions before it.
    count = lambda number, part: [sum(1 for _ in records(number, part))]
    counts = lines.mapPartitionsWithIndex(count).collect()
    firsts = [args.first_index + sum(counts[:number]) for number in range(len(counts))]
    command = [args.udi, "sign", *(f"--{option}" for option in args.sign)]

    def sign(number, part):
        last = firsts[number] + counts[number] - 1
        own = ["--first-index", str(firsts[number]), "--last-index", str(last)]
        return signed(command + own, header, records(number, part)) if counts[number] else iter(())

    lines.mapPartitionsWithIndex(sign).saveAsTextFile(args.out)

    # Each filter looks for repeated serials among its own rows; across partitions Spark does.
    labels = spark.read.schema("di STRING, serial STRING").json(args.out)
    repeated = labels.groupBy("di", "serial").count().where("count > 1").limit(10).collect()
    spark.stop()
    if repeated:
        sys.exit(f"serials that came more than once: {[tuple(row) for row in repeated]}")


if __name__ == "__main__":
    main()
