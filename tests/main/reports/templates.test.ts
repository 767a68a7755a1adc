/** Templates: those of the program are sound, in both languages alike; a bad file hides no other; the best fit comes first. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ReportTemplate } from '../../../main/contract/report.ts'
import { runsOf } from '../../../main/reports/content-runs.ts'
import { contentProblems } from '../../../main/reports/signing/content-problems.ts'
import { byFit, studyKind } from '../../../main/reports/templates/best-fit.ts'
import { readTemplates } from '../../../main/reports/templates/read-templates.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { studyRow } from './report-world.ts'

const SHIPPED = join(import.meta.dirname, '..', '..', '..', 'resources', 'report-templates')
const shipped = await readTemplates([SHIPPED])

/** What must not depend on the language. */
const shapeOf = ({ templateId, documentTitle, modalities, content }: ReportTemplate) => ({
  templateId,
  documentTitle,
  modalities,
  sections: content.sections.map(({ sectionId, code, mandatory }) => [sectionId, code.CodeValue, mandatory]),
  fields: content.fields.map(({ fieldId, mandatory, concept, type }) => [
    fieldId,
    mandatory,
    concept?.CodeValue,
    type.kind === 'choice' ? type.options.map(({ optionId, code }) => [optionId, code?.CodeValue]) : type,
  ]),
  runs: runsOf(content).flatMap(({ section, run }) => (run.kind === 'field' ? [[section.sectionId, run]] : [])),
})

describe('the shipped templates', () => {
  it('can all be read, and are the same in French and English but for the words', () => {
    expect(shipped.unreadable).toEqual([])
    expect(shipped.templates.length).toBe(readdirSync(SHIPPED).length)
    const of = (language: string) => shipped.templates.filter((template) => template.language === language).map(shapeOf)
    expect(of('fr').length).toBe(4)
    expect(of('fr')).toEqual(of('en'))
  })

  it('say everything but what a reader must decide, and prefill no value that does not fit', () => {
    for (const { content, templateId } of shipped.templates) {
      const problems = contentProblems({ ...content, keyImages: [] })
      expect([templateId, problems.filter(({ code }) => !/-empty$/.test(code))]).toEqual([templateId, []])
      if (templateId.startsWith('ct-')) {
        const open = new Set(problems.flatMap(({ severity, fieldId }) => (severity === 'error' ? [fieldId] : [])))
        expect(open).toContain('contrast')
      }
    }
  })
})

describe('reading', () => {
  const folderWith = (files: Record<string, string>): string => {
    const folder = join(temporaryFolder(), 'templates')
    mkdirSync(folder)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return folder
  }
  const free = shipped.templates.find(({ templateId }) => templateId === 'free-text') as ReportTemplate
  const variant = (change: Partial<ReportTemplate>): string => JSON.stringify({ ...free, ...change })

  it('tells of each file that it cannot read, why, and hides no other', async () => {
    const field = { fieldId: 'f', label: 'f', concept: null, mandatory: false, type: { kind: 'text' as const } }
    const [section] = free.content.sections
    if (!section) throw new Error('no section')
    const withRun = (run: object) =>
      JSON.stringify({
        ...free,
        content: { fields: [field], sections: [{ ...section, blocks: [{ kind: 'paragraph', runs: [run] }] }] },
      })
    const folder = folderWith({
      'cut.json': '{"templateId":',
      'schema.json': variant({ version: 0 }),
      'twice.json': variant({ content: { sections: free.content.sections, fields: [field, field] } }),
      'undefined.json': withRun({ kind: 'field', fieldId: 'g', value: null }),
      'evidence.json': withRun({ kind: 'keyImage', keyImageId: '7f0b3f5e-9d5c-4a53-8f7e-0d7c0a1b2c3d' }),
      'long.json': `${' '.repeat(300_000)}{}`,
      'good.json': variant({ templateId: 'good' }),
      'notes.txt': 'not a template',
    })
    const { templates, unreadable } = await readTemplates([folder])
    expect(templates.map(({ templateId }) => templateId)).toEqual(['good'])
    expect(unreadable).toEqual([
      { file: 'cut.json', reason: expect.stringContaining('JSON') },
      { file: 'evidence.json', reason: 'a template holds no keyImage' },
      { file: 'long.json', reason: 'longer than 262144 bytes' },
      { file: 'schema.json', reason: expect.stringMatching(/^version: /) },
      { file: 'twice.json', reason: '"f" is defined twice' },
      { file: 'undefined.json', reason: 'field "g" has no definition' },
    ])
  })

  it('lets a site’s own template take the place of one of the program; a folder that is not there is empty', async () => {
    const own = folderWith({ 'mine.json': variant({ name: 'À nous' }) })
    const { templates } = await readTemplates([SHIPPED, own, join(own, 'nowhere')])
    const name = (language: string) =>
      templates.find((one) => one.templateId === 'free-text' && one.language === language)?.name
    expect([templates.length, name(free.language)]).toEqual([shipped.templates.length, 'À nous'])
  })
})

describe('the best fit', () => {
  const ids = (study: Parameters<typeof studyRow>[0]): string[] =>
    byFit(
      shipped.templates.filter(({ language, templateId }) => language === 'fr' && templateId !== 'addendum'),
      studyKind(studyRow(study), []),
    ).map(({ templateId }) => templateId)

  it('goes by modality, then by body part or what the description says', () => {
    expect(ids({})[0]).toBe('ct-head')
    expect(ids({ BodyPartExamined: 'CHEST', StudyDescription: '' })[0]).toBe('ct-chest')
    expect(ids({ BodyPartExamined: '', StudyDescription: 'Angioscanner thoracique' })[0]).toBe('ct-chest')
    expect(ids({ BodyPartExamined: '', StudyDescription: 'TDM cérébrale sans IV' })[0]).toBe('ct-head')
    expect(ids({ ModalitiesInStudy: ['MR'], StudyDescription: 'IRM cérébrale' })[0]).toBe('free-text')
  })
})
