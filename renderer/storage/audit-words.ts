/** What an entry of the audit log says beside who, when and what, and whose studies it is about, in the words of the language spoken now. */
import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '../../main/contract/audit.ts'
import { auditObjects } from '../../main/dicom/index.ts'
import { useFormat } from '../ui/format.ts'
import { useReasonWords } from '../ui/reason-words.ts'
import { nameText } from '../ui/safe-text.tsx'

/** Details that hold codes of the station, several of them apart by spaces; the others are numbers, titles and names, told as they are. */
const coded = new Set(['state', 'outcome', 'reason', 'form', 'what', 'settings', 'as', 'host'])

/** What is told first, in this order; the rest follows. The log keeps words in the order of the alphabet. */
const first = [
  'what',
  'state',
  'outcome',
  'reason',
  'settings',
  'AccessionNumber',
  'studies',
  'objects',
  'stored',
  'duplicate',
]
const place = (word: string): number => (first.includes(word) ? first.indexOf(word) : first.length)
/** Counts that say nothing as long as they are none. */
const onlyIfAny = new Set(['version', 'versions', 'refused', 'leftOut', 'failed', 'duplicate'])

/** `entry` → its details as `word: value`; a code of a newer station, without words here, is told as it is. */
export function useAuditDetails(): (entry: AuditEntry) => string[] {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const reasons = useReasonWords()
  const codeWords = (word: string, code: string): string => {
    const key = `storage:audit.value.${word}.${code}`
    if (/^[\w-]+$/.test(code) && i18n.exists(key)) return t(key)
    return word === 'reason' ? reasons('reason', code) : code
  }
  const valueWords = (word: string, value: string | number | boolean): string => {
    if (typeof value === 'boolean') return t(`storage:audit.${value}`)
    if (typeof value === 'number') return word === 'bytes' ? format.bytes(value) : format.number(value)
    if (!coded.has(word)) return value
    const codes = value.split(' ').map((code) => codeWords(word, code))
    return codes.join(', ')
  }
  return ({ kind, detail }) => {
    const fault = `storage:audit.fault.${detail.reason}`
    if (kind === 'broken' && i18n.exists(fault)) return [t(fault, { seq: format.number(Number(detail.seq)) })]
    return Object.entries(detail)
      .filter(([word, value]) => value !== '' && !(value === 0 && onlyIfAny.has(word)))
      .sort(([a], [b]) => place(a) - place(b))
      .map(([word, value]) =>
        t('storage:audit.detailOf', {
          what: t(`storage:audit.detail.${word}`, { defaultValue: word }),
          value: valueWords(word, value),
        }),
      )
  }
}

/** Who asked for what happened, and from where if that is known: `CT_GARDE (192.0.2.4)`. */
export function whoOf({ ActiveParticipant: [who] }: AuditEntry): string {
  const name = who?.UserName || who?.UserID || ''
  const address = who?.NetworkAccessPointID ?? ''
  return name === '' || address === '' ? name || address : `${name} (${address})`
}

/** The patients of an entry, each with the number that tells namesakes apart; of studies that are no longer known, their UIDs. */
export function patientsOf({ ParticipantObject: objects }: AuditEntry): string {
  const of = (type: string) => objects.filter((object) => object.ParticipantObjectIDTypeCode === type)
  const patients = of(auditObjects.PatientNumber).map(({ ParticipantObjectID, ParticipantObjectName = '' }) => {
    const name = nameText({ Alphabetic: ParticipantObjectName })
    if (name === '') return ParticipantObjectID
    return ParticipantObjectID === '' ? name : `${name} (${ParticipantObjectID})`
  })
  const told = patients.filter((patient) => patient !== '')
  const UIDs = of(auditObjects.StudyInstanceUID).map(({ ParticipantObjectID }) => ParticipantObjectID)
  return (told.length > 0 ? told : UIDs).join(', ')
}
