#!/usr/bin/env python3
"""Made resources/demo/mr, once: the INIA19 T1 brain template (Debian's mricron-data) as a classic MR series.

 demo-series.py make  /usr/share/mricron/templates/inia19-t1-brain.nii.gz resources/demo/mr
 demo-series.py check /usr/share/mricron/templates/inia19-t1-brain.nii.gz resources/demo/mr

Wants python3-nibabel and python3-pydicom. The same source gives the same bytes. `check` reads the series back and compares every voxel,
through its position in the patient, with the source.
"""
import hashlib
import os
import sys

import nibabel
import numpy
from pydicom import dcmread
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4'
# Stored values are the template's intensities (0 to 383.2, no unit) times ten, rounded.
FACTOR = 10
# Voxels of air left round the brain when the template is cropped.
MARGIN = 10
RAS_TO_LPS = numpy.diag([-1.0, -1.0, 1.0, 1.0])


def uid(*parts):
    digest = hashlib.sha256('|'.join(map(str, ('astreinte demo inia19',) + parts)).encode()).digest()
    return '2.25.' + str(int.from_bytes(digest[:15], 'big'))


def decimal(x):
    return ('%.6f' % x).rstrip('0').rstrip('.') if x else '0'


def load(path):
    """The cropped stored values, indexed [i, j, k] towards right, anterior, superior, and the affine from (i, j, k) to DICOM's LPS mm."""
    image = nibabel.as_closest_canonical(nibabel.load(path))
    values = numpy.asanyarray(image.dataobj)
    inside = numpy.argwhere(values > 0)
    first = numpy.maximum(inside.min(0) - MARGIN, 0)
    last = numpy.minimum(inside.max(0) + MARGIN, numpy.array(values.shape) - 1)
    i, j, k = (slice(a, b + 1) for a, b in zip(first, last))
    shift = numpy.eye(4)
    shift[:3, 3] = first
    return numpy.rint(values[i, j, k] * FACTOR).astype('<u2'), RAS_TO_LPS @ image.affine @ shift


def make(source, folder):
    stored, affine = load(source)
    ni, nj, nk = stored.shape
    # Columns run from right to left, rows from anterior to posterior: the usual axial picture, seen from the feet.
    along_row, along_column, between = -affine[:3, 0], -affine[:3, 1], affine[:3, 2]
    spacing = [float(numpy.linalg.norm(v)) for v in (along_row, along_column, between)]
    orientation = [*(along_row / spacing[0]), *(along_column / spacing[1])]
    os.makedirs(folder, exist_ok=True)
    for k in range(nk):
        meta = FileMetaDataset()
        meta.FileMetaInformationVersion = b'\0\1'
        meta.MediaStorageSOPClassUID = MR_IMAGE_STORAGE
        meta.MediaStorageSOPInstanceUID = uid('instance', k)
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        meta.ImplementationClassUID = uid('implementation')
        d = FileDataset(None, {}, file_meta=meta, preamble=b'\0' * 128)
        d.is_little_endian, d.is_implicit_VR = True, False
        d.SpecificCharacterSet = 'ISO_IR 192'
        d.ImageType = ['DERIVED', 'SECONDARY', 'OTHER']
        d.SOPClassUID, d.SOPInstanceUID = MR_IMAGE_STORAGE, meta.MediaStorageSOPInstanceUID
        d.StudyDate = d.SeriesDate = d.ContentDate = '20121206'
        d.StudyTime = d.SeriesTime = d.ContentTime = '120000'
        d.AccessionNumber, d.Modality, d.Manufacturer = 'DEMO-INIA19', 'MR', ''
        d.ReferringPhysicianName = ''
        d.InstitutionName = 'Demo data'
        d.StudyDescription = 'Demo: INIA19 macaque brain'
        d.SeriesDescription = 'T1 template, mean of 19 animals'
        d.DerivationDescription = 'Cropped from inia19-t1-brain.nii.gz (INIA19, CC-BY), intensities times %d' % FACTOR
        d.PatientName, d.PatientID = 'DEMO^INIA19 Macaque', 'DEMO-INIA19'
        d.PatientBirthDate, d.PatientSex = '', 'O'
        d.PatientSpeciesDescription = 'Macaca mulatta'
        d.PatientBreedDescription, d.PatientBreedCodeSequence, d.BreedRegistrationSequence = '', [], []
        d.PatientSexNeutered = ''
        d.ResponsiblePerson = d.ResponsibleOrganization = ''
        # The template's axes are those of an upright body, so the letters A, P, H, F mean what they mean in man.
        d.AnatomicalOrientationType = 'BIPED'
        d.BodyPartExamined, d.PatientPosition = 'BRAIN', 'HFS'
        d.ScanningSequence, d.SequenceVariant, d.ScanOptions, d.MRAcquisitionType = 'RM', 'NONE', '', '3D'
        d.RepetitionTime = d.EchoTime = d.EchoTrainLength = ''
        d.SliceThickness = d.SpacingBetweenSlices = decimal(spacing[2])
        d.StudyInstanceUID, d.SeriesInstanceUID = uid('study'), uid('series')
        d.StudyID, d.SeriesNumber, d.AcquisitionNumber, d.InstanceNumber = '1', 1, '', k + 1
        position = affine @ [ni - 1, nj - 1, k, 1]
        d.ImagePositionPatient = [decimal(x) for x in position[:3]]
        d.ImageOrientationPatient = [decimal(x) for x in orientation]
        d.FrameOfReferenceUID, d.PositionReferenceIndicator = uid('frame of reference'), ''
        d.SliceLocation = decimal(position[2])
        d.SamplesPerPixel, d.PhotometricInterpretation = 1, 'MONOCHROME2'
        d.Rows, d.Columns = nj, ni
        d.PixelSpacing = [decimal(spacing[1]), decimal(spacing[0])]
        d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 12, 11, 0
        d.WindowCenter, d.WindowWidth = '900', '1400'
        d.PixelData = stored[::-1, ::-1, k].T.tobytes()
        d['PixelData'].VR = 'OW'
        d.save_as(os.path.join(folder, 'MR%04d.dcm' % (k + 1)), write_like_original=False)
    print('%d slices of %d x %d' % (nk, nj, ni))


def check(source, folder):
    image = nibabel.load(source)
    values, to_voxel = numpy.asanyarray(image.dataobj), numpy.linalg.inv(RAS_TO_LPS @ image.affine)
    total = 0
    for name in sorted(os.listdir(folder)):
        d = dcmread(os.path.join(folder, name))
        column, row = numpy.meshgrid(numpy.arange(d.Columns), numpy.arange(d.Rows))
        across, down = (numpy.array(d.ImageOrientationPatient[n : n + 3], float) for n in (0, 3))
        at = (
            numpy.array(d.ImagePositionPatient, float)
            + column[..., None] * float(d.PixelSpacing[1]) * across
            + row[..., None] * float(d.PixelSpacing[0]) * down
        )
        voxel = numpy.rint(at @ to_voxel[:3, :3].T + to_voxel[:3, 3]).astype(int)
        expected = numpy.rint(values[tuple(voxel[..., n] for n in range(3))] * FACTOR)
        if not numpy.array_equal(d.pixel_array, expected):
            sys.exit('%s differs from its source' % name)
        total += int((d.pixel_array > 0).sum())
    print('%d voxels of the brain, of %d in the source, are equal' % (total, int((numpy.rint(values * FACTOR) > 0).sum())))


if __name__ == '__main__':
    {'make': make, 'check': check}[sys.argv[1]](sys.argv[2], sys.argv[3])
