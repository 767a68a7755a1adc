/** The DICOM network service (PS3.7, PS3.8): storage and verification, both roles. */
export * from './dimse.ts'
export { DimseError } from './dimse-error.ts'
export { createDimseServer } from './scp.ts'
export { ScuAssociation, type StoreInput, verificationContext, verifyPeer } from './scu.ts'
