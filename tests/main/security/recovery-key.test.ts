import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  drawRecoveryKey,
  isLastGroup,
  parseRecoveryKey,
  unwrapByRecovery,
  wrapForRecovery,
} from '../../../main/security/recovery-key.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('the recovery key', () => {
  it('is eight groups of five characters that cannot be confused', () => {
    expect(drawRecoveryKey()).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){7}$/)
  })

  it('is read however it is typed', () => {
    const key = drawRecoveryKey()
    const parsed = parseRecoveryKey(key)
    const typed = [
      key.toLowerCase(),
      key.replaceAll('-', ''),
      key.replaceAll('-', ' '),
      ` ${key} \n`,
      key.replaceAll('0', 'o').replaceAll('1', 'l'),
    ]
    expect(parsed.kind).toBe('key')
    expect(typed.map(parseRecoveryKey)).toEqual(typed.map(() => parsed))
  })

  it('notices every single wrong character and names its group', () => {
    fc.assert(
      fc.property(fc.nat(39), fc.nat(31), (position, value) => {
        const key = drawRecoveryKey().replaceAll('-', '')
        const wrong = ALPHABET.charAt(value)
        fc.pre(key.charAt(position) !== wrong)
        const typed = key.slice(0, position) + wrong + key.slice(position + 1)
        expect(parseRecoveryKey(typed)).toEqual({ kind: 'mistyped', groups: [Math.floor(position / 5) + 1] })
      }),
    )
  })

  it('notices swapped neighbours and swapped groups', () => {
    fc.assert(
      fc.property(fc.nat(7), fc.nat(3), fc.nat(7), (group, at, other) => {
        const groups = drawRecoveryKey().split('-')
        const text = groups[group] ?? ''
        const swapped = text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2)
        fc.pre(swapped !== text)
        expect(parseRecoveryKey(groups.with(group, swapped).join('-')).kind).toBe('mistyped')
        fc.pre(other !== group && groups[other] !== text)
        const exchanged = groups.with(group, groups[other] ?? '').with(other, text)
        expect(parseRecoveryKey(exchanged.join('-')).kind).toBe('mistyped')
      }),
    )
  })

  it('says when something is missing', () => {
    const key = drawRecoveryKey()
    expect([key.slice(0, -1), `${key}0`, ''].map((text) => parseRecoveryKey(text).kind)).toEqual([
      'wrong-length',
      'wrong-length',
      'wrong-length',
    ])
  })

  it('is confirmed by its whole last group only', () => {
    const key = drawRecoveryKey()
    const last = key.slice(-5)
    expect(
      ['', last.slice(1), last, last.toLowerCase(), key, key.slice(0, 5)].map((text) => isLastGroup(key, text)),
    ).toEqual([false, false, true, true, false, key.slice(0, 5) === last])
  })

  it('unwraps the station key of its own data folder, and nothing else does', () => {
    const [stationKey, secret, salt] = [randomBytes(32), randomBytes(32), randomBytes(16)]
    const wrap = wrapForRecovery(secret, stationKey, 'folder', salt)
    expect(unwrapByRecovery(secret, wrap, 'folder')).toEqual(stationKey)
    expect(unwrapByRecovery(randomBytes(32), wrap, 'folder')).toBeNull()
    expect(unwrapByRecovery(secret, wrap, 'another folder')).toBeNull()
    expect(unwrapByRecovery(secret, { ...wrap, salt: randomBytes(16).toString('hex') }, 'folder')).toBeNull()
  })
})
