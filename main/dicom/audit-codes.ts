/** Codes of audit messages (PS3.15 A.5; PS3.16 CID 400 events, 401 event types, 402 roles, 404 objects, 405 media), of the scheme DCM unless told otherwise. */

/** Events (CID 400), by the name of the standard. */
export const auditEvents = {
  ApplicationActivity: '110100',
  AuditLogUsed: '110101',
  DICOMInstancesAccessed: '110103',
  DICOMInstancesTransferred: '110104',
  DICOMStudyDeleted: '110105',
  Export: '110106',
  Import: '110107',
  ProcedureRecord: '110111',
  SecurityAlert: '110113',
  UserAuthentication: '110114',
} as const

/** What kind of an event it is (CID 401). */
export const auditEventTypes = {
  ApplicationStart: '110120',
  ApplicationStop: '110121',
  Login: '110122',
  NodeAuthentication: '110126',
  NetworkConfiguration: '110128',
  SecurityConfiguration: '110129',
  SoftwareConfiguration: '110131',
  AuditRecordingStarted: '110134',
  UserSecurityAttributesChanged: '110137',
} as const

/** What a participant was in an event (CID 402). */
export const auditRoles = {
  Application: '110150',
  ApplicationLauncher: '110151',
  Destination: '110152',
  Source: '110153',
  DestinationMedia: '110154',
  SourceMedia: '110155',
} as const

/** What identifies a participating object: the study's UID or a node (CID 404), or the patient's number or an address (RFC 3881). */
export const auditObjects = { StudyInstanceUID: '110180', NodeID: '110182', PatientNumber: '2', URI: '12' } as const

/** Kinds of media (CID 405): what we read and write is named by its address. */
export const auditMedia = { URI: '110037' } as const

const meanings: Readonly<Record<string, string>> = {
  '110037': 'URI',
  '110100': 'Application Activity',
  '110101': 'Audit Log Used',
  '110103': 'DICOM Instances Accessed',
  '110104': 'DICOM Instances Transferred',
  '110105': 'DICOM Study Deleted',
  '110106': 'Export',
  '110107': 'Import',
  '110111': 'Procedure Record',
  '110113': 'Security Alert',
  '110114': 'User Authentication',
  '110120': 'Application Start',
  '110121': 'Application Stop',
  '110122': 'Login',
  '110126': 'Node Authentication',
  '110128': 'Network Configuration',
  '110129': 'Security Configuration',
  '110131': 'Software Configuration',
  '110134': 'Audit Recording Started',
  '110137': 'User Security Attributes Changed',
  '110150': 'Application',
  '110151': 'Application Launcher',
  '110152': 'Destination Role ID',
  '110153': 'Source Role ID',
  '110154': 'Destination Media',
  '110155': 'Source Media',
  '110180': 'Study Instance UID',
  '110182': 'Node ID',
  '2': 'Patient Number',
  '12': 'URI',
}

/** The meaning of a code of this file; empty for others. */
export const auditMeaning = (code: string): string => meanings[code] ?? ''
