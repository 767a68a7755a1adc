"""Compressed files of every kind, made from pydicom's own; and what their decompressed forms are, compared with what other decoders find.

prepare CORPUS FOLDER: writes one instance each. compare FOLDER (BEFORE AFTER)...: JSON, one row a pair.
"""

import io
import json
import os
import subprocess
import sys

import numpy
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import generate_pixel_data_frame
from pydicom.uid import generate_uid

# File of the corpus: by which of dcmtk's programs it is encoded first.
SOURCES = {
    "JPEG2000.dcm": None,
    "SC_rgb_gdcm_KY.dcm": None,
    "693_J2KI.dcm": None,
    "J2K_pixelrep_mismatch.dcm": None,
    "MR_small_jp2klossless.dcm": None,
    "rtdose_rle.dcm": None,
    "SC_rgb_rle_16bit_2frame.dcm": None,
    "MR_small_RLE.dcm": None,
    "SC_rgb_jpeg_gdcm.dcm": None,
    "SC_rgb_dcmtk_+eb+cy+n1.dcm": None,
    "SC_rgb_dcmtk_+eb+cy+np.dcm": None,
    "SC_rgb_dcmtk_+eb+cr.dcm": None,
    "SC_rgb_jpeg_lossy_gdcm.dcm": None,
    "SC_rgb_small_odd_jpeg.dcm": None,
    "JPGExtended.dcm": None,
    "MR_small_jpeg_ls_lossless.dcm": None,
    "CT_small.dcm": ["dcmcjpeg", "+el"],
    "MR_small.dcm": ["dcmcjpls", "+el"],
    "SC_rgb_small_odd.dcm": ["dcmcjpls", "+el"],
    "JPEG-lossy.dcm": ["dcmcjpls", "+en"],
    "rtdose.dcm": ["dcmcrle"],
}

DECODERS = {
    **{f"1.2.840.10008.1.2.4.{n}": "dcmdjpeg" for n in (50, 51, 57, 70)},
    **{f"1.2.840.10008.1.2.4.{n}": "dcmdjpls" for n in (80, 81)},
    "1.2.840.10008.1.2.5": "dcmdrle",
}


def run(*command):
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def prepare(corpus, folder):
    for number, (name, tool) in enumerate(SOURCES.items()):
        source, target = os.path.join(corpus, name), os.path.join(folder, name)
        if not os.path.exists(source):
            continue
        if tool:
            if dcmread(source).file_meta.TransferSyntaxUID.is_compressed:
                run("dcmdjpeg", source, target + ".native")
                source = target + ".native"
            run(*tool, source, target)
        data = dcmread(target if tool else source)
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[name])
        if name == "SC_rgb_rle_16bit_2frame.dcm":
            frames = [len(frame) for frame in generate_pixel_data_frame(data.PixelData, 2)]
            data.ExtendedOffsetTable = numpy.array([0, frames[0] + 8], "<u8").tobytes()
            data.ExtendedOffsetTableLengths = numpy.array(frames, "<u8").tobytes()
        if number == 0:
            del data.LossyImageCompression
        data.save_as(target)
    for name in os.listdir(folder):
        if name.endswith(".native"):
            os.remove(os.path.join(folder, name))


def pillow(data):
    """Its JPEG decoder believes the stream where that contradicts the header."""
    return numpy.asarray(Image.open(io.BytesIO(next(generate_pixel_data_frame(data.PixelData, 1)))))


def decoded(path, data, target):
    tool = DECODERS.get(data.file_meta.TransferSyntaxUID)
    if "lossy_gdcm" in path:
        return pillow(data)
    if tool is None:
        return data.pixel_array
    run(tool, path, target)
    return dcmread(target).pixel_array


def values(data):
    """Without group lengths, and without what is unknown to who reads implicit VR."""
    known = [element for element in data if element.tag.element != 0 and not element.tag.is_private]
    return {element.tag: element.value for element in known if element.tag != 0x7FE00010}


def compare(folder, before, after):
    old, new = dcmread(before), dcmread(after)
    expected, found = decoded(before, old, os.path.join(folder, os.path.basename(after))), new.pixel_array
    was, became = values(old), values(new)
    bits = (1 << old.BitsStored) - 1
    same = expected.shape == found.shape
    return {
        "syntax": new.file_meta.TransferSyntaxUID,
        "changed": sorted(
            f"{tag.group:04x},{tag.element:04x} {became.get(tag, 'gone')}"
            for tag in {*was, *became}
            if tag not in was or tag not in became or was[tag] != became[tag]
        ),
        "isWhole": len(new.PixelData) == found.nbytes + found.nbytes % 2,
        "isEqual": same and bool(numpy.array_equal(expected & bits, found & bits)),
    }


command, *arguments = sys.argv[1:]
if command == "prepare":
    prepare(*arguments)
else:
    folder, *paths = arguments
    json.dump([compare(folder, *pair) for pair in zip(paths[::2], paths[1::2])], sys.stdout)
