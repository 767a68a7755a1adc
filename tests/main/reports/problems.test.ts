/** What hinders signing: of the text, of what it refers to, and of the study. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Block, FieldDefinition, FieldValue, Report, ReportContent, Run } from '../../../main/contract/report.ts'
import { contentProblems } from '../../../main/reports/signing/content-problems.ts'
import { createWorld, PIN, studyRow, type World } from './report-world.ts'

const CODE = { CodeValue: '59776-5', CodingSchemeDesignator: 'LN', CodeMeaning: 'Findings' }
const paragraph = (...runs: Run[]): Block => ({ kind: 'paragraph', runs })
const text = (words: string): Run => ({ kind: 'text', text: words, marks: [] })
const content = (blocks: Block[], fields: FieldDefinition[] = [], mandatory = true): ReportContent => ({
  sections: [{ sectionId: 'findings', code: CODE, title: 'Résultats', mandatory, blocks }],
  fields,
  keyImages: [],
})
const field = (type: FieldDefinition['type'], mandatory = false): FieldDefinition => ({
  fieldId: 'f',
  label: 'f',
  concept: null,
  mandatory,
  type,
})
const filled = (value: FieldValue | null): Block => paragraph({ kind: 'field', fieldId: 'f', value })
const codes = (of: ReportContent): string[] => contentProblems(of).map(({ severity, code }) => `${severity} ${code}`)

it('wants something in every mandatory section', () => {
  expect(codes(content([]))).toEqual(['error section-empty'])
  expect(codes(content([paragraph(text(' \n'))]))).toEqual(['error section-empty'])
  expect(codes(content([paragraph(text('Normal.'))]))).toEqual([])
  expect(codes(content([paragraph({ kind: 'keyImage', keyImageId: randomUUID() })]))).toEqual([])
  expect(codes(content([], [], false))).toEqual([])
})

it('wants mandatory fields filled in; others, and those that were taken out, are the signer’s to accept', () => {
  const mandatory = [field({ kind: 'text' }, true)]
  expect(codes(content([paragraph(text('x')), filled(null)], mandatory))).toEqual(['error field-empty'])
  expect(codes(content([paragraph(text('x')), filled(null)], [field({ kind: 'text' })]))).toEqual([
    'warning field-empty',
  ])
  expect(codes(content([paragraph(text('x'))], mandatory))).toEqual(['warning field-empty'])
  expect(codes(content([paragraph(text('x'))], [field({ kind: 'text' })]))).toEqual([])
})

it('takes no value that the field does not allow', () => {
  const number = field({ kind: 'number', unit: 'mm', minimum: 0, maximum: 50, decimals: 0 })
  const options = ['yes', 'no'].map((optionId) => ({ optionId, label: optionId, code: null }))
  const single = field({ kind: 'choice', several: false, options })
  const several = field({ kind: 'choice', several: true, options })
  const isFine = (definition: FieldDefinition, value: FieldValue) =>
    codes(content([filled(value)], [definition])).length === 0
  expect([-1, 0, 50, 50.1].map((value) => isFine(number, { kind: 'number', value }))).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect(isFine(single, { kind: 'choice', optionIds: ['yes'] })).toBe(true)
  expect(isFine(single, { kind: 'choice', optionIds: ['yes', 'no'] })).toBe(false)
  expect(isFine(several, { kind: 'choice', optionIds: ['yes', 'no'] })).toBe(true)
  expect(isFine(several, { kind: 'choice', optionIds: ['perhaps'] })).toBe(false)
  expect(isFine(field({ kind: 'date' }), { kind: 'date', date: '20260229' })).toBe(false)
  expect(isFine(field({ kind: 'date' }), { kind: 'date', date: '20260228' })).toBe(true)
  expect(isFine(number, { kind: 'text', text: '3' })).toBe(false)
  expect(codes(content([filled({ kind: 'text', text: 'x' })]))).toEqual(['error field-out-of-range'])
})

const IMAGE = {
  SOPClassUID: '1',
  SOPInstanceUID: '1.1',
  SeriesInstanceUID: '1.2.3',
  StudyInstanceUID: '1.2',
  frame: null,
}

/** A report with these runs in its findings and something in its conclusion. */
async function writtenWith(world: World, runs: Run[]): Promise<Report> {
  const begun = await world.reports.create({ StudyInstanceUID: '1.2', templateId: 'free-text', language: 'fr' })
  if (begun.kind !== 'created') throw new Error(begun.kind)
  const { reportId } = begun.report
  const change = (sectionId: string, block: Block) => ({
    changeId: randomUUID(),
    change: { kind: 'blocks' as const, sectionId, at: 0, removed: 1, inserted: [block] },
  })
  const changes = [
    change('findings', paragraph(text('Voir'), ...runs)),
    change('conclusion', paragraph(text('Normal.'))),
  ]
  const answer = await world.reports.append({ reportId, after: 0, changes })
  expect(answer.kind).toBe('saved')
  return (await world.reports.get({ reportId })) as Report
}

