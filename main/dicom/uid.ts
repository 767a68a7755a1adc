/** DICOM unique identifiers as branded strings (PS3.5 §9). */

declare const uidBrand: unique symbol
/** A string that was checked to be a UID: digits and dots, at most 64 characters. */
export type UID<K extends string = string> = string & { readonly [uidBrand]: K }

export type StudyInstanceUID = UID<'StudyInstanceUID'>
export type SeriesInstanceUID = UID<'SeriesInstanceUID'>
export type SOPInstanceUID = UID<'SOPInstanceUID'>
export type SOPClassUID = UID<'SOPClassUID'>
export type TransferSyntaxUID = UID<'TransferSyntaxUID'>

/**
 * Whether `value` has the form of a UID (PS3.5 §9.1): 1 to 64 characters, components of digits.
 * Leading zeros in a component are tolerated, because real equipment writes them.
 */
export const isUID = (value: string): boolean => value.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(value)

/** Brands `value`; the caller has checked it with {@link isUID} or took it from a table of the standard. */
export const asUID = <K extends string>(value: string): UID<K> => value as UID<K>
