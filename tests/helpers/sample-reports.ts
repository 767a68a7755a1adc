/** Reports, measurements and the reader of the sample station: the contract's rules in memory, with answers that can be lost. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HandlersOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import type { Measurement } from '../../main/contract/measurement.ts'
import type { PinOutcome, ProfileState, ReaderProfile } from '../../main/contract/profile.ts'
import type { Report, ReportTemplate, Signer, SigningProblem, TransferState } from '../../main/contract/report.ts'
import { applyReportChange } from '../../main/contract/report-changes.ts'
import type { StudyRow } from '../../main/contract/studies.ts'
import type { Feed } from '../../main/http/feed.ts'

type Handlers = HandlersOf<StationContract>

const folder = join(import.meta.dirname, '../../resources/report-templates')
const templates = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ReportTemplate,
)

export const sampleReader: ReaderProfile = {
  familyName: 'Lefèvre',
  givenName: 'Anaïs',
  prefix: 'Dr',
  RPPS: '10001234565',
  organisation: { name: 'CH de Gray', FINESS: '700000037' },
}
export const SAMPLE_PIN = '2580'
const MOST_TRIES = 5

export interface SampleReports {
  handlers: Pick<Handlers, 'reports' | 'measurements' | 'profile'>
  /** Joined with the station when it starts. */
  join(feed: Feed, study: (uid: string) => StudyRow | undefined): void
  all(): Report[]
  setMeasurements(StudyInstanceUID: string, next: Measurement[]): void
  setTransfer(reportId: string, transfer: TransferState): void
  /** What happens to the next requests to save, one each: the request or its answer is lost. */
  lose(...fates: ('request' | 'answer')[]): void
  /** Another window's writing: replaces the first block of a section. */
  writeElsewhere(reportId: string, sectionId: string, text: string): void
  setProblems(problems: SigningProblem[]): void
}

class Lost extends Error {}

