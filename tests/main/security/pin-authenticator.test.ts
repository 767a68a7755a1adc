/** The PIN: five tries, then a quarter of an hour, through restarts, kills and clocks that are set. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPinAuthenticator } from '../../../main/security/pin-authenticator.ts'
import { hashPin, isPin } from '../../../main/security/pin-hash.ts'
import {
  afterTry,
  LOCK_TIME,
  lockLeft,
  MAX_TRIES,
  noTries,
  type PinTries,
  triesAt,
} from '../../../main/security/pin-lock.ts'

const START = Date.parse('2026-03-04T05:06:07Z')

/** A PIN kept in memory, on a machine that was up for an hour, with a clock. `start` forgets all that is not kept. */
const station = (kept: string | null = null) => {
  const place = {
    now: START,
    upFor: 3_600_000,
    /** ms go by. */
    pass: (time: number) => {
      place.now += time
      place.upFor += time
    },
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
        { now: () => new Date(place.now), upFor: () => place.upFor },
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
  place.pass(LOCK_TIME)
  expect(await pin.verify('1234')).toEqual({ kind: 'right' })
})

/** A station whose PIN, 1234, was locked just now. */
const lockedStation = async () => {
  const tries = { wrong: MAX_TRIES, lockedAt: station().upFor }
  return station(JSON.stringify({ format: 2, hash: await hashPin('1234'), tries }))
}

it('stays locked when the clock is set forward, in one run and over a restart', async () => {
  const place = await lockedStation()
  const pin = place.start()
  place.pass(LOCK_TIME / 3)
  place.now += 365 * 86_400_000
  const until = new Date(place.now + (LOCK_TIME * 2) / 3).toISOString()
  expect(await pin.verify('1234')).toEqual({ kind: 'locked', until })
  expect(await place.start().verify('1234')).toEqual({ kind: 'locked', until })
  place.pass((LOCK_TIME * 2) / 3)
  expect(await place.start().verify('1234')).toEqual({ kind: 'right' })
})

it('stays locked when the machine is started again, until that has been up for a quarter of an hour at most', async () => {
  const place = await lockedStation()
  place.upFor = 60_000
  place.now += 86_400_000
  expect(await place.start().verify('1234')).toMatchObject({ kind: 'locked' })
  place.pass(LOCK_TIME - 60_001)
  expect(await place.start().verify('1234')).toMatchObject({ kind: 'locked' })
  place.pass(1)
  expect((await place.start().state()).pinLockedUntil).toBeNull()
  // What is over does not come back with another start of the machine.
  place.upFor = 1
  expect(await place.start().verify('1234')).toEqual({ kind: 'right' })
})

it('takes over a PIN that was kept with times of the clock, as locked as it was', async () => {
  const hash = await hashPin('1234')
  const first = (wrong: number, lockedUntil: string | null) =>
    station(JSON.stringify({ format: 1, hash, tries: { wrong, lockedAt: lockedUntil, lockedUntil } }))
  expect((await first(3, null).start().state()).pinTriesLeft).toBe(2)
  expect(await first(0, null).start().verify('1234')).toEqual({ kind: 'right' })
  const locked = first(5, '2126-01-01T00:00:00.000Z')
  const until = new Date(START + LOCK_TIME).toISOString()
  expect(await locked.start().verify('1234')).toEqual({ kind: 'locked', until })
  locked.pass(LOCK_TIME)
  expect(await locked.start().verify('1234')).toEqual({ kind: 'right' })
})

it('stays locked when the clock is set back, and not for ever', async () => {
  const place = station()
  const pin = place.start()
  await pin.change(null, '1234')
  for (let n = 0; n < 5; n += 1) await pin.verify('0000')
  place.now -= 86_400_000
  const until = new Date(place.now + LOCK_TIME).toISOString()
  expect(await place.start().verify('1234')).toEqual({ kind: 'locked', until })
  place.pass(LOCK_TIME - 1)
  expect(await pin.verify('1234')).toEqual({ kind: 'locked', until })
  place.pass(1)
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

it('never lets more than five wrong tries through in a quarter of an hour, however often the machine is started', () => {
  /** ms that go by, and whether the machine was started again in them. */
  const step = fc.record({ passes: fc.integer({ min: 0, max: LOCK_TIME / 2 }), starts: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let tries: PinTries = noTries
      let upFor = 3_600_000
      let passed = 0
      const allowed: number[] = []
      for (const { passes, starts } of steps) {
        passed += passes
        upFor = starts ? Math.min(passes, 20_000) : upFor + passes
        tries = triesAt(tries, upFor)
        if (lockLeft(tries, upFor) > 0) continue
        tries = afterTry(tries, upFor)
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
