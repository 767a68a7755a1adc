/** Puts the services of reports together: measurements, the reader with the PIN, and the reports themselves. */
import { join } from 'node:path'
import type { OpenedCache, OpenedRecords } from './cache/index.ts'
import { createFrameReader } from './http/index.ts'
import { createKeyImageRenderer } from './key-image-picture.ts'
import type { PixelService } from './pixels/index.ts'
import {
  createMeasurements,
  createReader,
  createReports,
  type Measurements,
  makeDocuments,
  type Reader,
  type ReportOutbox,
  type Reports,
} from './reports/index.ts'
import { createPinAuthenticator } from './security/index.ts'
import type { StationOptions } from './station-options.ts'

export interface ReportServices {
  readonly measurements: Measurements
  readonly reader: Reader
  readonly reports: Reports
}

/** The report services of an open data folder; what was signed and not delivered waits for `reports.resume`. */
export function createReportServices(
  { dataFolder, resourcesFolder, log }: Pick<StationOptions, 'dataFolder' | 'resourcesFolder' | 'log'>,
  services: { cache: OpenedCache; records: OpenedRecords; outbox: ReportOutbox; pixels: PixelService },
): ReportServices {
  const { cache, records, outbox, pixels } = services
  const authenticator = createPinAuthenticator(records.profile)
  return {
    measurements: createMeasurements(records),
    reader: createReader(records, authenticator),
    reports: createReports({
      records,
      copyRecords: () => records.copy(),
      cache,
      authenticator,
      makeDocuments,
      renderPicture: createKeyImageRenderer(cache, pixels, createFrameReader(cache)),
      outbox,
      log: log.child({ service: 'reports' }),
      now: () => new Date(),
      // A site's own templates lie beside its data.
      templateFolders: [join(resourcesFolder, 'report-templates'), join(dataFolder, 'templates')],
    }),
  }
}
