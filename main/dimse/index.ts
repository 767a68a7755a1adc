/** The DICOM network service (PS3.7, PS3.8): verification, storage, and what the station performs beside, both roles. */
export * from './dimse.ts'
export { DimseError } from './dimse-error.ts'
export { decodeIdentifier, encodeIdentifier } from './identifier.ts'
export { createDimseServer } from './scp.ts'
export { type AssociationRequest, ScuAssociation, verificationContext, verifyPeer } from './scu.ts'
export {
  acceptedForm,
  type ObjectToSend,
  type SendReport,
  type SendRequest,
  type SendResult,
  sendObjects,
} from './send-objects.ts'
export {
  certificatesOf,
  DICOM_TLS_PORT,
  faultOfCredentials,
  faultOfShown,
  openServerContext,
  readTlsCredentials,
  type ShownCertificate,
  type TlsCredentials,
} from './tls.ts'