const problemsOf = async (world: World, { reportId }: Report): Promise<string[]> =>
  (await world.reports.check({ reportId })).map(({ severity, code }) => `${severity} ${code}`)

it('compares the study with what it was when the report was begun', async () => {
  const world = createWorld()
  const report = await writtenWith(world, [])
  const with_ = async (change: Parameters<typeof studyRow>[0]) => {
    world.study = studyRow(change)
    return problemsOf(world, report)
  }
  expect(await with_({})).toEqual([])
  expect(await with_({ PatientID: 'P2' })).toEqual(['error patient-changed'])
  expect(await with_({ PatientName: { Alphabetic: 'AUTRE' } })).toEqual(['error patient-changed'])
  expect(await with_({ PatientBirthDate: '19710101' })).toEqual(['error patient-changed'])
  expect(await with_({ IssuerOfPatientID: 'CHU' })).toEqual([])
  const count = { expectedFrom: 'NumberOfStudyRelatedInstances' as const, received: 3, displayable: 3 }
  expect(await with_({ completeness: { ...count, expected: 4 } })).toEqual(['warning study-incomplete'])
  expect(await with_({ completeness: { ...count, expected: null } })).toEqual([])
  expect(await with_({ completeness: { ...count, expected: 3, displayable: 2 } })).toEqual(['warning study-incomplete'])
  expect(await with_({ receiving: true })).toEqual(['warning study-receiving'])
  expect(await with_({ conflictingAttributes: ['PatientID'] })).toEqual(['warning study-conflicting'])
  expect(await with_({})).toEqual([])
  world.lacking.add('1.2')
  expect(await with_({})).toEqual(['warning study-unlisted'])
  world.study = null
  expect(await problemsOf(world, report)).toEqual(['error study-missing', 'warning study-unlisted'])
})

it('compares quoted measurements with what they are now', async () => {
  const world = createWorld()
  const measurementId = randomUUID()
  const measured = {
    measurementId,
    StudyInstanceUID: '1.2',
    SeriesInstanceUID: '1.2.3',
    kind: 'length' as const,
    image: IMAGE,
    FrameOfReferenceUID: null,
    points: [
      [0, 0, 0],
      [1, 0, 0],
    ] as [number, number, number][],
    graphic: null,
    values: [{ quantity: 'length' as const, value: 1, unit: 'mm' }],
    calibration: 'patient' as const,
    view: '',
  }
  const run: Run = { kind: 'measurement', measurementId, revision: 1, measured: 'length', image: IMAGE, values: [] }
  const report = await writtenWith(world, [run])
  const { measurements } = world.stores()
  expect(await problemsOf(world, report)).toEqual(['error measurement-unsaved'])
  measurements.save(measured, '1')
  expect(await problemsOf(world, report)).toEqual([])
  measurements.save({ ...measured, calibration: 'none' }, '2')
  expect(await problemsOf(world, report)).toEqual(['error measurement-stale'])
  measurements.remove(measurementId, '3')
  expect(await problemsOf(world, report)).toEqual(['warning measurement-gone'])
})

it('wants the signer to accept a quoted measurement whose figures are to come, and its new ones once they came', async () => {
  const world = createWorld()
  const measurementId = randomUUID()
  const region = {
    measurementId,
    StudyInstanceUID: '1.2',
    SeriesInstanceUID: '1.2.3',
    kind: 'ellipse' as const,
    image: null,
    FrameOfReferenceUID: '1.2.9',
    points: [
      [0, 0, 0],
      [1, 0, 0],
    ] as [number, number, number][],
    graphic: null,
    values: [{ quantity: 'area' as const, value: 1, unit: 'mm2' }],
    calibration: 'patient' as const,
    view: '',
  }
  const { measurements } = world.stores()
  measurements.save({ ...region, figuresPending: true }, '1')
  const { values } = region
  const StudyInstanceUID = '1.2'
  const run: Run = {
    kind: 'measurement',
    measurementId,
    revision: 1,
    measured: 'ellipse',
    StudyInstanceUID,
    image: null,
    values,
  }
  const { reportId } = await writtenWith(world, [run])
  const problem = { severity: 'warning', code: 'measurement-pending', measurementId } as const
  expect(await world.reports.check({ reportId })).toEqual([problem])
  const request = { reportId, after: 2, as: 'preliminary' as const, pin: PIN }
  expect(await world.reports.sign({ ...request, accepted: [] })).toEqual({ kind: 'problems', problems: [problem] })
  const mean = { quantity: 'mean' as const, value: 40, unit: "[hnsf'U]" }
  measurements.save({ ...region, values: [...values, mean] }, '2')
  const accepted = [problem.code]
  expect(await world.reports.sign({ ...request, accepted, confirmed: [problem] })).toEqual({
    kind: 'problems',
    problems: [{ severity: 'error', code: 'measurement-stale', measurementId }],
  })
  const stale = await writtenWith(world, [{ ...run, revision: 2, values: [...values, mean] }])
  expect(await world.reports.check(stale)).toEqual([])
})

