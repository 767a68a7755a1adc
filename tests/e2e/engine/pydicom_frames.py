#!/usr/bin/env python3
"""Frames and values of Part-10 files as pydicom reads them, for the decoding test.

 pydicom_frames.py FILE...

Prints one JSON object a line for each file: the header attributes that the viewer needs, the first frame's bytes as stored (base64) and
whether they are compressed, and, where pydicom itself can decode it, the first frame's modality values (or RGB) as base64 float32.
"""
import base64
import json
import os
import sys

import numpy
import pydicom
from pydicom.encaps import generate_pixel_data_frame
from pydicom.pixel_data_handlers.util import convert_color_space

KEYWORDS = [
    "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "BitsAllocated", "BitsStored",
    "HighBit", "PixelRepresentation", "RescaleSlope", "RescaleIntercept", "PixelPaddingValue", "SOPInstanceUID", "SOPClassUID",
    "SeriesInstanceUID", "StudyInstanceUID", "Modality",
]


def plain(value):
    return float(value) if isinstance(value, pydicom.valuerep.DSfloat) else value


def reference(data_set):
    try:
        values = data_set.pixel_array
        if int(data_set.get("NumberOfFrames", 1) or 1) > 1:
            values = values[0]
        if data_set.SamplesPerPixel == 3:
            interpretation = data_set.PhotometricInterpretation
            if interpretation in ("YBR_FULL", "YBR_FULL_422") and values.dtype == numpy.uint8:
                values = convert_color_space(values, interpretation, "RGB")
        else:
            values = values * float(data_set.get("RescaleSlope", 1)) + float(data_set.get("RescaleIntercept", 0))
        return base64.b64encode(values.astype("<f4").tobytes()).decode()
    except Exception:
        return None


for path in sys.argv[1:]:
    data_set = pydicom.dcmread(path)
    syntax = data_set.file_meta.TransferSyntaxUID
    header = {word: plain(data_set[word].value) for word in KEYWORDS if word in data_set and data_set[word].value not in (None, "")}
    frames = int(data_set.get("NumberOfFrames", 1) or 1)
    header.update(NumberOfFrames=1, TransferSyntaxUID=str(syntax), instanceKey=1, notDisplayable=None)
    if syntax.is_compressed and syntax != "1.2.840.10008.1.2.1.99":
        first = next(generate_pixel_data_frame(data_set.PixelData, frames))
    else:
        first = data_set.PixelData[: len(data_set.PixelData) // frames]
    print(json.dumps({
        "file": os.path.basename(path),
        "header": header,
        "isCompressed": bool(syntax.is_compressed),
        "frame": base64.b64encode(first).decode(),
        "values": reference(data_set),
    }, default=str))
