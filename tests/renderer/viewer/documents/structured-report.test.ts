// @vitest-environment node
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ContentNode,
  imagesOf,
  reportLimits,
  structuredReport,
} from '../../../../renderer/viewer/documents/structured-report.ts'
import { pydicomFolder } from '../../../helpers/corpora.ts'
import { attributesOf } from './dicom-json.ts'

const folder = pydicomFolder('test_files') ?? ''
const file = (name: string) => join(folder, name)

/** The tree as lines to compare: depth, relationship, name, value. */
const lines = (nodes: readonly ContentNode[], depth = 0): string[] =>
  nodes.flatMap(({ relationship, name, value, children }) => {
    const { kind, ...rest } = value
    const text = Object.values(rest)
      .map((one) => (typeof one === 'object' ? (one as unknown[]).length : one))
      .join(' ')
    return [`${'  '.repeat(depth)}${relationship} | ${name} | ${kind} ${text}`.trimEnd(), ...lines(children, depth + 1)]
  })

describe.skipIf(!existsSync(file('test-SR.dcm')))('a report that dcmtk made', () => {
  test('says who verified it, what it follows, and everything that it contains', async () => {
    const { content, ...head } = structuredReport(await attributesOf(file('test-SR.dcm')))
    expect(head).toEqual({
      title: 'Diagnosis',
      completion: 'COMPLETE',
      verification: 'VERIFIED',
      preliminary: null,
      ContentDate: '20010213',
      ContentTime: '184746',
      observers: [],
      verifiers: [
        { name: 'RIESMEIER Jörg', organization: 'OFFIS e.V.', at: '20010213184746' },
        { name: 'OBSERVER Verifying', organization: 'Organisation', at: '20010213184746' },
      ],
      institution: '',
      predecessors: [
        {
          SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.33',
          SOPInstanceUID: '1.2.276.0.7230010.3.1.4.2139363186.7819.982086466.1',
          SeriesInstanceUID: '1.2.276.0.7230010.3.1.4.2139363186.7819.982086466.3',
          StudyInstanceUID: '1.2.276.0.7230010.3.1.4.2139363186.7819.982086466.2',
          frames: [],
        },
      ],
      template: '',
      omitted: 0,
    })
    expect(lines(content)).toMatchInlineSnapshot(`
      [
        "HAS OBS CONTEXT | Some UID | uid 1.2.3.4.5",
        "CONTAINS |  | container true",
        "  CONTAINS | Text Code | text A mass of",
        "    HAS CONCEPT MOD | Code | code Sample Code 1",
        "    HAS CONCEPT MOD | Code | code Sample Code 2",
        "  CONTAINS | Diameter | number 3 Length Unit",
        "    HAS CONCEPT MOD | Code | code Sample Code",
        "  CONTAINS | Text Code | text was detected.",
        "  CONTAINS |  | container false",
        "    CONTAINS | Text Code | text A mass of",
        "    CONTAINS | Diameter | number 3 Length Unit",
        "    CONTAINS | Text Code | text was detected.",
        "CONTAINS | Code | text Sample Text
      A
      B
      C",
        "  INFERRED FROM | Code | text Inferred Sample Text
      New line.

      &%$§"!()<>{}/;",
        "  HAS PROPERTIES | SCoord Code | shape CIRCLE 2",
        "  HAS PROPERTIES | TCoord Code | timeRange SEGMENT",
        "    SELECTED FROM |  | sameAs 1.3.2",
        "CONTAINS |  | object 1",
        "  HAS ACQ CONTEXT | Date | date 20001206",
        "  HAS ACQ CONTEXT | Time | time 120000",
        "  HAS ACQ CONTEXT | DateTime | dateTime 20001206120000",
        "CONTAINS |  | image 1",
        "  HAS CONCEPT MOD | Code | code Sample Code 3",
        "    HAS CONCEPT MOD | Code | code Sample Code 2",
        "      INFERRED FROM |  | sameAs 1.2.2.1",
        "  HAS CONCEPT MOD | Code | text Sample Text 2",
        "    HAS PROPERTIES | Key Image | image 1",
        "    HAS PROPERTIES |  | object 1",
      ]
    `)
  })

  test('of pydicom that dsrdump refuses is shown as far as it goes', async () => {
    const report = structuredReport(await attributesOf(file('reportsi.dcm')))
    expect(lines(report.content)).toMatchInlineSnapshot(`
      [
        "HAS OBS CONTEXT | Observation Context Mode | code DIRECT",
        "HAS OBS CONTEXT | Recording Observer's Name | person ENTER TEXT",
        "HAS OBS CONTEXT | Recording Observer's Organization Name | text Enter text",
        "HAS OBS CONTEXT | Observation Context Mode | code PATIENT",
        "CONTAINS | Section Heading | container false",
        "  CONTAINS | Report Text | text Enter text",
        "    INFERRED FROM | Image Reference | image 1",
        "  CONTAINS | Image Reference | image 1",
      ]
    `)
  })
})

const code = (CodeMeaning: string, CodeValue = '1', CodingSchemeDesignator = '99TEST') => ({
  '00080100': { vr: 'SH', Value: [CodeValue] },
  '00080102': { vr: 'SH', Value: [CodingSchemeDesignator] },
  '00080104': { vr: 'LO', Value: [CodeMeaning] },
})
const item = (type: string, more: Record<string, unknown> = {}) => ({
  '0040A010': { vr: 'CS', Value: ['CONTAINS'] },
  '0040A040': { vr: 'CS', Value: [type] },
  ...more,
})
const withContent = (...items: unknown[]) => ({ '0040A730': { vr: 'SQ', Value: items } })

