/** UCUM units as people write them. */
import type { Language } from '../../../main/contract/settings.ts'

const words: Record<string, string | Record<Language, string>> = {
  mm2: 'mm²',
  cm2: 'cm²',
  mm3: 'mm³',
  cm3: 'cm³',
  "[hnsf'U]": { fr: 'UH', en: 'HU' },
  '{pixels}': 'px',
  '{pixels}2': 'px²',
  'mGy.cm': 'mGy·cm',
  'mg/dL': 'mg/dL',
  deg: '°',
  Cel: '°C',
  '1': '',
}

/** The unit as it is written after a figure; annotations such as `{score}` without their braces. */
export function unitWord(unit: string, language: Language): string {
  const word = words[unit]
  if (word !== undefined) return typeof word === 'string' ? word : word[language]
  return unit.replace(/[{}]/g, '')
}