it('misses key images that are not here, or that nobody marked', async () => {
  const world = createWorld()
  const keyImageId = randomUUID()
  const report = await writtenWith(world, [{ kind: 'keyImage', keyImageId }])
  expect(await problemsOf(world, report)).toEqual(['error key-image-missing'])
  const change = {
    kind: 'keyImageSet' as const,
    keyImage: { keyImageId, image: IMAGE, title: CODE, note: '', window: null },
  }
  await world.reports.append({ ...report, after: 2, changes: [{ changeId: randomUUID(), change }] })
  expect(await problemsOf(world, report)).toEqual(['warning key-image-missing'])
  world.images.add('1.1')
  expect(await problemsOf(world, report)).toEqual([])
})

it('wants the signer to accept what it cites of another patient, or of a study that is not here', async () => {
  const world = createWorld()
  const keyImageId = randomUUID()
  const measurementId = randomUUID()
  const inPlane = {
    measurementId,
    StudyInstanceUID: '1.3',
    SeriesInstanceUID: '1.3.1',
    kind: 'ellipse' as const,
    image: null,
    FrameOfReferenceUID: '1.3.9',
    points: [
      [0, 0, 0],
      [1, 0, 0],
    ] as [number, number, number][],
    graphic: null,
    values: [],
    calibration: 'patient' as const,
    view: '',
  }
  world.stores().measurements.save(inPlane, '1')
  // As an earlier version quoted it: without its study, which the measurement knows.
  const run: Run = { kind: 'measurement', measurementId, revision: 1, measured: 'ellipse', image: null, values: [] }
  const report = await writtenWith(world, [run])
  expect(await problemsOf(world, report)).toEqual(['warning cited-study-missing'])
  const prior = studyRow({ StudyInstanceUID: '1.3' })
  world.others.set('1.3', prior)
  expect(await problemsOf(world, report)).toEqual([])
  for (const change of [{ PatientID: 'P2' }, { IssuerOfPatientID: 'CHU' }]) {
    world.others.set('1.3', { ...prior, ...change })
    expect(await problemsOf(world, report)).toEqual(['warning cited-other-patient'])
  }
  world.study = studyRow({ PatientID: '' })
  world.others.set('1.3', { ...prior, PatientID: '' })
  expect(await problemsOf(world, report)).toContain('warning cited-other-patient')
  world.study = studyRow()
  world.others.set('1.3', prior)
  const image = { ...IMAGE, SOPInstanceUID: '1.4.1', StudyInstanceUID: '1.4' }
  const keyImage = { keyImageId, image, title: CODE, note: '', window: null }
  world.images.add('1.4.1')
  world.others.set('1.4', studyRow({ StudyInstanceUID: '1.4', PatientID: 'P2' }))
  const change = { kind: 'keyImageSet' as const, keyImage }
  await world.reports.append({ ...report, after: 2, changes: [{ changeId: randomUUID(), change }] })
  expect(await world.reports.check({ reportId: report.reportId })).toEqual([
    { severity: 'warning', code: 'cited-other-patient', keyImageId },
  ])
})

it('asks for the PIN only when nothing else hinders, and signs over warnings only when they are accepted', async () => {
  const world = createWorld()
  const { reportId } = await writtenWith(world, [])
  world.study = studyRow({ receiving: true })
  const request = { reportId, after: 2, as: 'preliminary' as const, pin: '0000' }
  expect(await world.reports.sign({ ...request, accepted: [] })).toEqual({
    kind: 'problems',
    problems: [{ severity: 'warning', code: 'study-receiving' }],
  })
  const accepted = ['study-receiving' as const]
  const other = { severity: 'warning', code: 'study-receiving', measurementId: 'another' } as const
  expect((await world.reports.sign({ ...request, accepted, confirmed: [other] })).kind).toBe('problems')
  const confirmed = [{ severity: 'warning', code: 'study-receiving' } as const]
  expect((await world.reports.sign({ ...request, accepted, confirmed })).kind).toBe('pin')
  expect((await world.reports.sign({ ...request, accepted })).kind).toBe('pin')
  expect((await world.reports.sign({ ...request, accepted, pin: PIN })).kind).toBe('signed')
  world.study = studyRow({ PatientID: 'P2', receiving: true })
  const final = { ...request, as: 'final' as const, pin: PIN }
  expect((await world.reports.sign({ ...final, accepted: [...accepted, 'patient-changed'] })).kind).toBe('problems')
})
