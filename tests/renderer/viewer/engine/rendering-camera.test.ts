import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  facingLetters,
  isPose,
  lettersOfPose,
  type Pose,
  rightOf,
  rolled,
  standardPoses,
  standardViewOf,
  standardViews,
  turned,
} from '../../../../renderer/viewer/engine/rendering-camera.ts'
import { cross, dot, length } from '../../../../renderer/viewer/engine/vectors.ts'

const letters = (pose: Pose): string => {
  const { left, right, top, bottom } = lettersOfPose(pose)
  return `${facingLetters(pose)}: ${left} ${right} ${top} ${bottom}`
}

describe('the six views', () => {
  test('are named by the side that faces the reader, with the letters that a radiologist expects', () => {
    expect(Object.fromEntries(standardViews.map((view) => [view, letters(standardPoses[view])]))).toEqual({
      anterior: 'A: R L H F',
      posterior: 'P: L R H F',
      left: 'L: A P H F',
      right: 'R: P A H F',
      superior: 'H: L R A P',
      inferior: 'F: R L A P',
    })
  })

  test('are right-handed: none is a mirror image', () => {
    for (const view of standardViews) {
      const pose = standardPoses[view]
      expect(dot(cross(rightOf(pose), pose.up), pose.toward)).toBe(1)
      expect(standardViewOf(pose)).toBe(view)
    }
  })
})

describe('turning', () => {
  test('the front goes where the hand goes: six steps of 15° to the right show the patient’s right side', () => {
    let pose = standardPoses.anterior
    const seen = [letters(pose)]
    for (let step = 0; step < 6; step++) {
      pose = turned(pose, 15, 0)
      seen.push(letters(pose))
    }
    expect(seen).toEqual([
      'A: R L H F',
      'AR: RP LA H F',
      'AR: RP LA H F',
      expect.stringMatching(/^(AR|RA): (RP|PR) (LA|AL) H F$/),
      'RA: PR AL H F',
      'RA: PR AL H F',
      'R: P A H F',
    ])
    expect(standardViewOf(pose)).toBe('right')
  })

  test('down shows the top of the head, and the way back is the same', () => {
    const above = turned(standardPoses.anterior, 0, 90)
    expect(letters(above)).toBe('H: R L P A')
    expect(standardViewOf(turned(above, 0, -90))).toBe('anterior')
  })

  test('the picture rolls clockwise: what was on top goes to the right', () => {
    expect(letters(rolled(standardPoses.anterior, 90))).toBe('A: F H R L')
  })

  test('never mirrors or skews, whatever is done', () => {
    const step = fc.record({
      right: fc.double({ min: -720, max: 720, noNaN: true }),
      down: fc.double({ min: -720, max: 720, noNaN: true }),
      roll: fc.double({ min: -720, max: 720, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pose = steps.reduce<Pose>(
          (now, { right, down, roll }) => rolled(turned(now, right, down), roll),
          standardPoses.anterior,
        )
        expect(isPose(pose)).toBe(true)
        expect(Math.abs(length(pose.up) - 1)).toBeLessThan(1e-9)
        expect(Math.abs(dot(pose.up, pose.toward))).toBeLessThan(1e-9)
        expect(dot(cross(rightOf(pose), pose.up), pose.toward)).toBeCloseTo(1, 9)
      }),
    )
  })
})

test('what is no pose is told', () => {
  expect(isPose({ up: [0, 0, 1], toward: [0, -1, 0] })).toBe(true)
  for (const wrong of [
    null,
    5,
    {},
    { up: [0, 0, 1], toward: [0, 0, 1] },
    { up: [0, 0, Number.NaN], toward: [0, 1, 0] },
  ])
    expect(isPose(wrong)).toBe(false)
})
