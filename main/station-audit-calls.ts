/** Notes in the audit log what people do by the contract's calls. What was done is answered as before, whatever becomes of the note. */
import { accessEvent, exportedEvent, openedEvent, settingsEvent, signedEvent, webClientEvent } from './audit/index.ts'
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import type { PinOutcome } from './contract/profile.ts'
import type { Settings } from './contract/settings.ts'
import { addressOf, type StationAudit } from './station-audit.ts'
import type { StationServices } from './station-services.ts'

type Handlers = HandlersOf<StationContract>

/** Handlers of the log's own calls. */
export const auditCalls = (open: () => StationServices): Handlers['audit'] => ({
  entries: (filter) => open().audit.calls.entries(filter),
  persons: () => open().audit.calls.persons({}),
  verify: () => open().audit.calls.verify({}),
})

const NETWORK: readonly (keyof Settings)[] = [
  'acceptFromNetwork',
  'aeTitle',
  'dicomPort',
  'additionalSOPClassUIDs',
  'peers',
  'unknownPeers',
]
/** How the windows look concerns nobody else. */
const OF_NO_CONCERN: readonly (keyof Settings)[] = ['studyColumns', 'overlaysVisible', 'keys']

const noteSettings = (audit: StationAudit, change: object): void => {
  const names = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name as keyof Settings]))
  const concerning = names.filter((name) => !OF_NO_CONCERN.includes(name))
  const [network, others] = [
    concerning.filter((name) => NETWORK.includes(name)),
    concerning.filter((name) => !NETWORK.includes(name)),
  ]
  if (network.length > 0) audit.note(settingsEvent(audit.who(), 'NetworkConfiguration', network))
  if (others.length > 0) audit.note(settingsEvent(audit.who(), 'SoftwareConfiguration', others))
}

const notePin = (audit: StationAudit, what: string, { kind }: PinOutcome): void => {
  if (kind === 'not-set') return
  audit.note(accessEvent(audit.who(), what, kind, kind === 'right' ? 0 : kind === 'locked' ? 8 : 4))
}

