/**
 * Data sets in the Native DICOM Model (PS3.19 Annex A.1), read into the JSON model: some archives answer a store request in XML whatever
 * was asked. Only what such answers hold is read: attributes, values, items.
 */
import { ArchiveError } from '../archive-error.ts'
import type { JsonDataSet } from './answer-body.ts'

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decode = (text: string): string =>
  text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

const nonsense = (): ArchiveError => new ArchiveError('nonsense', 'XML that is no data set')

interface Attribute {
  Value: unknown[]
}

/** What is open, outermost first: data sets and attributes take turns. */
interface Open {
  name: string
  dataSet?: Record<string, Attribute>
  attribute?: Attribute
  text?: string
}

const MAX_DEPTH = 32

/** The data set of a document. Throws `nonsense`. */
export const parseNativeXml = (document: string): JsonDataSet => {
  const root: Record<string, Attribute> = {}
  const stack: Open[] = []
  const token = /<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|<[?!][^>]*>|([^<]+)/y
  for (let at = 0; at < document.length; at = token.lastIndex) {
    token.lastIndex = at
    const found = token.exec(document)
    if (!found) throw nonsense()
    const [, closing, qualified = '', attributes = '', empty, text] = found
    const name = qualified.slice(qualified.indexOf(':') + 1)
    const top = stack.at(-1)
    if (text !== undefined) {
      if (top?.text !== undefined) top.text += text
    } else if (closing) close(stack, name)
    else if (name !== '') {
      if (stack.length >= MAX_DEPTH) throw nonsense()
      stack.push(openElement(name, attributes, stack, root))
      if (empty) close(stack, name)
    }
  }
  if (stack.length > 0) throw nonsense()
  return root
}

const openElement = (
  name: string,
  attributes: string,
  stack: readonly Open[],
  root: Record<string, Attribute>,
): Open => {
  const around = stack.at(-1)
  if (name === 'NativeDicomModel' && !around) return { name, dataSet: root }
  if (name === 'DicomAttribute' && around?.dataSet) {
    const tag = /\btag\s*=\s*["']([0-9a-f]{8})["']/i.exec(attributes)?.[1]?.toUpperCase()
    const attribute: Attribute = { Value: [] }
    if (tag) around.dataSet[tag] = attribute
    return { name, attribute }
  }
  if (name === 'Item' && around?.attribute) {
    const dataSet: Record<string, Attribute> = {}
    around.attribute.Value.push(dataSet)
    return { name, dataSet }
  }
  return name === 'Value' && around?.attribute ? { name, attribute: around.attribute, text: '' } : { name }
}

const close = (stack: Open[], name: string): void => {
  const closed = stack.pop()
  if (closed?.name !== name) throw nonsense()
  if (closed.text !== undefined) closed.attribute?.Value.push(decode(closed.text))
}
