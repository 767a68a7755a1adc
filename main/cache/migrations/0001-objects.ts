/** Studies, series, instances and their versions, the packs they lie in, and the search index. */
import type { Migration } from './migration.ts'

export const objects: Migration = {
  version: 1,
  name: 'objects',
  up: `
CREATE TABLE study (
  studyKey INTEGER PRIMARY KEY,
  StudyInstanceUID TEXT NOT NULL UNIQUE,
  PatientName TEXT NOT NULL,
  PatientBirthName TEXT NOT NULL,
  PatientID TEXT NOT NULL,
  IssuerOfPatientID TEXT NOT NULL,
  PatientBirthDate TEXT NOT NULL,
  PatientSex TEXT NOT NULL,
  StudyDate TEXT NOT NULL,
  StudyTime TEXT NOT NULL,
  StudyID TEXT NOT NULL,
  AccessionNumber TEXT NOT NULL,
  StudyDescription TEXT NOT NULL,
  ReferringPhysicianName TEXT NOT NULL,
  InstitutionName TEXT NOT NULL,
  BodyPartExamined TEXT NOT NULL,
  ModalitiesInStudy TEXT NOT NULL DEFAULT '',
  patientNameOrder TEXT NOT NULL,
  NumberOfStudyRelatedSeries INTEGER NOT NULL DEFAULT 0,
  NumberOfStudyRelatedInstances INTEGER NOT NULL DEFAULT 0,
  statedInstances INTEGER,
  displayable INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  firstReceivedAt TEXT NOT NULL,
  lastReceivedAt TEXT NOT NULL,
  openedAt TEXT,
  origin TEXT NOT NULL,
  sender TEXT NOT NULL,
  conflictingInstances INTEGER NOT NULL DEFAULT 0,
  conflictingAttributes TEXT NOT NULL DEFAULT '',
  words TEXT NOT NULL,
  attributes TEXT NOT NULL
) STRICT;
CREATE INDEX study_by_lastReceivedAt ON study (lastReceivedAt, studyKey, StudyDate, ModalitiesInStudy);
CREATE INDEX study_by_StudyDate ON study (StudyDate, StudyTime, studyKey, lastReceivedAt, ModalitiesInStudy);
CREATE INDEX study_by_PatientName ON study (patientNameOrder, studyKey, StudyDate, lastReceivedAt, ModalitiesInStudy);
CREATE INDEX study_by_PatientBirthDate ON study (PatientBirthDate, studyKey);
CREATE INDEX study_by_StudyDescription ON study (StudyDescription COLLATE NOCASE, studyKey);
CREATE INDEX study_by_InstitutionName ON study (InstitutionName COLLATE NOCASE, studyKey);
CREATE INDEX study_by_ModalitiesInStudy ON study (ModalitiesInStudy, studyKey);
CREATE INDEX study_by_NumberOfStudyRelatedInstances ON study (NumberOfStudyRelatedInstances, studyKey);
CREATE INDEX study_by_AccessionNumber ON study (AccessionNumber, studyKey);
CREATE INDEX study_by_PatientID ON study (PatientID, IssuerOfPatientID, StudyDate);

CREATE TABLE study_modality (
  Modality TEXT NOT NULL,
  studyKey INTEGER NOT NULL REFERENCES study,
  PRIMARY KEY (Modality, studyKey)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE study_search USING fts5 (
  words, content='', contentless_delete=1, detail=full, prefix='1 2 3', tokenize="unicode61 remove_diacritics 2"
);

CREATE TABLE series (
  seriesKey INTEGER PRIMARY KEY,
  studyKey INTEGER NOT NULL REFERENCES study,
  SeriesInstanceUID TEXT NOT NULL,
  Modality TEXT NOT NULL,
  SeriesNumber INTEGER,
  SeriesDescription TEXT NOT NULL,
  BodyPartExamined TEXT NOT NULL,
  ProtocolName TEXT NOT NULL,
  SeriesDate TEXT NOT NULL,
  SeriesTime TEXT NOT NULL,
  FrameOfReferenceUID TEXT NOT NULL,
  SOPClassUIDs TEXT NOT NULL DEFAULT '',
  NumberOfSeriesRelatedInstances INTEGER NOT NULL DEFAULT 0,
  numberOfFrames INTEGER NOT NULL DEFAULT 0,
  statedInstances INTEGER,
  statedBy TEXT,
  AcquisitionNumber INTEGER,
  displayable INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL DEFAULT 0,
  attributes TEXT NOT NULL,
  UNIQUE (studyKey, SeriesInstanceUID)
) STRICT;
CREATE INDEX series_by_SeriesInstanceUID ON series (SeriesInstanceUID);

CREATE TABLE instance (
  instanceId INTEGER PRIMARY KEY,
  seriesKey INTEGER NOT NULL REFERENCES series,
  SOPInstanceUID TEXT NOT NULL,
  SOPClassUID TEXT NOT NULL,
  InstanceNumber INTEGER,
  currentKey INTEGER NOT NULL,
  isConflicting INTEGER NOT NULL DEFAULT 0,
  UNIQUE (seriesKey, SOPInstanceUID)
) STRICT;
CREATE INDEX instance_by_SOPInstanceUID ON instance (SOPInstanceUID);
CREATE INDEX instance_by_arrival ON instance (seriesKey, currentKey);
CREATE INDEX instance_by_InstanceNumber ON instance (seriesKey, InstanceNumber, currentKey);

CREATE TABLE pack (
  packKey INTEGER PRIMARY KEY,
  packId TEXT NOT NULL UNIQUE,
  keyId TEXT NOT NULL,
  StudyInstanceUID TEXT NOT NULL,
  indexedEnd INTEGER NOT NULL
) STRICT;
CREATE INDEX pack_by_StudyInstanceUID ON pack (StudyInstanceUID);
CREATE INDEX pack_by_keyId ON pack (keyId);

CREATE TABLE version (
  instanceKey INTEGER PRIMARY KEY,
  instanceId INTEGER NOT NULL REFERENCES instance,
  sha256 TEXT NOT NULL,
  TransferSyntaxUID TEXT NOT NULL,
  length INTEGER NOT NULL,
  packKey INTEGER NOT NULL REFERENCES pack,
  recordOffset INTEGER NOT NULL,
  recordEnd INTEGER NOT NULL,
  runOffset INTEGER NOT NULL,
  recordNumber INTEGER NOT NULL,
  origin TEXT NOT NULL,
  sender TEXT NOT NULL,
  senderAddress TEXT NOT NULL,
  receivedAt TEXT NOT NULL,
  NumberOfFrames INTEGER NOT NULL,
  notDisplayable TEXT,
  isImage INTEGER NOT NULL,
  pixelData TEXT,
  attributes TEXT NOT NULL,
  header TEXT NOT NULL
) STRICT;
CREATE INDEX version_by_instance ON version (instanceId, instanceKey);
CREATE INDEX version_by_pack ON version (packKey, recordOffset);

CREATE TABLE tombstone (
  packId TEXT PRIMARY KEY,
  keyId TEXT,
  removedAt TEXT NOT NULL
) STRICT;

CREATE TABLE total (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  studies INTEGER NOT NULL,
  instances INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  nextInstanceKey INTEGER NOT NULL
) STRICT;
INSERT INTO total VALUES (1, 0, 0, 0, 1);
`,
}