/** The same handlers, noting; `current` gives null while the data folder is locked. */
export function withAudit(handlers: Handlers, current: () => StationAudit | null): Handlers {
  const { archive, exporter, network, profile, reports, security, settings, space, studies, webAccess } = handlers
  const noted = (note: (audit: StationAudit) => void): void => {
    const audit = current()
    if (audit) note(audit)
  }
  /** For each study that a person did something with, in the background. */
  const forStudies = (UIDs: readonly string[], note: (audit: StationAudit, UID: string) => Promise<void>): void => {
    noted((audit) => {
      void (async () => {
        for (const UID of UIDs) await note(audit, UID)
      })()
    })
  }
  return {
    ...handlers,
    archive: {
      ...archive,
      configure: async (input) => {
        const answer = await archive.configure(input)
        noted((audit) => audit.note(settingsEvent(audit.who(), 'NetworkConfiguration', ['archive'])))
        return answer
      },
    },
    exporter: {
      ...exporter,
      start: async (request) => {
        const answer = await exporter.start(request)
        const { folder, name, form } = request
        const detail = { form, isDeidentified: request.deidentification !== null }
        noted((audit) => {
          void (async () => {
            const studies = await Promise.all(request.StudyInstanceUIDs.map((UID) => audit.identify(UID)))
            const address = addressOf(`${folder}/${name}${form === 'zip' ? '.zip' : ''}`)
            audit.note(exportedEvent(audit.who(), studies, address, { state: 'begun', ...detail }))
          })()
        })
        return answer
      },
    },
    network: {
      ...network,
      configureTls: async (input) => {
        const answer = await network.configureTls(input)
        if (answer.fault === null && answer.problem === null)
          noted((audit) => audit.note(settingsEvent(audit.who(), 'SecurityConfiguration', ['dicomTls'])))
        return answer
      },
      removeTls: async (input) => {
        const answer = await network.removeTls(input)
        noted((audit) => audit.note(settingsEvent(audit.who(), 'SecurityConfiguration', ['dicomTls'])))
        return answer
      },
    },
    profile: {
      ...profile,
      save: async (input) => {
        const before = current()?.who()
        const answer = await profile.save(input)
        await current()?.readWho()
        noted((audit) => {
          notePin(audit, 'profile', answer.outcome)
          const isSaved = answer.outcome.kind === 'right' || answer.outcome.kind === 'not-set'
          if (isSaved) audit.note(settingsEvent(before ?? audit.who(), 'UserSecurityAttributesChanged', ['profile']))
        })
        return answer
      },
      setPin: async (input) => {
        const answer = await profile.setPin(input)
        noted((audit) => {
          notePin(audit, 'pin', answer.outcome)
          const isSet = answer.outcome.kind === 'right' || answer.outcome.kind === 'not-set'
          if (isSet) audit.note(settingsEvent(audit.who(), 'UserSecurityAttributesChanged', ['pin']))
        })
        return answer
      },
      resetPin: async (input) => {
        const answer = await profile.resetPin(input)
        noted((audit) => {
          const isReset = answer.outcome === 'reset'
          audit.note(accessEvent(audit.who(), 'recovery-key', answer.outcome, isReset ? 0 : 8))
          if (isReset) audit.note(settingsEvent(audit.who(), 'UserSecurityAttributesChanged', ['pin']))
        })
        return answer
      },
    },
    reports: {
      ...reports,
      sign: async (input) => {
        const answer = await reports.sign(input)
        noted((audit) => {
          if (answer.kind === 'pin') notePin(audit, 'signature', answer.outcome)
          if (answer.kind !== 'signed') return
          forStudies([answer.report.StudyInstanceUID], async (_, UID) =>
            audit.note(signedEvent(audit.who(), await audit.identify(UID), input.as)),
          )
        })
        return answer
      },
    },
    security: {
      ...security,
      drawRecoveryKey: async (input) => {
        const answer = await security.drawRecoveryKey(input)
        noted((audit) => audit.note(settingsEvent(audit.who(), 'SecurityConfiguration', ['recoveryKeyDrawn'])))
        return answer
      },
      confirmRecoveryKey: async (input) => {
        const answer = await security.confirmRecoveryKey(input)
        const isRight = answer.confirmed
        noted((audit) =>
          audit.note(accessEvent(audit.who(), 'recovery-key', isRight ? 'right' : 'wrong', isRight ? 0 : 4)),
        )
        return answer
      },
      // A wrong recovery key finds the log locked with everything else: only one that opened it can be noted.
      restore: async (input) => {
        const answer = await security.restore(input)
        if (answer.outcome === 'restored')
          noted((audit) => audit.note(accessEvent(audit.who(), 'recovery-key', 'restored', 0)))
        return answer
      },
    },
    settings: {
      ...settings,
      update: async (input) => {
        const answer = await settings.update(input)
        if (answer.problem === null) noted((audit) => noteSettings(audit, input))
        return answer
      },
    },
    space: {
      ...space,
      remove: async (request) => {
        const end = current()?.byPerson(request.StudyInstanceUID)
        try {
          return await space.remove(request)
        } finally {
          end?.()
        }
      },
    },
    studies: {
      ...studies,
      opened: async (input) => {
        const answer = await studies.opened(input)
        forStudies([input.StudyInstanceUID], async (audit, UID) =>
          audit.note(openedEvent(audit.who(), await audit.identify(UID))),
        )
        return answer
      },
    },
    webAccess: {
      ...webAccess,
      configure: async (input) => {
        const answer = await webAccess.configure(input)
        if (answer.fault === null && answer.problem === null)
          noted((audit) => audit.note(settingsEvent(audit.who(), 'SecurityConfiguration', ['dicomWeb'])))
        return answer
      },
      addClient: async (input) => {
        const answer = await webAccess.addClient(input)
        if (answer.kind === 'added') noted((audit) => audit.note(webClientEvent(audit.who(), 'added', answer.client)))
        return answer
      },
      revokeClient: async (input) => {
        const client = (await webAccess.state({})).clients.find(({ id }) => id === input.id)
        const answer = await webAccess.revokeClient(input)
        if (client) noted((audit) => audit.note(webClientEvent(audit.who(), 'revoked', client)))
        return answer
      },
    },
  }
}
