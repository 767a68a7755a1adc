/** The national number of a health professional in France (RPPS): 11 digits, the last one a check digit by Luhn. */

export const isElevenDigits = (text: string): boolean => /^[0-9]{11}$/.test(text)

/** Whether the last digit agrees with the others (ISO/IEC 7812-1, Annex B). */
export function hasRightCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 1 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}
