/**
 * The headless host, `npm run station`: a site's access point that receives and serves DICOMweb without screens. One line of JSON on stdout
 * when it is ready; its log as JSON lines on stderr.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Logger } from 'pino'
import { auditCommand } from './audit-command.ts'
import { backupCommand } from './backup-command.ts'
import { lockDataFolder } from './cache/index.ts'
import { aeTitle } from './contract/settings.ts'
import type { Host } from './host.ts'
import { createKeyFileStore, type KeyStore, openVault } from './security/index.ts'
import { createStation } from './station.ts'
import { readStationTls, type StationTls, type StationTlsFiles } from './station-dicom-tls.ts'
import type { StationOptions } from './station-options.ts'
import {
  createLog,
  endOnFaults,
  endWithNpm,
  exitCodes,
  parsePort,
  type StartFailure,
  startFailure,
  stopOnSignals,
} from './station-process.ts'
import { defaultKeyFile } from './user-folders.ts'

const help = `npm run station -- --data DIR [OPTIONS]    receive and serve without a window

  --data DIR                the data folder
  --ae-title AET            for this run (else as saved; ASTREINTE at first)
  --dicom-host HOST         listen for DICOM on this address of the machine (else as saved; 127.0.0.1 at first)
  --dicom-port N            for this run; 0: any free port (else as saved; 11112 at first)
  --dicom-tls-key FILE, --dicom-tls-certificate FILE, --dicom-tls-authorities FILE
                            DICOM over TLS beside plain DICOM: PEM files, all three
  --dicom-tls-port N        the port for it; 0: any free port (else 2762)
  --http-port N             DICOMweb on this port of 127.0.0.1; 0 or absent: any free port
  --dicom-web-host HOST     where DICOMweb for other machines listens, if Settings switched it on (else everywhere)
  --key-file FILE           the station key, outside the data folder; made when absent
  --recovery-key-file FILE  restores the station key of the data folder from the recovery key in FILE
  --help                    this text

npm run station -- backup --data DIR --to DIR    copy the data folder, also while its station runs; see backup --help
npm run station -- audit verify|export --data DIR    the audit log; see npm run station -- audit

Exit codes: 0 stopped, 1 failed, 2 wrong arguments, 3 data folder in use, 4 station key missing or wrong, 5 port taken.
Told to stop, it ends within five seconds: one that cannot, since its disk hangs, by SIGKILL.
`

interface Arguments
  extends Pick<StationOptions, 'dataFolder' | 'aeTitle' | 'dicomHost' | 'dicomPort' | 'dicomWebHost' | 'httpPort'> {
  keyFile: string | null
  recoveryKeyFile: string | null
  tlsFiles: StationTlsFiles | null
}

/** Ends the process with a sentence. */
function fail({ exitCode, sentence }: StartFailure): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(exitCode)
}
const usage = (problem: string): never => fail({ exitCode: exitCodes.usage, sentence: `${problem}\n\n${help}` })

function port(name: string, text: string): number {
  return parsePort(text) ?? usage(`--${name} takes a number from 0 to 65535, not "${text}".`)
}

function parse() {
  const text = { type: 'string' } as const
  const options = {
    data: text,
    'ae-title': text,
    'dicom-host': text,
    'dicom-port': text,
    'dicom-tls-key': text,
    'dicom-tls-certificate': text,
    'dicom-tls-authorities': text,
    'dicom-tls-port': text,
    'http-port': text,
    'dicom-web-host': text,
    'key-file': text,
    'recovery-key-file': text,
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return usage((error as Error).message)
  }
}

/** The files for DICOM over TLS; null when none is named. */
function readTlsFiles(values: ReturnType<typeof parse>): StationTlsFiles | null {
  const { 'dicom-tls-key': key, 'dicom-tls-certificate': certificate, 'dicom-tls-authorities': authorities } = values
  const at = values['dicom-tls-port']
  if ([key, certificate, authorities, at].every((value) => value === undefined)) return null
  if (!key || !certificate || !authorities) {
    return usage('--dicom-tls-key, --dicom-tls-certificate and --dicom-tls-authorities come together.')
  }
  return { key, certificate, authorities, ...(at !== undefined ? { port: port('dicom-tls-port', at) } : {}) }
}

const readTls = (files: StationTlsFiles): Promise<StationTls> =>
  readStationTls(files).catch(() =>
    usage('The files for DICOM over TLS are not a key, its certificate and an authority in PEM.'),
  )

