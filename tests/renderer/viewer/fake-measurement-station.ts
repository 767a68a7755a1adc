/** A station that keeps measurements in memory, can be unreachable, and holds back answers. */
import type { Measurement, MeasurementContent } from '../../../main/contract/measurement.ts'
import type { MeasurementCalls } from '../../../renderer/viewer/measurements/measurement-store.ts'

export interface FakeStation extends MeasurementCalls {
  kept: Map<string, Measurement>
  /** Every call that was answered or refused, in order. */
  asked: string[]
  isReachable: boolean
  /** While set, answers wait for it. */
  gate: Promise<void> | null
}

export function createFakeStation(rows: readonly Measurement[] = []): FakeStation {
  const kept = new Map(rows.map((row) => [row.measurementId, row]))
  const answer = async <T>(call: string, value: () => T): Promise<T> => {
    const gate = station.gate
    station.asked.push(call)
    if (!station.isReachable) throw new Error('unreachable')
    const answered = value()
    await gate
    return answered
  }
  const keep = (content: MeasurementContent): { revision: number } => {
    const before = kept.get(content.measurementId)
    const isSame = JSON.stringify(before?.values) === JSON.stringify(content.values)
    const revision = before ? before.revision + (isSame ? 0 : 1) : 1
    kept.set(content.measurementId, {
      ...content,
      revision,
      createdAt: before?.createdAt ?? '2026-01-05',
      changedAt: '',
    })
    return { revision }
  }
  const station: FakeStation = {
    kept,
    asked: [],
    isReachable: true,
    gate: null,
    list: ({ StudyInstanceUID }) =>
      answer('list', () => [...kept.values()].filter((row) => row.StudyInstanceUID === StudyInstanceUID)),
    save: (content) => answer(`save ${content.values[0]?.value}`, () => keep(content)),
    remove: ({ measurementId }) => answer('remove', () => void kept.delete(measurementId)),
    saveOnLeaving: (content) => void station.asked.push(`leaving with ${content.values[0]?.value}`),
    removeOnLeaving: () => void station.asked.push('leaving with a removal'),
  }
  return station
}