describe('values', () => {
  const readValue = (of: Record<string, unknown>) => structuredReport(withContent(of)).content[0]?.value
  const measured = (value: unknown, unit: Record<string, unknown>) => ({
    '0040A300': {
      vr: 'SQ',
      Value: [{ '0040A30A': { vr: 'DS', Value: [value] }, '004008EA': { vr: 'SQ', Value: [unit] } }],
    },
  })

  test('numbers have the unit as people write it', () => {
    expect([
      readValue(item('NUM', measured(12.5, code('square millimeter', 'mm2', 'UCUM')))),
      readValue(item('NUM', measured('41.5', code('Hounsfield unit', "[hnsf'U]", 'UCUM')))),
      readValue(item('NUM', measured(3, code('no units', '1', 'UCUM')))),
      readValue(item('NUM', measured(3, code('ratio', '{ratio}', 'UCUM')))),
      readValue(item('NUM', measured(3, code('smoots', 'sm')))),
    ]).toEqual([
      { kind: 'number', value: 12.5, unit: 'mm²' },
      { kind: 'number', value: 41.5, unit: 'HU' },
      { kind: 'number', value: 3, unit: '' },
      { kind: 'number', value: 3, unit: '' },
      { kind: 'number', value: 3, unit: 'smoots' },
    ])
  })

  test('that are missing, broken or of no known type are said to be', () => {
    const reason = { '0040A301': { vr: 'SQ', Value: [code('Measurement failure')] } }
    expect([
      readValue(item('NUM', reason)),
      readValue(item('NUM', measured('twelve', code('mm')))),
      readValue(item('TEXT')),
      readValue(item('IMAGE', { '00081199': { vr: 'SQ', Value: [{}] } })),
      readValue(item('TABLE')),
      readValue({}),
    ]).toEqual([
      { kind: 'noNumber', reason: 'Measurement failure' },
      { kind: 'noNumber', reason: '' },
      { kind: 'missing' },
      { kind: 'missing' },
      { kind: 'unknown', valueType: 'TABLE' },
      { kind: 'unknown', valueType: '' },
    ])
  })

  test('images carry the series and study that the evidence names, frame by frame', () => {
    const image = {
      '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
      '00081155': { vr: 'UI', Value: ['1.2.3.4'] },
      '00081160': { vr: 'IS', Value: [2, '5'] },
    }
    const series = { '0020000E': { vr: 'UI', Value: ['1.2.3'] }, '00081199': { vr: 'SQ', Value: [image] } }
    const evidence = { '0020000D': { vr: 'UI', Value: ['1.2'] }, '00081115': { vr: 'SQ', Value: [series] } }
    const { content } = structuredReport({
      '0020000D': { vr: 'UI', Value: ['9.9'] },
      '0040A375': { vr: 'SQ', Value: [evidence] },
      ...withContent(
        item('IMAGE', { '00081199': { vr: 'SQ', Value: [image] } }),
        item('IMAGE', { '00081199': { vr: 'SQ', Value: [image] } }),
      ),
    })
    const place = {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      SOPInstanceUID: '1.2.3.4',
      SeriesInstanceUID: '1.2.3',
      StudyInstanceUID: '1.2',
    }
    expect(imagesOf(content)).toEqual([
      { ...place, frames: [2] },
      { ...place, frames: [5] },
    ])
  })

  test('markup is text like any other', () => {
    const text = '<img src=x onerror=alert(1)>'
    expect(readValue(item('TEXT', { '0040A160': { vr: 'UT', Value: [text] } }))).toEqual({ kind: 'text', text })
  })
})

describe('bounds', () => {
  test('depth and number of items are bounded, and what is left out is counted', () => {
    let nested = item('CONTAINER')
    for (let depth = 0; depth < reportLimits.depth + 20; depth++)
      nested = item('CONTAINER', withContent(nested, nested))
    const deep = structuredReport(withContent(nested))
    const count = (nodes: readonly ContentNode[]): [number, number] =>
      nodes.reduce<[number, number]>(
        ([items, omitted], node) => {
          const below = count(node.children)
          return [items + 1 + below[0], omitted + node.omitted + below[1]]
        },
        [0, 0],
      )
    expect(count(deep.content)[0]).toBeLessThanOrEqual(reportLimits.items)
    expect(count(deep.content)[1]).toBeGreaterThan(0)
    const wide = structuredReport(withContent(...Array.from({ length: reportLimits.items + 7 }, () => item('TEXT'))))
    expect([wide.content.length, wide.omitted]).toEqual([reportLimits.items, 7])
  })

  test('whatever the attributes are, something is read and nothing thrown', () => {
    const tags = ['0040A730', '0040A043', '0040A040', '0040A300', '00081199', '0040DB73', '0040A375', '0040A073']
    const anything = fc.dictionary(
      fc.constantFrom(...tags),
      fc.oneof(fc.jsonValue(), fc.record({ Value: fc.array(fc.jsonValue()) })),
    )
    fc.assert(
      fc.property(anything, (attributes) => {
        expect(Array.isArray(structuredReport(attributes).content)).toBe(true)
      }),
    )
  })
})
