/** Reports in whole stations: over the real calls, into the real cache and outbox, and through an end by force. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Report } from '../../main/contract/report.ts'
import { writeCTFolders } from '../bench/ct-files.ts'
import { importFiles } from '../helpers/import-files.ts'
import { startStation } from '../helpers/station-process.ts'
import { type StationWindow, signInAt } from '../helpers/station-window.ts'
import { typedParagraph } from '../helpers/typing.ts'
import { type RunningStation, runStation, temporaryFolder } from './running-station.ts'

const PIN = '4711'
const PROFILE = {
  familyName: 'Œuvrard',
  givenName: 'Zoé',
  prefix: 'Dr',
  RPPS: '10003456789',
  organisation: { name: 'CH de l’Été', FINESS: '' },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-reports-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Window = Pick<StationWindow, 'client' | 'ask'>

/** Brings in a study of three CT images; gives its UID. */
async function bringStudy({ client }: Window): Promise<string> {
  const images = writeCTFolders(join(folder, 'images'), 16, 1, 3)
  expect((await importFiles({ client }, images)).progress.counts.stored).toBe(3)
  const { rows } = await client.studies.list.query({})
  return rows[0]?.StudyInstanceUID ?? ''
}

async function beginReport({ client }: Window, StudyInstanceUID: string): Promise<Report> {
  const answer = await client.reports.create.mutate({ StudyInstanceUID, templateId: 'free-text', language: 'fr' })
  if (answer.kind !== 'created') throw new Error(answer.kind)
  return answer.report
}

async function becomeReader({ client }: Window): Promise<void> {
  expect((await client.profile.setPin.mutate({ oldPin: null, newPin: PIN })).outcome).toEqual({ kind: 'right' })
  expect((await client.profile.save.mutate({ profile: PROFILE, pin: PIN })).outcome).toEqual({ kind: 'right' })
}

const textOf = ({ content }: Report, sectionId: string): string =>
  (content.sections.find((section) => section.sectionId === sectionId)?.blocks ?? [])
    .flatMap(({ runs }) => runs.map((run) => (run.kind === 'text' ? run.text : '')))
    .join('')

it('writes, gives out and adds to a report; its documents are in the study, on their way, and say who signed', async () => {
  const place = temporaryFolder()
  let station: RunningStation = await runStation(place)
  try {
    const StudyInstanceUID = await bringStudy(station)
    const { client, events } = station
    const { templates, unreadable } = await client.reports.templates.query({ StudyInstanceUID, language: 'fr' })
    expect(unreadable).toEqual([])
    expect(templates.map(({ templateId }) => templateId).sort()).toEqual(['ct-chest', 'ct-head', 'free-text'])
    await becomeReader(station)
    const { reportId } = await beginReport(station, StudyInstanceUID)
    const changes = [typedParagraph('Pas d’anomalie.'), typedParagraph('Scanner normal.', { sectionId: 'conclusion' })]
    expect(await client.reports.append.mutate({ reportId, after: 0, changes })).toMatchObject({ kind: 'saved', seq: 2 })
    expect((await client.studies.list.query({})).rows[0]?.report).toMatchObject({ state: 'draft' })

    const problems = await client.reports.check.query({ reportId })
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
    const accepted = problems.map(({ code }) => code)
    const request = { reportId, after: 2, as: 'final', accepted } as const
    const wrong = await client.reports.sign.mutate({ ...request, pin: '0000' })
    expect(wrong).toEqual({ kind: 'pin', outcome: { kind: 'wrong', triesLeft: 4 } })
    const signed = await client.reports.sign.mutate({ ...request, pin: PIN })
    if (signed.kind !== 'signed') throw new Error(signed.kind)
    expect(signed.report).toMatchObject({ state: 'final', transfer: 'waiting' })
    const [issue] = signed.report.issues
    expect(issue?.signer).toEqual(PROFILE)
    expect(issue?.documents.map(({ kind }) => kind)).toEqual(['report', 'pdf'])
    // The answer was lost: the same signature again, no second one.
    const again = await client.reports.sign.mutate({ ...request, pin: '' })
    expect(again.kind === 'signed' && again.report.issues).toEqual(signed.report.issues)

    const study = await client.studies.get.query({ StudyInstanceUID })
    expect(study?.study.report).toMatchObject({ state: 'final' })
    const series = new Set(study?.series.map(({ SeriesInstanceUID }) => SeriesInstanceUID))
    expect(issue?.documents.every(({ SeriesInstanceUID }) => series.has(SeriesInstanceUID))).toBe(true)
    await expect
      .poll(() => events.some(({ data }) => data.kind === 'reportChanged' && data.reportId === reportId))
      .toBe(true)

    const addendum = await client.reports.addendum.mutate({ reportId })
    if (addendum.kind !== 'created') throw new Error(addendum.kind)
    expect(addendum.report).toMatchObject({ kind: 'addendum', predecessorReportId: reportId, state: 'draft' })
    expect(addendum.report.content.sections.map(({ code }) => code.CodeValue)).toEqual(['55107-7'])

    await station.close()
    station = await runStation(place)
    const list = await station.client.reports.list.query({ StudyInstanceUID })
    expect(list.map(({ kind, state }) => [kind, state])).toEqual([
      ['addendum', 'draft'],
      ['report', 'final'],
    ])
    expect(textOf((await station.client.reports.get.query({ reportId })) as Report, 'findings')).toBe('Pas d’anomalie.')
  } finally {
    await station.close()
    place.remove()
  }
})

