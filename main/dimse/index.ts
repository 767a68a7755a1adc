/** The DICOM network service (PS3.7, PS3.8): storage and verification, both roles. */
export * from './dimse.ts'
export { DimseError, type EndReason, endReasons } from './dimse-error.ts'
export { defaultLimits } from './limits.ts'
export { createDimseServer } from './scp.ts'
export { type AssociationRequest, ScuAssociation, type StoreInput, verificationContext, verifyPeer } from './scu.ts'
