/** A process that exports what a data folder holds into `target` and comes to a stop before the third object: it is there to be killed. */
import { openCache } from '../../../main/cache/open-cache.ts'
import { openRecords } from '../../../main/cache/records/open-records.ts'
import { createExporter } from '../../../main/exporter/exporter.ts'
import { secrets } from '../../helpers/recognisable-patient.ts'
import { STATION_KEY } from '../cache/data-sets.ts'

const [dataFolder = '', folder = '', form] = process.argv.slice(2)
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const cache = await openCache({ dataFolder, stationKey: STATION_KEY, log, reserveBytes: 0 })
const records = await openRecords({ dataFolder, stationKey: STATION_KEY, log })
let opened = 0
const exporter = createExporter({
  cache: {
    listInstanceKeys: (uids) => cache.listInstanceKeys(uids),
    getStudy: (uid) => cache.getStudy(uid),
    open: (key) => {
      opened += 1
      if (opened < 3) return cache.open(key)
      process.stdout.write('in the middle\n')
      return new Promise(() => undefined)
    },
  },
  log,
  notes: records.notes,
  hold: () => () => undefined,
  onChange: () => undefined,
})
exporter.start({
  StudyInstanceUIDs: [secrets.StudyInstanceUID],
  folder,
  name: 'DISC',
  form: form === 'zip' ? 'zip' : 'folder',
  deidentification: null,
})
