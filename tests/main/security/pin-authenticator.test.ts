/** The PIN: five tries, then a quarter of an hour, through restarts, kills and clocks that are set back. */
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { createPinAuthenticator } from '../../../main/security/pin-authenticator.ts'
import { hashPin, isPin } from '../../../main/security/pin-hash.ts'
import { afterTry, LOCK_TIME, MAX_TRIES, noTries, type PinTries, triesAt } from '../../../main/security/pin-lock.ts'

// Each try is meant to cost time; on a busy machine it costs more.
vi.setConfig({ testTimeout: 60_000 })

const START = Date.parse('2026-03-04T05:06:07Z')

/** A PIN kept in memory, and a clock. `restart` forgets all that is not kept. */
const station = () => {
  let kept: string | null = null
  const place = {
    now: START,
    fails: false,
    writes: 0,
    kept: () => kept,
    start: () =>
      createPinAuthenticator(
        {
          pin: async () => kept,
          savePin: async (pin) => {
            if (place.fails) throw new Error('the process ended')
            place.writes += 1
            kept = pin
          },
        },
        () => new Date(place.now),
      ),
  }
  return place
}

it('is set once without, and changed with the old one', async () => {
  const pin = station().start()
  expect(await pin.verify('1234')).toEqual({ kind: 'not-set' })
  expect(await pin.change(null, '1234')).toEqual({ kind: 'right' })
  expect(await pin.change(null, '9999')).toEqual({ kind: 'wrong', triesLeft: 5 })
  expect(await pin.change('4321', '9999')).toEqual({ kind: 'wrong', triesLeft: 4 })
  expect(await pin.change('1234', '9999')).toEqual({ kind: 'right' })
  expect(await pin.verify('9999')).toEqual({ kind: 'right' })
  expect(await pin.state()).toEqual({ hasPin: true, pinLockedUntil: null, pinTriesLeft: 5 })
})

it('is locked after five wrong tries, also for the right one, also after a restart, for a quarter of an hour', async () => {
  const place = station()
  let pin = place.start()
  await pin.change(null, '1234')
  const outcomes = []
  for (let n = 0; n < 5; n += 1) outcomes.push(await pin.verify('0000'))
  const until = new Date(START + LOCK_TIME).toISOString()
  expect(outcomes).toEqual([
    ...[4, 3, 2, 1].map((triesLeft) => ({ kind: 'wrong', triesLeft })),
    { kind: 'locked', until },
  ])
  pin = place.start()
  expect(await pin.verify('1234')).toEqual({ kind: 'locked', until })
  expect(await pin.state()).toEqual({ hasPin: true, pinLockedUntil: until, pinTriesLeft: 0 })
  place.now += LOCK_TIME
  expect(await pin.verify('1234')).toEqual({ kind: 'right' })
})

it('stays locked when the clock is set back, and not for ever', async () => {
  const place = station()
  const pin = place.start()
  await pin.change(null, '1234')
  for (let n = 0; n < 5; n += 1) await pin.verify('0000')
  place.now -= 86_400_000
  const until = new Date(place.now + LOCK_TIME).toISOString()
  expect(await place.start().verify('1234')).toEqual({ kind: 'locked', until })
  place.now += LOCK_TIME - 1
  expect(await pin.verify('1234')).toEqual({ kind: 'locked', until })
  place.now += 1
  expect(await pin.verify('1234')).toEqual({ kind: 'right' })
})

it('counts tries that are made side by side, and one whose process ended meanwhile', async () => {
  const place = station()
  const pin = place.start()
  await pin.change(null, '1234')
  await Promise.all([pin.verify('0001'), pin.verify('0002'), pin.verify('0003')])
  expect((await pin.state()).pinTriesLeft).toBe(2)
  const trying = pin.verify('1234')
  await expect.poll(() => place.writes).toBe(5)
  place.fails = true
  await trying.catch(() => undefined)
  place.fails = false
  expect((await place.start().state()).pinTriesLeft).toBe(1)
})

it('does not count what can be no PIN', async () => {
  const pin = station().start()
  await pin.change(null, '1234')
  expect(await pin.verify('')).toEqual({ kind: 'wrong', triesLeft: 5 })
})

it('is unlocked by a reset', async () => {
  const pin = station().start()
  await pin.change(null, '1234')
  for (let n = 0; n < 5; n += 1) await pin.verify('0000')
  await pin.reset('5678')
  expect(await pin.verify('5678')).toEqual({ kind: 'right' })
})

it('is kept as a salted hash with its parameters', async () => {
  const place = station()
  await place.start().change(null, '123456')
  expect(place.kept()).not.toContain('123456')
  const [one, other] = await Promise.all([hashPin('123456'), hashPin('123456')])
  expect(one.hash).not.toBe(other.hash)
  expect(one).toMatchObject({ N: expect.any(Number), r: 8, p: 1 })
  expect(await isPin('123456', one)).toBe(true)
  expect(await isPin('123457', one)).toBe(false)
  const older = await hashPin('1')
  expect(await isPin('1', { ...older, N: 2 ** 14 })).toBe(false)
})

it('never lets more than five wrong tries through in a quarter of an hour, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3 * LOCK_TIME, max: LOCK_TIME / 2 }), { maxLength: 60 }), (shifts) => {
      let tries: PinTries = noTries
      let now = START
      /** Time that really passed since the tries that were let through. */
      let passed = 0
      const allowed: number[] = []
      for (const shift of shifts) {
        now += shift
        passed += Math.max(0, shift)
        tries = triesAt(tries, new Date(now))
        if (tries.lockedUntil !== null) continue
        tries = afterTry(tries, new Date(now))
        allowed.push(passed)
      }
      for (let first = 0; first + MAX_TRIES < allowed.length; first += 1) {
        const fifth = allowed[first + MAX_TRIES - 1] ?? 0
        const next = allowed[first + MAX_TRIES] ?? 0
        if (first % MAX_TRIES === 0) expect(next - fifth).toBeGreaterThanOrEqual(LOCK_TIME)
      }
    }),
  )
})
