/** The steps of the first run, and which one a person who comes back stands at. */
import { NOTICE_VERSION } from '../../main/contract/notice.ts'
import type { Settings } from '../../main/contract/settings.ts'

export const firstRunSteps = ['language', 'notice', 'recovery', 'network', 'receiver', 'done'] as const
export type FirstRunStep = (typeof firstRunSteps)[number]

/** The steps that are still to be gone through: all, or only the notice when a new version of it has to be accepted. */
export const stepsFor = (settings: Pick<Settings, 'firstRunDone'>): readonly FirstRunStep[] =>
  settings.firstRunDone ? ['notice'] : firstRunSteps

/** Where to begin: after what was already accepted and confirmed. */
export function firstOpenStep(
  settings: Pick<Settings, 'firstRunDone' | 'noticeAccepted'>,
  recoveryKeyConfirmed: boolean,
): FirstRunStep {
  if (settings.firstRunDone) return 'notice'
  if (settings.noticeAccepted?.version !== NOTICE_VERSION) return 'language'
  return recoveryKeyConfirmed ? 'network' : 'recovery'
}
