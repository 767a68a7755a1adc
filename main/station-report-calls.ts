/** Answers the calls of measurements, of the reader and of reports. */
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import { CallError } from './http/index.ts'
import type { Vault } from './security/index.ts'
import type { StationServices } from './station-services.ts'

type Handlers = Pick<HandlersOf<StationContract>, 'measurements' | 'profile' | 'reports'>

/** `open` throws while the data folder is locked. */
export const reportCalls = (open: () => StationServices, vault: () => Vault): Handlers => ({
  measurements: {
    list: ({ StudyInstanceUID }) => open().measurements.list(StudyInstanceUID),
    save: (content) => open().measurements.save(content),
    remove: async ({ measurementId }) => {
      await open().measurements.remove(measurementId)
      return {}
    },
  },
  profile: {
    get: () => open().reader.state(),
    save: ({ profile, pin }) => open().reader.save(profile, pin),
    setPin: ({ oldPin, newPin }) => open().reader.setPin(oldPin, newPin),
    resetPin: ({ recoveryKey, newPin }) => {
      const { reader } = open()
      const opened = vault()
      if (opened.kind === 'locked') throw new CallError('locked', 'The data folder is locked')
      return reader.resetPin(opened.isRecoveryKey(recoveryKey), newPin)
    },
  },
  reports: {
    templates: (input) => open().reports.templates(input),
    list: (input) => open().reports.list(input),
    get: (input) => open().reports.get(input),
    create: (input) => open().reports.create(input),
    addendum: (input) => open().reports.addendum(input),
    append: (input) => open().reports.append(input),
    check: (input) => open().reports.check(input),
    cancel: (input) => open().reports.cancel(input),
    sign: (input) => open().reports.sign(input),
  },
})
