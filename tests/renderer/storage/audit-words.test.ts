/** What the audit log says of an entry, in the words of a person. */
import { renderHook } from '@testing-library/react'
import { expect, test } from 'vitest'
import {
  accessEvent,
  backupEvent,
  brokenEvent,
  deletedEvent,
  exportedEvent,
  importedEvent,
  type Noted,
  refusedEvent,
  settingsEvent,
  signedEvent,
  webClientEvent,
} from '../../../main/audit/index.ts'
import type { AuditEntry } from '../../../main/contract/audit.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { patientsOf, useAuditDetails, whoOf } from '../../../renderer/storage/audit-words.ts'

const who = { UserID: '10003456789', UserName: 'Camille Lefèvre' }
const martin = {
  ...{ StudyInstanceUID: '1.2.3', PatientID: '300100', AccessionNumber: 'A7' },
  PatientName: { Alphabetic: 'MARTIN^Élise' },
}
const namesake = { ...martin, StudyInstanceUID: '1.2.4', PatientID: '300200' }
const written = (event: Noted): AuditEntry => ({ ...event, seq: 7, EventDateTime: '2026-01-01T00:00:00.000Z' })
const refused = refusedEvent(
  {
    ...{ at: '', callingAETitle: 'SCANNER_9', remoteAddress: '192.0.2.9', outcome: 'rejected' },
    ...{ stored: 0, duplicates: 0, versions: 0, failed: 0 },
    reasons: ['called-ae-unknown', 'limit-reached'].map((code) => ({ code, count: 1, detail: '' })),
  },
  12,
)

const told = (language: 'fr' | 'en', event: Noted): string => {
  speak(language)
  const { result } = renderHook(() => useAuditDetails())
  return result
    .current(written(event))
    .join(' · ')
    .replace(/[\u00a0\u202f]/g, ' ')
}

test.each([
  [
    refused,
    'résultat : association refusée · raison : titre AE appelé inconnu, trop de connexions à la fois · fois : 12',
  ],
  [accessEvent(who, 'signature', 'wrong', 4), 'sujet : signature · résultat : erroné'],
  [settingsEvent(who, 'NetworkConfiguration', ['peers', 'dicomPort']), 'réglages : port DICOM, AE distants'],
  [signedEvent(who, martin, 'preliminary'), 'en tant que : provisoire'],
  [
    deletedEvent(who, martin, { bytes: 633_000_000, isArchived: true }),
    'n° de demande : A7 · taille : 633 Mo · archivée : oui',
  ],
  [
    exportedEvent(who, [martin], 'file:///x', { state: 'failed', form: 'zip', reason: 'file-too-large' }),
    'état : échoué · raison : fichier trop grand pour la destination · forme : archive ZIP',
  ],
  [
    webClientEvent(who, 'revoked', { name: 'OHIF', mayRead: true, mayStore: false }),
    'sujet : accès retiré · réglages : clients de DICOMweb · client : OHIF · peut rechercher et récupérer : oui · peut envoyer : non',
  ],
  [
    importedEvent(who, [martin], 'file:///x', {
      duplicate: 108,
      refused: 1,
      state: 'done',
      stored: 0,
      studies: 1,
      version: 0,
    }),
    'état : terminé · études : 1 · ajoutés : 0 · déjà présents : 108 · non importés : 1',
  ],
  [brokenEvent(who, { reason: 'cut', seq: 1204 }), 'Le journal a été coupé à partir de l’entrée 1 204.'],
  [backupEvent(who, 'file:///x', { state: 'failed', reason: 'EROFS' }), 'état : échoué · raison : EROFS'],
] as const)('details are told in words, and a code without words as it is: %#', (event, expected) => {
  expect(told('fr', event)).toBe(expected)
  expect(told('en', event)).not.toMatch(/[a-z]+-[a-z]+-[a-z]+|dicomPort/)
})

test('who asked is told with where from, and somebody without a name by that alone', () => {
  expect(whoOf(written(refused))).toBe('SCANNER_9 (192.0.2.9)')
  const nameless = {
    ...refused,
    ActiveParticipant: [{ UserID: '', UserIsRequestor: true, NetworkAccessPointID: '192.0.2.9' }],
  }
  expect([whoOf(written(nameless)), whoOf(written(signedEvent(who, martin, 'final')))]).toEqual([
    '192.0.2.9',
    'Camille Lefèvre',
  ])
})

test('every patient of an entry is named, with the number that tells namesakes apart', () => {
  expect(patientsOf(written(exportedEvent(who, [martin, namesake], 'file:///x', { state: 'done' })))).toBe(
    'MARTIN Élise (300100), MARTIN Élise (300200)',
  )
  expect(patientsOf(written(signedEvent(who, { StudyInstanceUID: '1.2.5' }, 'final')))).toBe('1.2.5')
})
