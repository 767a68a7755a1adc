/** DICOM unique identifiers (PS3.5 §9). */

/**
 * Whether `value` has the form of a UID (PS3.5 §9.1): 1 to 64 characters, components of digits.
 * Leading zeros in a component are tolerated, because real equipment writes them.
 */
export const isUID = (value: string): boolean => value.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(value)
