"""What de-identified files still tell: texts of their originals' identities, private elements, UIDs. Prints JSON."""
import json
import os
import re
import sys

import pydicom

NAMES = {'PN'}
IDENTIFIERS = {
    'PatientID', 'IssuerOfPatientID', 'AccessionNumber', 'InstitutionName', 'InstitutionAddress', 'StationName', 'StudyID',
    'PatientComments', 'OtherPatientIDs', 'DeviceSerialNumber', 'RequestingService', 'PatientAddress', 'StudyDescription',
    'SeriesDescription', 'AdditionalPatientHistory', 'PatientBirthDate', 'StudyDate', 'SeriesDate',
}


def files(folder):
    for base, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(base, name)


def walk(dataset):
    for element in dataset:
        yield element
        if element.VR == 'SQ':
            for item in element.value:
                yield from walk(item)


def read(path):
    try:
        dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
        return dataset if 'SOPInstanceUID' in dataset else None
    except Exception:
        return None


secret, uids = set(), set()
for path in files(sys.argv[1]):
    dataset = read(path)
    if dataset is None:
        continue
    try:
        for element in walk(dataset):
            text = str(element.value).strip()
            if element.VR == 'UI' and not text.startswith('1.2.840.10008.') and element.keyword in (
                    'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID', 'FrameOfReferenceUID', 'ReferencedSOPInstanceUID'):
                uids.update([text] if '.' in text else [])
            elif (element.VR in NAMES or element.keyword in IDENTIFIERS) and len(text) > 5:
                secret.add(text)
    except Exception:
        continue

leaks, private, count = [], [], 0
for path in files(sys.argv[2]):
    count += 1
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    for element in walk(dataset):
        if element.tag.is_private:
            private.append(f'{path} {element.tag}')
        # The maker of a device stays, and is the station's name in one of the originals.
        if element.VR == 'SQ' or element.keyword == 'Manufacturer' or isinstance(element.value, bytes):
            continue
        text = str(element.value).strip()
        values = text.split('\\') if element.VR != 'UI' else re.findall(r'[0-9.]+', text)
        for value in values:
            if value in uids or value in secret:
                leaks.append(f'{element.keyword}: {value} in {path}')
print(json.dumps({'leaks': sorted(set(leaks)), 'private': private, 'files': count}))