export function sampleReports(
  given: { reports?: Report[]; measurements?: Measurement[]; profile?: ReaderProfile | null; hasPin?: boolean } = {},
): SampleReports {
  const reports = new Map((given.reports ?? []).map((report) => [report.reportId, report]))
  const changeIds = new Map<string, string[]>()
  let measurements = given.measurements ?? []
  let profile = given.profile === undefined ? sampleReader : given.profile
  let pin: string | null = given.hasPin === false || profile === null ? null : SAMPLE_PIN
  let tries = MOST_TRIES
  let lockedUntil: string | null = null
  let problems: SigningProblem[] = []
  const fates: ('request' | 'answer')[] = []
  let feed: Feed | null = null
  let studyOf: (uid: string) => StudyRow | undefined = () => undefined

  const keep = (report: Report): Report => {
    reports.set(report.reportId, report)
    const { StudyInstanceUID, reportId, seq } = report
    feed?.publish({ kind: 'reportChanged', StudyInstanceUID, reportId, seq })
    return report
  }
  const suits = ({ bodyParts }: ReportTemplate, uid: string) =>
    Number(bodyParts.includes(studyOf(uid)?.BodyPartExamined ?? ''))
  const isClosed = ({ state }: Report) => state === 'final' || state === 'cancelled'
  const begin = (study: StudyRow, template: ReportTemplate, predecessor: Report | null): Report => {
    const now = new Date().toISOString()
    return keep({
      reportId: randomUUID(),
      StudyInstanceUID: study.StudyInstanceUID,
      kind: predecessor ? 'addendum' : 'report',
      predecessorReportId: predecessor?.reportId ?? null,
      state: 'draft',
      templateId: template.templateId,
      documentTitle: template.documentTitle,
      language: template.language,
      author: profile,
      createdAt: now,
      changedAt: now,
      seq: 0,
      issues: [],
      transfer: 'none',
      subject: { ...study, PatientBirthName: study.PatientBirthName },
      content: { ...template.content, keyImages: [] },
    })
  }
  const verify = (typed: string): PinOutcome => {
    if (pin === null) return { kind: 'not-set' }
    if (lockedUntil !== null && Date.parse(lockedUntil) > Date.now()) return { kind: 'locked', until: lockedUntil }
    if (typed === pin) {
      tries = MOST_TRIES
      return { kind: 'right' }
    }
    tries -= 1
    if (tries > 0) return { kind: 'wrong', triesLeft: tries }
    tries = MOST_TRIES
    lockedUntil = new Date(Date.now() + 300_000).toISOString()
    return { kind: 'locked', until: lockedUntil }
  }
  const profileState = (): ProfileState => ({
    profile,
    hasPin: pin !== null,
    pinLockedUntil: lockedUntil,
    pinTriesLeft: tries,
  })

  const append: Handlers['reports']['append'] = ({ reportId, after, changes }) => {
    const report = reports.get(reportId)
    if (!report) return { kind: 'not-found' }
    const known = changeIds.get(reportId) ?? []
    const fresh = changes.filter(({ changeId }) => !known.includes(changeId))
    if (fresh.length === 0) return { kind: 'saved', seq: after + changes.length, at: report.changedAt }
    if (isClosed(report)) return { kind: 'immutable' }
    if (after + changes.length - fresh.length !== report.seq) return { kind: 'conflict', seq: report.seq }
    const content = fresh.reduce<Report['content'] | null>(
      (folded, { change }) => folded && applyReportChange(folded, change),
      report.content,
    )
    if (!content) return { kind: 'does-not-fit' }
    changeIds.set(reportId, [...known, ...fresh.map(({ changeId }) => changeId)])
    const next = keep({ ...report, content, seq: report.seq + fresh.length, changedAt: new Date().toISOString() })
    return { kind: 'saved', seq: next.seq, at: next.changedAt }
  }

  const handlers: SampleReports['handlers'] = {
    reports: {
      templates: ({ language, StudyInstanceUID }) => ({
        templates: templates
          .filter((one) => one.language === language && one.templateId !== 'addendum')
          .sort((one, other) => suits(other, StudyInstanceUID) - suits(one, StudyInstanceUID)),
        unreadable: [],
      }),
      list: ({ StudyInstanceUID }) =>
        [...reports.values()].filter((report) => report.StudyInstanceUID === StudyInstanceUID).reverse(),
      get: ({ reportId }) => reports.get(reportId) ?? null,
      create: ({ StudyInstanceUID, templateId, language }) => {
        const study = studyOf(StudyInstanceUID)
        const template = templates.find((one) => one.templateId === templateId && one.language === language)
        if (!study) return { kind: 'no-study' }
        return template ? { kind: 'created', report: begin(study, template, null) } : { kind: 'no-template' }
      },
      addendum: ({ reportId }) => {
        const report = reports.get(reportId)
        const study = report && studyOf(report.StudyInstanceUID)
        const template = templates.find((one) => one.templateId === 'addendum' && one.language === report?.language)
        if (report?.state !== 'final' || !study || !template) return { kind: 'not-final' }
        return { kind: 'created', report: begin(study, template, report) }
      },
      append: async (input) => {
        const fate = fates.shift()
        if (fate === 'request') throw new Lost('lost')
        const answer = await append(input)
        if (fate === 'answer') throw new Lost('lost')
        return answer
      },
      check: () => problems,
      cancel: ({ reportId }) => {
        const report = reports.get(reportId)
        if (!report) return { kind: 'not-found' }
        if (isClosed(report)) return { kind: 'immutable' }
        keep({ ...report, state: 'cancelled' })
        return { kind: 'cancelled' }
      },
      sign: ({ reportId, after, as, pin: typed, accepted }) => {
        const report = reports.get(reportId)
        if (!report) return { kind: 'not-found' }
        if (report.issues.some((issue) => issue.as === as && issue.seq === after)) return { kind: 'signed', report }
        if (isClosed(report)) return { kind: 'immutable' }
        if (report.seq !== after) return { kind: 'changed', seq: report.seq }
        if (!profile) return { kind: 'no-profile' }
        if (problems.some(({ severity, code }) => severity === 'error' || !accepted.includes(code)))
          return { kind: 'problems', problems }
        const outcome = verify(typed)
        if (outcome.kind !== 'right') return { kind: 'pin', outcome }
        const issue = { as, seq: after, at: new Date().toISOString(), signer: profile as Signer, documents: [] }
        return {
          kind: 'signed',
          report: keep({ ...report, state: as, transfer: 'waiting', issues: [...report.issues, issue] }),
        }
      },
    },
    measurements: {
      list: ({ StudyInstanceUID }) => measurements.filter((one) => one.StudyInstanceUID === StudyInstanceUID),
      save: () => ({ revision: 1 }),
      remove: () => ({}),
    },
    profile: {
      get: profileState,
      save: ({ profile: next, pin: typed }) => {
        const outcome: PinOutcome = pin === null ? { kind: 'right' } : verify(typed ?? '')
        if (outcome.kind === 'right') profile = next
        return { outcome, state: profileState() }
      },
      setPin: ({ oldPin, newPin }) => {
        const outcome: PinOutcome = pin === null ? { kind: 'right' } : verify(oldPin ?? '')
        if (outcome.kind === 'right') pin = newPin
        return { outcome, state: profileState() }
      },
      resetPin: ({ recoveryKey, newPin }) => {
        if (!recoveryKey.startsWith('K7QM')) return { outcome: 'wrong-recovery-key', state: profileState() }
        pin = newPin
        lockedUntil = null
        return { outcome: 'reset', state: profileState() }
      },
    },
  }
  return {
    handlers,
    join: (its, study) => {
      feed = its
      studyOf = study
    },
    all: () => [...reports.values()],
    setMeasurements: (StudyInstanceUID, next) => {
      measurements = next
      feed?.publish({ kind: 'measurementsChanged', StudyInstanceUID })
    },
    setTransfer: (reportId, transfer) => {
      const report = reports.get(reportId)
      if (!report) return
      reports.set(reportId, { ...report, transfer })
      feed?.publish({ kind: 'outboxChanged', StudyInstanceUIDs: [report.StudyInstanceUID] })
    },
    lose: (...next) => {
      fates.push(...next)
    },
    writeElsewhere: (reportId, sectionId, text) => {
      const report = reports.get(reportId)
      if (!report) return
      void append({
        reportId,
        after: report.seq,
        changes: [
          {
            changeId: randomUUID(),
            change: {
              kind: 'blocks',
              sectionId,
              at: 0,
              removed: 1,
              inserted: [{ kind: 'paragraph', runs: [{ kind: 'text', text, marks: [] }] }],
            },
          },
        ],
      })
    },
    setProblems: (next) => {
      problems = next
    },
  }
}
