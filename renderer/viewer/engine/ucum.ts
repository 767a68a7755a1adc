/** Units of pixel values and figures as UCUM codes, which measurements are kept in, and back to what the screen writes. */

const codes: readonly (readonly [shown: string, code: string])[] = [
  ['HU', "[hnsf'U]"],
  ['BQML', 'Bq/ml'],
  ['GML', 'g/ml'],
  ['SUV', '{SUV}'],
  ['mm', 'mm'],
  ['mm²', 'mm2'],
  ['px', '{pixels}'],
  ['px²', '{pixels}2'],
]

/** UCUM code of a unit as the engine names it; what UCUM has no code for becomes an annotation, nothing stays nothing. */
export const ucumOf = (unit: string): string => {
  if (unit === '') return ''
  const known = codes.find(([shown]) => shown === unit)
  if (known) return known[1]
  const words = unit.replace(/[^\x21-\x7a]/g, '_').slice(0, 30)
  return `{${words}}`
}

/** The engine's name of a UCUM code; other codes without the braces of an annotation. */
export const unitOfUcum = (code: string): string =>
  codes.find(([, known]) => known === code)?.[0] ?? code.replace(/^\{(.*)\}$/, '$1')
