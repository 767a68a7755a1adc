/** Action and event information of storage commitment, read and written (PS3.4 §J.3.2, §J.3.3). Pure. */
import type { DataSet, DataSetContent } from '../../dataset/index.ts'
import { isUID } from '../../dicom/index.ts'

/** An instance whose commitment is asked for. */
export interface InstanceReference {
  SOPClassUID: string
  SOPInstanceUID: string
}

/** What a commitment SCP reports of one transaction. */
export interface CommitmentReport {
  TransactionUID: string
  committed: InstanceReference[]
  /** With the reason of each (PS3.3 §C.14.1.1), 0 where none was given. */
  failed: (InstanceReference & { FailureReason: number })[]
}

/** Action and event types (PS3.4 Tables J.3-1 and J.3-2). */
export const REQUEST_COMMITMENT = 1
export const commitmentEvents = { allCommitted: 1, someFailed: 2 } as const

/** Instances of one transaction. */
export const MAX_REFERENCES = 20_000

const referenceOf = (item: DataSet): InstanceReference => ({
  SOPClassUID: item.text('ReferencedSOPClassUID'),
  SOPInstanceUID: item.text('ReferencedSOPInstanceUID'),
})
const isWellFormed = ({ SOPClassUID, SOPInstanceUID }: InstanceReference) => isUID(SOPClassUID) && isUID(SOPInstanceUID)

/** Reads what an N-ACTION-RQ asks; null when it names no transaction, no instance, too many, or one that is none. */
export function readRequest(dataSet: DataSet): { TransactionUID: string; instances: InstanceReference[] } | null {
  const TransactionUID = dataSet.text('TransactionUID')
  const instances = dataSet.items('ReferencedSOPSequence').map(referenceOf)
  const isBounded = instances.length > 0 && instances.length <= MAX_REFERENCES
  return isUID(TransactionUID) && isBounded && instances.every(isWellFormed) ? { TransactionUID, instances } : null
}

/** Reads an N-EVENT-REPORT-RQ; null when it names no transaction. What is no reference is left out. */
export function readReport(dataSet: DataSet): CommitmentReport | null {
  const TransactionUID = dataSet.text('TransactionUID')
  if (!isUID(TransactionUID)) return null
  return {
    TransactionUID,
    committed: dataSet.items('ReferencedSOPSequence').map(referenceOf).filter(isWellFormed),
    failed: dataSet
      .items('FailedSOPSequence')
      .map((item) => ({ ...referenceOf(item), FailureReason: item.number('FailureReason') ?? 0 }))
      .filter(isWellFormed),
  }
}

const toItem = ({ SOPClassUID, SOPInstanceUID }: InstanceReference): DataSetContent => ({
  ReferencedSOPClassUID: SOPClassUID,
  ReferencedSOPInstanceUID: SOPInstanceUID,
})

/** Action information of a request. */
export const requestContent = (TransactionUID: string, instances: readonly InstanceReference[]): DataSetContent => ({
  TransactionUID,
  ReferencedSOPSequence: instances.map(toItem),
})

/** Event information of a report. */
export const reportContent = ({ TransactionUID, committed, failed }: CommitmentReport): DataSetContent => ({
  TransactionUID,
  ...(committed.length > 0 ? { ReferencedSOPSequence: committed.map(toItem) } : {}),
  ...(failed.length > 0
    ? { FailedSOPSequence: failed.map((each) => ({ ...toItem(each), FailureReason: each.FailureReason })) }
    : {}),
})
