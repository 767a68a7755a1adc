/** A process that imports `archive` into a data folder and comes to a stop in the middle of the third object and of those behind it: it is there to be killed. */
import { openCache } from '../../../main/cache/open-cache.ts'
import { createIntakes } from '../../../main/importer/intakes.ts'
import { STATION_KEY } from '../cache/data-sets.ts'

const [dataFolder = '', archive = ''] = process.argv.slice(2)
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const cache = await openCache({ dataFolder, stationKey: STATION_KEY, log, reserveBytes: 0 })
let begun = 0
const intakes = createIntakes({
  cache: {
    ...cache,
    ingest: (request) => {
      begun += 1
      const writer = cache.ingest(request)
      if (begun < 3) return writer
      return {
        ...writer,
        write: (chunk) => {
          writer.write(chunk.subarray(0, chunk.length / 2))
          return new Promise(() => undefined)
        },
      }
    },
  },
  onChange: (intakeId) => {
    const intake = intakes.get(intakeId)
    if (intake?.state === 'ready') intakes.take(intakeId)
    if (intake?.progress.counts.stored === 2) process.stdout.write('in the middle\n')
  },
})
intakes.look([archive])