it('has every character that was shown as saved after an end by force, again and again', async () => {
  let station = await startStation({ folder })
  let window = await signInAt(station.dataFolder)
  const { reportId } = await beginReport(window, await bringStudy(window))
  let text = ''
  let seq = 0
  for (const keys of [40, 7, 90]) {
    const { client } = window
    const stop = seq + keys
    // Keys go on while the process dies: each answer that came is a promise.
    const typing = (async () => {
      for (;;) {
        const next = `${text}${String.fromCharCode(97 + (seq % 26))}é`
        const answer = await client.reports.append.mutate({ reportId, after: seq, changes: [typedParagraph(next)] })
        if (answer.kind !== 'saved') throw new Error(answer.kind)
        text = next
        seq = answer.seq
        if (seq === stop) void station.kill()
      }
    })()
    await expect(typing).rejects.toThrow()
    station = await startStation({ folder })
    window = await signInAt(station.dataFolder)
    const report = (await window.client.reports.get.query({ reportId })) as Report
    // One change may have been durable whose answer was cut off.
    expect(report.seq - seq === 0 || report.seq - seq === 1).toBe(true)
    expect(textOf(report, 'findings').startsWith(text)).toBe(true)
    seq = report.seq
    text = textOf(report, 'findings')
    expect(text.length).toBe(2 * seq)
  }
  await station.stop()
})

it('says when the records could not be read, and goes on with what the last copy holds', async () => {
  const place = temporaryFolder()
  const first = await runStation(place)
  await becomeReader(first)
  await first.close()
  const file = join(place.dataFolder, 'records.sqlite')
  const bytes = readFileSync(file)
  for (let at = 4096 + 100; at < bytes.length; at += 4096) bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
  const second = await runStation(place)
  try {
    const { problems } = await second.client.station.status.query({})
    expect(problems.find(({ code }) => code === 'records-damaged')?.detail).toMatch(/damaged/)
    expect(await second.client.profile.get.query({})).toMatchObject({ profile: null, hasPin: false })
  } finally {
    await second.close()
    place.remove()
  }
})

it('resets a forgotten PIN by the recovery key alone', async () => {
  const place = temporaryFolder()
  const station = await runStation(place)
  try {
    const { client } = station
    await becomeReader(station)
    const { recoveryKey } = await client.security.drawRecoveryKey.mutate({})
    await client.security.confirmRecoveryKey.mutate({ lastGroup: recoveryKey.slice(-5) })
    const wrongKey = await client.profile.resetPin.mutate({ recoveryKey: 'XXXXX', newPin: '2222' })
    expect(wrongKey.outcome).toBe('wrong-recovery-key')
    expect((await client.profile.resetPin.mutate({ recoveryKey, newPin: '2222' })).outcome).toBe('reset')
    const change = await client.profile.setPin.mutate({ oldPin: '2222', newPin: '3333' })
    expect(change.outcome).toEqual({ kind: 'right' })
    await expect.poll(() => station.events.some(({ data }) => data.kind === 'profileChanged')).toBe(true)
  } finally {
    await station.close()
    place.remove()
  }
})
