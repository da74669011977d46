"""A reader of safetensors files that shares nothing with Lanegrad's. Prints what a file holds as JSON.

Usage: python3 read_safetensors.py FILE
"""

import json
import struct
import sys


def without_duplicates(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key twice in {keys}"
    return dict(pairs)


with open(sys.argv[1], "rb") as file:
    content = file.read()
(length,) = struct.unpack("<Q", content[:8])
assert length % 8 == 0, "the data are not aligned"
assert content[8:9] == b"{", "the header does not begin with {"
data = content[8 + length :]
header = json.loads(content[8 : 8 + length].decode("utf-8"), object_pairs_hook=without_duplicates)
metadata = header.pop("__metadata__", {})

tensors = []
covered = 0
for name, entry in header.items():
    begin, end = entry["data_offsets"]
    count = 1
    for size in entry["shape"]:
        count *= size
    assert entry["dtype"] == "F32" and begin == covered and end - begin == 4 * count, f"{name}: {entry}"
    values = struct.unpack(f"<{count}f", data[begin:end])
    tensors.append({"name": name, "shape": entry["shape"], "values": values})
    covered = end
assert covered == len(data), "the file does not end with its last tensor"
print(json.dumps({"metadata": metadata, "tensors": tensors}))
