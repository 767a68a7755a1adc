/** The exporter's side of a sample station: an export in every state that a window can show. */
import type { HandlersOf } from '../../main/contract/define.ts'
import type { ExportRequest, ExportState } from '../../main/contract/exporter.ts'
import type { StationContract } from '../../main/contract/index.ts'

export interface SampleExports {
  handlers: HandlersOf<StationContract>['exporter']
  /** What was asked for. */
  requests: ExportRequest[]
  /** Changes the export and tells the windows. */
  change(change: Partial<ExportState>): void
  join(tell: (exportId: string) => void): void
}

export function sampleExports(): SampleExports {
  let tell: (exportId: string) => void = () => undefined
  let shown: ExportState | null = null
  const requests: ExportRequest[] = []
  const change = (values: Partial<ExportState>) => {
    if (shown) shown = { ...shown, ...values }
    tell('sample')
  }
  return {
    requests,
    change,
    join: (next) => {
      tell = next
    },
    handlers: {
      plan: ({ StudyInstanceUIDs }) => ({
        objects: 214 * StudyInstanceUIDs.length,
        bytes: 112_600_000 * StudyInstanceUIDs.length,
        mayShowNames: 3,
        beyondReach: 1,
      }),
      start: (request) => {
        requests.push(request)
        shown = {
          exportId: 'sample',
          path: `${request.folder}/${request.name}`,
          form: request.form,
          isDeidentified: request.deidentification !== null,
          state: 'running',
          fault: null,
          isLeft: false,
          room: null,
          objects: 214,
          finished: 57,
          bytes: 31_000_000,
          rate: 12_400_000,
          leftOut: [],
          unusualSyntaxes: 0,
          goneStudies: 0,
        }
        tell('sample')
        return { exportId: 'sample' }
      },
      exports: () => (shown ? [shown] : []),
      cancel: () => {
        change({ state: 'cancelled' })
        return {}
      },
      dismiss: () => {
        shown = null
        tell('sample')
        return {}
      },
    },
  }
}
