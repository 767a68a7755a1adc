import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasRightCheckDigit, isElevenDigits } from '../../../renderer/settings/rpps.ts'

test('the check digit of an RPPS number is Luhn’s', () => {
  expect(['10001234565', '10001234567', '00000000000', '79927398713'].map(hasRightCheckDigit)).toEqual([
    true,
    false,
    true,
    true,
  ])
})

test('one digit typed wrong is always noticed', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 })
  fc.assert(
    fc.property(digits, fc.nat(10), fc.integer({ min: 1, max: 9 }), (all, place, by) => {
      const wrong = all.with(place, ((all[place] ?? 0) + by) % 10)
      expect(hasRightCheckDigit(all.join('')) && hasRightCheckDigit(wrong.join(''))).toBe(false)
    }),
  )
})

test('an RPPS number has eleven digits and nothing else', () => {
  expect(['10001234565', '1000123456', '1000123456a', ''].map(isElevenDigits)).toEqual([true, false, false, false])
})
