/** Templates from JSON files: each is checked by itself, and one that cannot be read hides no other. */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ReportTemplate, template } from '../../contract/report.ts'
import { runsOf } from '../content-runs.ts'

export interface TemplateFiles {
  templates: ReportTemplate[]
  /** By file name, with what is wrong. */
  unreadable: { file: string; reason: string }[]
}

/** Bytes of a template, and files of a folder, that are read. */
const MAX_LENGTH = 262_144
const MAX_FILES = 200

/** At most {@link MAX_LENGTH} bytes, whatever the file claims to be. */
async function readBounded(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_LENGTH + 1))
    if (bytesRead > MAX_LENGTH) throw new Error(`longer than ${MAX_LENGTH} bytes`)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

const repeated = (values: readonly string[]): string | undefined =>
  values.find((value, index) => values.indexOf(value) !== index)

/** What the schema cannot say: every field has one definition, and evidence belongs to reports alone. */
function contradiction({ content }: ReportTemplate): string | null {
  const fieldIds = content.fields.map(({ fieldId }) => fieldId)
  const twice = repeated(fieldIds) ?? repeated(content.sections.map(({ sectionId }) => sectionId))
  if (twice !== undefined) return `"${twice}" is defined twice`
  for (const { run } of runsOf(content)) {
    if (run.kind === 'measurement' || run.kind === 'keyImage') return `a template holds no ${run.kind}`
    if (run.kind === 'field' && !fieldIds.includes(run.fieldId)) return `field "${run.fieldId}" has no definition`
  }
  return null
}

async function readTemplate(path: string): Promise<{ template: ReportTemplate } | { reason: string }> {
  try {
    const checked = template.safeParse(JSON.parse(await readBounded(path)))
    if (!checked.success) {
      const [issue] = checked.error.issues
      return { reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` }
    }
    const reason = contradiction(checked.data)
    return reason === null ? { template: checked.data } : { reason }
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    return { reason: code ?? message ?? 'unreadable' }
  }
}

async function jsonFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .slice(0, MAX_FILES)
}

/** Reads the templates of `folders`; in a later one a template of the same id and language takes the place of an earlier one. */
export async function readTemplates(folders: readonly string[]): Promise<TemplateFiles> {
  const templates = new Map<string, ReportTemplate>()
  const unreadable: TemplateFiles['unreadable'] = []
  for (const folder of folders) {
    for (const file of await jsonFiles(folder)) {
      const read = await readTemplate(join(folder, file))
      if ('template' in read) templates.set(`${read.template.templateId} ${read.template.language}`, read.template)
      else unreadable.push({ file, reason: read.reason })
    }
  }
  return { templates: [...templates.values()], unreadable }
}
