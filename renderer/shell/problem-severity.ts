/** How much a lasting problem weighs: `danger` cannot be put away, `notice` is only told. */
import type { Problem } from '../../main/contract/station.ts'

export type Severity = 'danger' | 'warning' | 'notice'

/** From the heaviest. */
const severities: readonly Severity[] = ['danger', 'warning', 'notice']

/** How much each problem weighs. */
export const severityOf: Record<Problem['code'], Severity> = {
  'disk-full': 'danger',
  'receiver-stopped': 'danger',
  'secure-receiver-stopped': 'warning',
  'web-listener-stopped': 'warning',
  'cache-damaged': 'danger',
  'objects-damaged': 'danger',
  'index-behind': 'danger',
  'records-damaged': 'danger',
  'audit-broken': 'danger',
  'audit-not-written': 'warning',
  'archive-refused': 'warning',
  'archive-lost-objects': 'warning',
  'archive-unreachable': 'warning',
  'watched-folder-unreadable': 'warning',
  'disk-nearly-full': 'warning',
  'space-exhausted': 'warning',
  'key-file-exposed': 'warning',
  'window-without-sandbox': 'warning',
  'recovery-key-not-confirmed': 'warning',
  'station-restarted': 'notice',
}

/** The heaviest first; equal ones stay as they came. */
export const heaviestFirst = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted((a, b) => severities.indexOf(severityOf[a.code]) - severities.indexOf(severityOf[b.code]))
