"""Says what pydicom reads in DICOM files: identifiers, digests of data set and frames, and the DICOM JSON of each. One line of JSON a file."""

import hashlib
import json
import sys

import pydicom
from pydicom.encaps import generate_pixel_data_frame
from pydicom.filereader import _read_file_meta_info, read_preamble

sha = lambda data: hashlib.sha256(data).hexdigest()


def data_set_bytes(path):
    with open(path, "rb") as file:
        read_preamble(file, False)
        _read_file_meta_info(file)
        return file.read()


def frames(ds):
    """Digests of the frames: compressed ones as stored, native ones in little endian."""
    if "PixelData" not in ds:
        return []
    syntax = ds.file_meta.TransferSyntaxUID
    count = int(ds.get("NumberOfFrames", 1) or 1)
    if syntax.is_compressed and not syntax.is_deflated:
        return [sha(frame) for frame in generate_pixel_data_frame(ds.PixelData, count)]
    data = ds.PixelData
    unit = max(ds.BitsAllocated // 8, 2 if ds["PixelData"].VR == "OW" else 1)
    if not syntax.is_little_endian and unit > 1:
        data = b"".join(data[at : at + unit][::-1] for at in range(0, len(data), unit))
    bits = ds.Rows * ds.Columns * ds.SamplesPerPixel * ds.BitsAllocated
    if bits % 8:
        return []
    length = bits // 8
    return [sha(data[at * length : (at + 1) * length]) for at in range(count)]


for path in sys.argv[1:]:
    ds = pydicom.dcmread(path)
    print(
        json.dumps(
            {
                "path": path,
                "StudyInstanceUID": ds.StudyInstanceUID,
                "SeriesInstanceUID": ds.SeriesInstanceUID,
                "SOPInstanceUID": ds.SOPInstanceUID,
                "TransferSyntaxUID": ds.file_meta.TransferSyntaxUID,
                "dataSet": sha(data_set_bytes(path)),
                "frames": frames(ds),
                "json": ds.to_json_dict(bulk_data_threshold=1, bulk_data_element_handler=lambda _: "elsewhere"),
            }
        )
    )
