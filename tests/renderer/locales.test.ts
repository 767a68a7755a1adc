// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { notDisplayableReason } from '../../main/contract/image.ts'
import { receiverProblem, settingsModel } from '../../main/contract/settings.ts'
import { problem } from '../../main/contract/station.ts'
import { identifyingKeywords } from '../../main/dataset/index.ts'
import { endReasons } from '../../main/dimse/dimse-error.ts'

const root = join(import.meta.dirname, '../..')
const locales = join(root, 'resources/locales')

/** All texts of a language: `file:path.to.key` → text. */
function texts(language: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (path: string, value: unknown) => {
    if (typeof value === 'string') found.set(path, value)
    else
      for (const [key, inner] of Object.entries(value as object))
        walk(path.endsWith(':') ? path + key : `${path}.${key}`, inner)
  }
  for (const file of readdirSync(join(locales, language)))
    walk(`${file.replace('.json', '')}:`, JSON.parse(readFileSync(join(locales, language, file), 'utf8')))
  return found
}

const languages = { fr: texts('fr'), en: texts('en') }
const plural = /_(zero|one|two|few|many|other)$/
const bare = (key: string) => key.replace(plural, '')
const bareKeys = (all: Map<string, string>) => [...new Set([...all.keys()].map(bare))].sort()

/** Sources of the renderer, all of them. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.tsx?$/.test(entry.name) ? [readFileSync(path, 'utf8')] : []
  })
}
const files = readdirSync(join(locales, 'fr')).map((file) => file.replace('.json', ''))
const keyPattern = new RegExp(`['"\`]((?:${files.join('|')}):[\\w.\${}()?.: '-]+?)['"\`]`, 'g')
const used = [
  ...new Set(
    sources(join(root, 'renderer')).flatMap((text) => [...text.matchAll(keyPattern)].map((match) => match[1] ?? '')),
  ),
]

describe('the words', () => {
  it('are the same in French and in English', () => {
    expect(bareKeys(languages.en)).toEqual(bareKeys(languages.fr))
  })

  it.each(['fr', 'en'] as const)('have every plural form that %s needs', (language) => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const plurals = [...languages[language].keys()].filter((key) => plural.test(key)).map(bare)
    const missing = [...new Set(plurals)].flatMap((key) =>
      categories.map((category) => `${key}_${category}`).filter((one) => !languages[language].has(one)),
    )
    expect(missing).toEqual([])
  })

  it('write the number where French counts nothing as one, so that 0 is never told as 1', () => {
    const fixed = [...languages.fr].filter(([key, text]) => /_one$/.test(key) && /(^|[\s(])(1|d’un|d’une)\s/.test(text))
    expect(fixed.map(([key]) => key)).toEqual([])
  })

  it('are nowhere empty, but for a unit that is not specified', () => {
    for (const all of Object.values(languages))
      expect([...all].filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual(['viewer:unit.US'])
  })

  it('name the same values in both languages', () => {
    const values = (text: string | undefined) => [...new Set((text ?? '').match(/\{\{\w+\}\}/g))].sort()
    const other = (key: string) => languages.en.get(key) ?? languages.en.get(`${bare(key)}_other`)
    const differing = [...languages.fr].filter(
      ([key, text]) => !plural.test(key) && String(values(text)) !== String(values(other(key))),
    )
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it('are there for every key that the program uses', () => {
    expect(used.length).toBeGreaterThan(150)
    const keys = bareKeys(languages.fr)
    const missing = used.filter((key) => {
      if (!key.includes('${')) return !keys.includes(key)
      const pattern = new RegExp(
        `^${key
          .replace(/\$\{[^}]*\}/g, '\u0000')
          .replace(/[.*+?^()|[\]\\]/g, '\\$&')
          .replaceAll('\u0000', '.+')}$`,
      )
      return !keys.some((candidate) => pattern.test(candidate))
    })
    expect(missing).toEqual([])
  })

  it('have a sentence for every code that the station can send', () => {
    const wanted = [
      ...problem.shape.code.options.flatMap((code) => [`problems:${code}.title`, `problems:${code}.text`]),
      ...receiverProblem.options.map((code) => `problems:receiver.${code}`),
      ...notDisplayableReason.options.map((code) => `problems:notDisplayable.${code}`),
      ...identifyingKeywords.map((keyword) => `common:attribute.${keyword}`),
      ...Object.keys(endReasons).map((code) => `problems:reason.${code}`),
    ]
    expect(wanted.filter((key) => !languages.fr.has(key))).toEqual([])
  })

  it('name every setting whose change is noted in the audit log', () => {
    const ofNoConcern = ['studyColumns', 'overlaysVisible', 'keys']
    const noted = Object.keys(settingsModel.shape).filter((name) => !ofNoConcern.includes(name))
    expect(noted.filter((name) => !languages.fr.has(`storage:audit.value.settings.${name}`))).toEqual([])
  })
})
