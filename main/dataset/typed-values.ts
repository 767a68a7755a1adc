/** Values of a data set in the shapes of the contract: absent where they are missing or unusable. */
import type { Keyword } from '../dicom/elements.ts'
import type { DataSet } from './data-set.ts'

/** The object without its undefined properties. */
export type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Leaves out what is undefined. */
export const compact = <T extends object>(object: T): Compact<T> => {
  const kept: Record<string, unknown> = {}
  for (const key in object) if (object[key] !== undefined) kept[key] = object[key]
  return kept as Compact<T>
}

export const textOf = (attributes: DataSet, keyword: Keyword): string | undefined =>
  attributes.text(keyword) || undefined

export const textsOf = (attributes: DataSet, keyword: Keyword): string[] | undefined => {
  const texts = attributes.texts(keyword)
  return texts.some(Boolean) ? texts : undefined
}

export const integerOf = (attributes: DataSet, keyword: Keyword): number | undefined => {
  const value = attributes.number(keyword)
  return Number.isInteger(value) ? value : undefined
}

type Tuple = { 2: [number, number]; 3: [number, number, number]; 6: [number, number, number, number, number, number] }

const tuple = <N extends keyof Tuple>(attributes: DataSet, keyword: Keyword, length: N): Tuple[N] | undefined => {
  const values = attributes.numbers(keyword)
  return values?.length === length ? (values as Tuple[N]) : undefined
}

export const pair = (attributes: DataSet, keyword: Keyword): Tuple[2] | undefined => tuple(attributes, keyword, 2)
export const vector3 = (attributes: DataSet, keyword: Keyword): Tuple[3] | undefined => tuple(attributes, keyword, 3)
export const vector6 = (attributes: DataSet, keyword: Keyword): Tuple[6] | undefined => tuple(attributes, keyword, 6)
