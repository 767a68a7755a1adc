/** `npm run station -- backup`: copies a data folder, also while its station runs. One line of JSON on stdout when the copy is whole. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { backupEvent } from './audit/index.ts'
import { backUp, CacheError, noteAudit } from './cache/index.ts'
import { createKeyFileStore, type KeyStore, openVault, readVaultFile } from './security/index.ts'
import { account, addressOf } from './station-audit.ts'
import { exitCodes, type StartFailure, startFailure } from './station-process.ts'
import { defaultKeyFile, isInside } from './user-folders.ts'

const help = `npm run station -- backup --data DIR --to DIR [OPTIONS]    copy a data folder, also while its station runs

  --data DIR                the data folder
  --to DIR                  takes the copy, in a folder named by the time; made when absent
  --key-file FILE           the station key (else where a station started without one keeps it)
  --recovery-key-file FILE  the recovery key instead, where the station key is in a keychain; it is stored nowhere
  --help                    this text

A copy is whole once its name no longer ends in .partial. To restore: README, "Backup".
Exit codes: 0 done, 1 failed or no room, 2 wrong arguments, 3 another backup is being written there, 4 station key missing or wrong.
`

const failed = (exitCode: number, sentence: string): StartFailure => ({ exitCode, sentence })
const usage = (problem: string): StartFailure => failed(exitCodes.usage, `${problem}\n\n${help}`)

interface Arguments {
  dataFolder: string
  to: string
  keyFile: string | undefined
  recoveryKeyFile: string | undefined
}

function readArguments(args: string[]): Arguments | StartFailure | 'help' {
  const text = { type: 'string' } as const
  const options = {
    data: text,
    to: text,
    'key-file': text,
    'recovery-key-file': text,
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    const { values } = parseArgs({ args, options })
    if (values.help) return 'help'
    if (!values.data || !values.to) return usage('--data DIR and --to DIR are needed.')
    const [dataFolder, to] = [resolve(values.data), resolve(values.to)]
    if (isInside(to, dataFolder)) return usage('--to must lie outside the data folder.')
    if (readVaultFile(dataFolder) === null) return usage(`${dataFolder} is not a data folder.`)
    if (readVaultFile(to) !== null) return usage('--to is a data folder itself.')
    return { dataFolder, to, keyFile: values['key-file'], recoveryKeyFile: values['recovery-key-file'] }
  } catch (error) {
    return usage((error as Error).message)
  }
}

/** A key that is nowhere but in this process. */
const keyInMemory = (): KeyStore => {
  let held: Uint8Array | null = null
  return {
    kind: 'key-file',
    load: async () => held,
    save: async (key) => {
      held = key
    },
  }
}

async function stationKeyOf({ dataFolder, keyFile, recoveryKeyFile }: Arguments): Promise<Uint8Array | StartFailure> {
  if (recoveryKeyFile === undefined) {
    const file = keyFile ?? defaultKeyFile(dataFolder)
    const vault = await openVault({ dataFolder, keyStore: createKeyFileStore({ keyFile: file, dataFolder }) })
    if (vault.kind === 'open') return vault.stationKey
    const sentence = `The station key of ${dataFolder} cannot be used (${vault.reason}; looked for in ${file}). Name the right --key-file, or --recovery-key-file.`
    return failed(exitCodes.locked, sentence)
  }
  const vault = await openVault({ dataFolder, keyStore: keyInMemory() })
  if (vault.kind === 'open') return vault.stationKey
  const answer = await vault.restore(readFileSync(recoveryKeyFile, 'utf8').trim())
  if (answer.outcome === 'restored') return answer.vault.stationKey
  return failed(exitCodes.locked, 'This is not the recovery key of the data folder.')
}

type Detail = Parameters<typeof backupEvent>[2]

/** Notes a step in the audit log of the data folder; that it cannot is said, and hinders nothing. */
function noteStep(dataFolder: string, stationKey: Uint8Array, address: string, detail: Detail): void {
  const event = backupEvent({ UserID: account() }, addressOf(address), detail)
  try {
    if (noteAudit(dataFolder, stationKey, { ...event, EventDateTime: new Date().toISOString() })) return
  } catch {
    // Said below.
  }
  process.stderr.write(`The audit log of ${dataFolder} did not take note of the backup (${detail.state}).\n`)
}

/** Makes the backup; that it was begun is noted before anything is copied, so that a process that is killed leaves a trace too. */
async function backUpNoting({ dataFolder, to }: Arguments, stationKey: Uint8Array) {
  noteStep(dataFolder, stationKey, to, { state: 'begun' })
  try {
    const backup = await backUp({ dataFolder, to, stationKey })
    noteStep(dataFolder, stationKey, backup.folder, { state: 'done', bytes: backup.bytes })
    return backup
  } catch (error) {
    noteStep(dataFolder, stationKey, to, {
      state: 'failed',
      reason: String((error as { code?: unknown }).code ?? 'unknown'),
    })
    throw error
  }
}

async function run(args: string[]): Promise<StartFailure | null> {
  const read = readArguments(args)
  if (read === 'help') {
    process.stdout.write(help)
    return null
  }
  if ('exitCode' in read) return read
  try {
    const stationKey = await stationKeyOf(read)
    if (!(stationKey instanceof Uint8Array)) return stationKey
    process.stdout.write(`${JSON.stringify(await backUpNoting(read, stationKey))}\n`)
    return null
  } catch (error) {
    if (error instanceof CacheError && error.code === 'folder-in-use') {
      return failed(exitCodes.folderInUse, 'Another backup is being written there, or that folder is in use.')
    }
    if (error instanceof CacheError && error.code === 'disk-full') {
      return failed(exitCodes.failed, 'There is no room for the backup. Nothing was kept of it.')
    }
    const { exitCode, sentence } = startFailure(error, read.dataFolder)
    return failed(exitCode, sentence.replace('The station could not start', 'The backup failed'))
  }
}

/** Runs the command and sets the process's exit code. */
export async function backupCommand(args: string[]): Promise<void> {
  const failure = await run(args)
  if (!failure) return
  process.stderr.write(`${failure.sentence}\n`)
  process.exitCode = failure.exitCode
}
