/** A process that stores objects as fast as it can and prints the number of each one that was acknowledged; it is there to be killed. */
import { openCache } from '../../../main/cache/open-cache.ts'
import { ctImage, store } from './data-sets.ts'
import { killedObject } from './killed-objects.ts'

const [dataFolder = '', first = '1'] = process.argv.slice(2)
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const cache = await openCache({ dataFolder, stationKey: Buffer.alloc(32, 7), log: silent, reserveBytes: 0 })
let number = Number(first)

const run = async (): Promise<never> => {
  for (;;) {
    const mine = number++
    const outcome = await store(cache, ctImage(killedObject(mine)), 20_000)
    process.stdout.write(`${outcome.kind === 'stored' ? mine : `${outcome.kind} ${mine}`}\n`)
  }
}

await Promise.all([run(), run(), run()])
