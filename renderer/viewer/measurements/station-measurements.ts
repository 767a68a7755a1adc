/** The station's measurement calls as the store of a screen uses them. */
import { stationClient } from '../../services/client.ts'
import type { MeasurementCalls } from './measurement-store.ts'

/** A page that goes away has no time for a batched call: the browser carries this one on without it. */
const send = (call: 'save' | 'remove', input: object): void => {
  const headers = { 'content-type': 'application/json' }
  fetch(`/call/measurements.${call}`, { method: 'POST', keepalive: true, headers, body: JSON.stringify(input) }).catch(
    () => undefined,
  )
}

export const stationMeasurements: MeasurementCalls = {
  list: (input) => stationClient.measurements.list.query(input),
  save: (content) => stationClient.measurements.save.mutate(content),
  remove: (input) => stationClient.measurements.remove.mutate(input),
  saveOnLeaving: (content) => send('save', content),
  removeOnLeaving: (input) => send('remove', input),
}
