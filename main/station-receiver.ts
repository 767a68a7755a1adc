/** Keeps the receiver as the settings say: started with them, changed with them, or left as it was when a change cannot be. */
import type { Settings } from './contract/settings.ts'
import { type ListenAddress, listenHost, type Receiver, type ReceiverProblem } from './receiver/index.ts'
import type { DicomTlsKeeper } from './station-dicom-tls.ts'
import type { StationOptions } from './station-options.ts'
import type { Problems } from './station-problems.ts'
import type { SettingsKeeper } from './station-settings.ts'

export interface ReceiverKeeper {
  /** First start; a failure becomes a problem of the status. */
  start(): Promise<void>
  /** Settings as a person sees them: with the port that is really listened on. */
  settings(): Settings
  /** Changes settings: all of them, or none when the receiver cannot follow. One change after the other. */
  change(change: Partial<Settings>): Promise<ReceiverProblem | null>
  /** What was wrong with the listener for TLS is mended: the status says so no longer. */
  listensSecurely(): Promise<void>
  /** Where the receiver would listen with these settings. */
  addressOf(settings: Pick<Settings, 'aeTitle' | 'dicomPort' | 'acceptFromNetwork'>): ListenAddress
}

const isSame = (a: ListenAddress | null, b: ListenAddress): boolean =>
  a !== null && a.host === b.host && a.aeTitle === b.aeTitle && a.port === b.port

/** Keeps `receiver` in step with `keeper`. */
export function keepReceiver(
  receiver: Receiver,
  keeper: SettingsKeeper,
  options: Pick<StationOptions, 'dicomHost'>,
  dicomTls: Pick<DicomTlsKeeper, 'start'>,
  problems: Problems,
): ReceiverKeeper {
  let dicomHost = options.dicomHost
  let turn: Promise<unknown> = Promise.resolve()

  const addressOf: ReceiverKeeper['addressOf'] = ({ aeTitle, dicomPort, acceptFromNetwork }) => ({
    host: dicomHost ?? listenHost(acceptFromNetwork),
    port: dicomPort,
    aeTitle,
  })
  const settings = (): Settings => {
    const current = keeper.current()
    // 0 means any port: what a modality needs is the one that was found.
    return current.dicomPort > 0
      ? current
      : { ...current, dicomPort: receiver.address?.port ?? keeper.saved().dicomPort }
  }
  const listensSecurely = async (): Promise<void> => {
    const problem = await dicomTls.start()
    problems.set('secure-receiver-stopped', problem !== null, problem ?? '')
  }
  const listen = async (address: ListenAddress): Promise<ReceiverProblem | null> => {
    const problem = await receiver.reconfigure(address)
    problems.set('receiver-stopped', problem !== null && receiver.address === null, problem ?? '')
    if (problem !== null) return problem
    await listensSecurely()
    return null
  }

  async function changeNow(change: Partial<Settings>): Promise<ReceiverProblem | null> {
    const before = receiver.address
    const hostBefore = dicomHost
    if (change.acceptFromNetwork !== undefined && change.acceptFromNetwork !== keeper.current().acceptFromNetwork) {
      dicomHost = undefined
    }
    const wanted = addressOf({ ...settings(), ...change })
    const concerns = change.aeTitle ?? change.dicomPort ?? change.acceptFromNetwork
    const mustMove = concerns !== undefined && !isSame(before, wanted)
    const problem = mustMove ? await listen(wanted) : null
    if (problem !== null) {
      dicomHost = hostBefore
      return problem
    }
    try {
      await keeper.change(change)
    } catch (error) {
      dicomHost = hostBefore
      if (mustMove && before) await listen(before)
      throw error
    }
    if (change.additionalSOPClassUIDs) receiver.acceptAlso(change.additionalSOPClassUIDs)
    return null
  }

  return {
    async start() {
      await listen(addressOf(keeper.current()))
    },
    settings,
    change(change) {
      const changing = turn.then(() => changeNow(change))
      turn = changing.catch(() => undefined)
      return changing
    },
    listensSecurely,
    addressOf,
  }
}
