/** The short form of `npm run torture -- power`: what programs do is recorded once; strace is a Debian package. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasTool } from '../../helpers/dcmtk.ts'
import { powerCuts } from '../../torture/power/disk-model.ts'
import { notRecorded } from '../../torture/power/sync-places.ts'
import { isNotOurs, noticed, play, record, scratchFolder } from '../../torture/power.ts'
import { randomFrom } from '../../torture/torture.ts'

describe.runIf(process.platform === 'linux' && hasTool('strace'))('a power cut', () => {
  it('at any promise breaks none, and the loss of any one sync is noticed', async () => {
    const folder = scratchFolder()
    try {
      const random = randomFrom(1)
      const recording = await record(mkdtempSync(join(folder, 'round-')))
      const problems: string[] = []
      const { cuts, places } = await play(recording, {
        folder,
        cutsAt: (isPromise) => (isPromise ? powerCuts(random) : []),
        onBroken: (problem) => problems.push(problem) === 0,
      })
      expect(problems).toEqual([])
      expect(cuts).toBeGreaterThan(100)
      const unnoticed: string[] = []
      for (const place of places.keys()) {
        if (!isNotOurs(place) && (await noticed(recording, folder, place, random)) === null) unnoticed.push(place)
      }
      expect(unnoticed).toEqual([])
      // Every line that syncs was recorded, and so left out.
      expect(notRecorded(places.keys())).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 600_000)
})