function readArguments(): Arguments {
  const values = parse()
  if (values.help) {
    process.stdout.write(help)
    process.exit(0)
  }
  if (!values.data) return usage('--data DIR is missing.')
  const title = values['ae-title']
  if (title !== undefined && !aeTitle.safeParse(title).success) {
    return usage('--ae-title takes 1 to 16 ASCII characters without a backslash.')
  }
  const {
    'dicom-port': dicomPort,
    'http-port': httpPort,
    'dicom-host': dicomHost,
    'dicom-web-host': dicomWebHost,
  } = values
  return {
    dataFolder: resolve(values.data),
    ...(title !== undefined ? { aeTitle: title } : {}),
    ...(dicomHost !== undefined ? { dicomHost } : {}),
    ...(dicomWebHost !== undefined ? { dicomWebHost } : {}),
    ...(dicomPort !== undefined ? { dicomPort: port('dicom-port', dicomPort) } : {}),
    ...(httpPort !== undefined ? { httpPort: port('http-port', httpPort) } : {}),
    keyFile: values['key-file'] ?? null,
    recoveryKeyFile: values['recovery-key-file'] ?? null,
    tlsFiles: readTlsFiles(values),
  }
}

/** Stores the station key again from the recovery key in a file. */
async function restore(dataFolder: string, keyStore: KeyStore, recoveryKeyFile: string, log: Logger): Promise<void> {
  const lock = lockDataFolder(dataFolder)
  try {
    const vault = await openVault({ dataFolder, keyStore })
    if (vault.kind === 'open') return log.info('the station key is there: the recovery key is not needed')
    const { outcome } = await vault.restore(readFileSync(recoveryKeyFile, 'utf8').trim())
    if (outcome === 'restored') return log.info('the station key was restored')
    fail({
      exitCode: exitCodes.locked,
      sentence: 'This is not the recovery key of the data folder. Nothing was changed.',
    })
  } finally {
    lock.release()
  }
}

/** A station that cannot receive, or not read its own data, serves nobody without a screen. */
async function refuseLocked(dataFolder: string, keyStore: KeyStore): Promise<void> {
  const lock = lockDataFolder(dataFolder)
  const vault = await openVault({ dataFolder, keyStore }).finally(() => lock.release())
  if (vault.kind === 'open') return
  const sentence = `The station key of ${dataFolder} cannot be used (${vault.reason}; looked for in ${keyStore.keyFile}). Its data is kept. Name the right --key-file, or restore it with --recovery-key-file.`
  fail({ exitCode: exitCodes.locked, sentence })
}

async function main(): Promise<void> {
  const { keyFile: namedKeyFile, recoveryKeyFile, tlsFiles, ...options } = readArguments()
  const { dataFolder } = options
  const keyFile = namedKeyFile ?? defaultKeyFile(dataFolder)
  const log = createLog(2)
  endOnFaults(log)
  endWithNpm('station')
  if (namedKeyFile === null) log.info({ keyFile }, 'the station key is kept in this file')
  try {
    const keyStore = createKeyFileStore({ keyFile, dataFolder })
    const host: Host = {
      kind: 'headless',
      keyStore,
      windowWithoutSandbox: false,
      preventSleep: () => () => undefined,
      showWindow: () => undefined,
    }
    if (recoveryKeyFile !== null) await restore(dataFolder, keyStore, recoveryKeyFile, log)
    await refuseLocked(dataFolder, keyStore)
    const dicomTls = tlsFiles ? { dicomTls: await readTls(tlsFiles) } : {}
    const resourcesFolder = join(import.meta.dirname, '..', 'resources')
    const station = await createStation({ ...options, ...dicomTls, host, log, rendererFolder: null, resourcesFolder })
    stopOnSignals(station, log)
    const { receiver, secureReceiver, dicomWeb, tokenFile, storeTokenFile } = station
    if (!receiver || (tlsFiles && !secureReceiver)) {
      await station.close()
      fail({
        exitCode: exitCodes.portTaken,
        sentence: 'The DICOM port cannot be opened: it is taken, not permitted, or its address is not of this machine.',
      })
    }
    const { aeTitle: title, port: dicomPort } = receiver
    const ready = { ready: true, dicomWeb, tokenFile, storeTokenFile, aeTitle: title, dicomPort }
    const secure = secureReceiver ? { dicomTlsPort: secureReceiver.port } : {}
    const web = station.webAccess ? { dicomWebTlsPort: station.webAccess.port } : {}
    process.stdout.write(`${JSON.stringify({ ...ready, ...secure, ...web })}\n`)
  } catch (error) {
    log.fatal({ code: (error as { code?: unknown }).code, name: (error as Error).name }, 'the station could not start')
    fail(startFailure(error, dataFolder))
  }
}

if (process.argv[2] === 'backup') await backupCommand(process.argv.slice(3))
else if (process.argv[2] === 'audit') {
  process.exitCode = await auditCommand(process.argv.slice(3), (line) => process.stdout.write(`${line}\n`))
} else await main()
